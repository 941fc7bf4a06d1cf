import { http } from '@google-cloud/functions-framework';
import { openQueueAuthentication, openUserAuthentication } from '../shared/auth/authenticate.ts';
import { openApiKeys } from '../shared/auth/key-check.ts';
import { type Config, functionTarget } from '../shared/config.ts';
import { catalogue } from '../shared/domain/catalogue.ts';
import { createFront } from '../shared/http/front.ts';
import { createRateLimits } from '../shared/http/rate-limits.ts';
import type { Log } from '../shared/log.ts';
import { recordSpans, type Tracer } from '../shared/trace.ts';
import { functionOf, loadFunction } from './index.ts';
import { openServices, type Services } from './services.ts';

/** Functions that are being served. */
export interface RunningFunctions {
  port: number;
  services: Services;
  /** Drains, then closes what the process holds. Answers how many requests were cut. */
  close(): Promise<{ cut: number }>;
}

/**
 * Registers the functions with functions-framework and serves them behind the front: all of the catalogue, or the one
 * that `FUNCTION_TARGET` names. Throws when there is no such function or the port is taken.
 */
export async function startFunctions(
  config: Config,
  log: Log,
  { drainMs }: { drainMs?: number } = {},
): Promise<RunningFunctions> {
  const target = config.FUNCTION_TARGET;
  const entries = catalogue.filter(({ name }) => !target || name === target);
  if (entries.length === 0)
    throw new Error(
      `FUNCTION_TARGET ${target} is no function; there are: ${catalogue.map(({ name }) => name).join(', ')}`,
    );
  // A process with one function has loaded it before its first request; one with all of them loads each when needed.
  if (target) await loadFunction(target);
  const tracer = await openTracer(config, log);
  recordSpans(tracer);
  const services = await openServices(config, log);
  for (const entry of entries) http(entry.name, functionOf(entry, services));

  const apiKeys = openApiKeys({ database: services.databaseFor('wellspring_api'), log });
  const front = createFront({
    routes: entries,
    authenticate: {
      queue: openQueueAuthentication(
        config,
        new Set(entries.map(({ name }) => functionTarget(config, name).audience)),
      ),
      user: openUserAuthentication(config, apiKeys),
    },
    log,
    extensionIds: config.EXTENSION_IDS,
    rateLimits: createRateLimits({
      callerPerMinute: config.RATE_LIMIT_PER_MINUTE,
      failuresPerMinute: config.RATE_LIMIT_FAILURES_PER_MINUTE,
    }),
    plainRoutes: services.storage.route ? [services.storage.route] : [],
    ...(drainMs === undefined ? {} : { drainMs }),
  });
  const port = await front.listen({ host: config.HOST, port: config.PORT });
  return {
    port,
    services,
    async close() {
      const drained = await front.close();
      await apiKeys.close();
      await services.close();
      // Last, because every lease is given back by now and nobody waits but this process.
      recordSpans(null);
      await tracer?.close();
      return drained;
    },
  };
}

/** OpenTelemetry is loaded where there is a collector, and nowhere else. */
async function openTracer(config: Config, log: Log): Promise<Tracer | null> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT } = config;
  if (!OTEL_EXPORTER_OTLP_ENDPOINT) return null;
  const { openTracer } = await import('../shared/trace/open-tracer.ts');
  return openTracer({ ...config, OTEL_EXPORTER_OTLP_ENDPOINT }, log);
}
