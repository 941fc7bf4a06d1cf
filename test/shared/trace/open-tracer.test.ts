import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../shared/config.ts';
import { createLog } from '../../../shared/log.ts';
import { openTracer } from '../../../shared/trace/open-tracer.ts';
import type { SpanStart } from '../../../shared/trace.ts';
import { startCollector } from '../../support/collector.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** The packages of OpenTelemetry that a process with every function loads, with who asks for each. */
async function loadedBy(environment: Record<string, string>): Promise<{ packages: string[]; by: string[] }> {
  // Runs before our code, sees each module that is loaded, and tells at the end.
  const hook = `
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({ resolve(name, context, next) {
      const found = next(name, context);
      const packageOf = /@opentelemetry\\/([\\w-]+)/;
      const [, to] = packageOf.exec(found.url) ?? [];
      if (to && !packageOf.test(context.parentURL)) seen.push([to, context.parentURL]);
      return found;
    } });
    process.once('exit', () => process.stderr.write('\\nLOADED ' + JSON.stringify(seen) + '\\n'));`;
  const child = spawn(
    process.execPath,
    [
      ...['--import', `data:text/javascript,${encodeURIComponent(hook)}`],
      fileURLToPath(new URL('../../../functions/serve.ts', import.meta.url)),
    ],
    {
      env: {
        ...{ PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
        ...{ DATABASE_URL: 'postgres://w@127.0.0.1:1/w', HOST: '127.0.0.1', PORT: '0', ...environment },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    words += chunk;
  });
  const exited = once(child, 'close');
  for await (const chunk of child.stdout) {
    const ready = /"port":(\d+)/.exec(String(chunk));
    if (!ready) continue;
    // A door and a worker have been loaded, and asked the database.
    const answers = await Promise.all(
      ['collect_create', 'reconcile'].map((name) => fetch(`http://127.0.0.1:${ready[1]}/${name}`)),
    );
    expect(answers.map(({ status }) => status)).not.toContain(500);
    child.kill('SIGTERM');
  }
  const [code] = await exited;
  expect(code, words).toBe(0);
  const seen = JSON.parse(/LOADED (.*)/.exec(words)?.[1] ?? '[]') as [string, string][];
  return {
    packages: [...new Set(seen.map(([name]) => name))].sort(),
    by: [...new Set(seen.map(([, parent]) => /node_modules\/([^/]+)/.exec(parent)?.[1] ?? parent))],
  };
}

describe.concurrent('a process', () => {
  test('without a collector loads nothing of OpenTelemetry but what slonik brings for itself', async () => {
    expect(await loadedBy({})).toEqual({ packages: ['api'], by: ['slonik'] });
  });

  test('whose collector is away serves and stops as any other', async () => {
    const { packages } = await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });

    expect(packages).toEqual(['api', 'exporter-trace-otlp-proto', 'resources', 'sdk-trace']);
  });
});

const config = (set: Record<string, string>) => {
  const read = readConfig({ DATABASE_URL: 'postgres://w@127.0.0.1:1/w', ...set });
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint = '' } = read;
  return { ...read, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
};
const span = (name: string): SpanStart => ({ name, kind: 'server' });
const silent = createLog({ level: 'silent' });
const parent = (sampled: boolean) => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled });

test.for([
  ['parentbased_always_on', '1', { root: true, recorded: true, unrecorded: false }],
  ['always_on', '1', { root: true, recorded: true, unrecorded: true }],
  ['always_off', '1', { root: false, recorded: false, unrecorded: false }],
  ['parentbased_always_off', '1', { root: false, recorded: true, unrecorded: false }],
  ['traceidratio', '0', { root: false, recorded: false, unrecorded: false }],
  ['parentbased_traceidratio', '0', { root: false, recorded: true, unrecorded: false }],
  ['parentbased_traceidratio', '1', { root: true, recorded: true, unrecorded: false }],
] as const)('%s with %s records %j', async ([sampler, ratio, expected]) => {
  const collector = await startCollector();
  stops.push(collector.close);
  const tracer = openTracer(
    config({
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      ...{ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio },
    }),
    silent,
  );

  tracer.start(span('root'), undefined).end();
  tracer.start(span('recorded'), parent(true)).end();
  tracer.start(span('unrecorded'), parent(false)).end();
  await tracer.close();

  const names = collector.spans.map(({ name }) => name);
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, names.includes(name)]))).toEqual(
    expected,
  );
});

test('an error leaves its name and code in a span, and none of its words', async () => {
  const collector = await startCollector();
  stops.push(collector.close);
  const tracer = openTracer(config({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` }), silent);
  const failing = tracer.start(span('fails'), undefined, parent(true));

  failing.fail(Object.assign(new Error('canary@example.test'), { code: '23505' }));
  failing.end();
  await tracer.close();

  expect(collector.spans).toMatchObject([
    { failed: true, attributes: { 'error.type': '23505' }, links: [parent(true).traceId], parentSpanId: '' },
  ]);
  expect(collector.headers[0]?.path).toBe('/v1/traces');
  expect(collector.text()).not.toContain('canary');
});

test.for([
  ['refuses them', 400],
  ['never answers', null],
] as const)('spans that are lost because the collector %s cost a line and no more', async ([, status]) => {
  const collector = await startCollector({ status });
  stops.push(collector.close);
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const tracer = openTracer(config({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }), log);
  tracer.start(span('lost'), undefined).end();

  await tracer.close();

  expect(lines).toMatchObject([
    { severity: 'WARNING', message: 'spans were not taken by the collector', lost: 1 },
  ]);
});
