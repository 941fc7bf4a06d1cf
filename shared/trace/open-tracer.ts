import {
  type Attributes,
  ROOT_CONTEXT,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Config } from '../config.ts';
import { TRACE_EXPORT_TIMEOUT_MS, TRACE_FLUSH_MS } from '../domain/limits.ts';
import type { Log } from '../log.ts';
import type { OpenSpan, SpanStart, Tracer } from '../trace.ts';
import type { TraceContext } from '../trace-context.ts';

export type TraceSettings = Pick<
  Config,
  'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_TRACES_SAMPLER' | 'OTEL_TRACES_SAMPLER_ARG' | 'FUNCTION_TARGET'
>;

/**
 * Records spans with OpenTelemetry and sends them to the collector in batches. Importing this loads the packages, so
 * only a process that has a collector does. Nothing is registered for the whole process: other libraries that know
 * OpenTelemetry stay silent, and what they would say of statements and addresses stays here.
 */
export function openTracer(
  settings: TraceSettings & { OTEL_EXPORTER_OTLP_ENDPOINT: string },
  log: Log,
): Tracer {
  const exporter = watched(
    new OTLPTraceExporter({
      url: `${settings.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, '')}/v1/traces`,
      timeoutMillis: TRACE_EXPORT_TIMEOUT_MS,
    }),
    log,
  );
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          'service.name': settings.FUNCTION_TARGET ?? 'wellspring',
          'service.namespace': 'wellspring',
        }),
      )
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(settings),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
      }),
    ],
  });
  const tracer = provider.getTracer('wellspring');
  return {
    start({ name, kind, attributes }, parent, link) {
      const options: SpanOptions = {
        kind: kinds[kind],
        attributes: attributes as Attributes, // the same, save that undefined is left out by the SDK
        ...(link ? { links: [{ context: spanContextOf(link) }] } : {}),
      };
      const context = parent?.spanId
        ? trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent))
        : ROOT_CONTEXT;
      return open(tracer.startSpan(name, options, context));
    },
    async close() {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        exporter.sayLate();
        late.resolve();
      }, TRACE_FLUSH_MS);
      // What was not taken has been said by the exporter.
      await Promise.race([provider.shutdown().catch(() => {}), late.promise]);
      clearTimeout(timer);
    },
  };
}

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const satisfies Record<SpanStart['kind'], SpanKind>;

/** The samplers that the specification names; the SDK knows the classes and leaves the variable to us. */
function samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: TraceSettings): Sampler {
  const root = name.endsWith('always_off')
    ? new AlwaysOffSampler()
    : name.endsWith('traceidratio')
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

/** Says in the log how many spans the collector did not take: nothing else tells that a trace has holes. */
function watched(exporter: SpanExporter, log: Log): SpanExporter & { sayLate(): void } {
  let underWay = 0;
  const say = (lost: number, reason: string | undefined) =>
    log.warn({ lost, reason }, 'spans were not taken by the collector');
  return {
    export(spans, done) {
      underWay += spans.length;
      exporter.export(spans, (result) => {
        underWay -= spans.length;
        if (result.code !== 0) say(spans.length, result.error?.message);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    sayLate: () => say(underWay, 'no answer in time'),
  };
}

const spanContextOf = ({ traceId, spanId = '0'.repeat(16), sampled }: TraceContext) => ({
  ...{ traceId, spanId, isRemote: true },
  traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
});

function open(span: ReturnType<ReturnType<TracerProvider['getTracer']>['startSpan']>): OpenSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    context: { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(attributes as Attributes),
    fail(error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      if (error !== undefined) span.setAttribute('error.type', typeOf(error));
    },
    end: () => span.end(),
  };
}

const typeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
