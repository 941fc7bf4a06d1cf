import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { openLocalKeys } from '../../shared/auth/local-keys.ts';
import { openQueueTokens } from '../../shared/auth/queue-token.ts';
import { createFront } from '../../shared/http/front.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { sendTaskAnswer, taskAnswers } from '../../shared/http/task-answers.ts';
import { createLog } from '../../shared/log.ts';
import { openTracer } from '../../shared/trace/open-tracer.ts';
import { recordSpans } from '../../shared/trace.ts';

// How many deliveries a second each layer answers with a handler that does nothing: bare node:http, functions-framework
// alone, the front before it, the same while its spans go to a collector, and the front with the real check of the token.
// Rounds take turns; medians are compared.

const requests = Number(process.argv[2] ?? 4_000);
const rounds = Number(process.argv[3] ?? 5);

const folder = await mkdtemp(join(tmpdir(), 'front-bench-'));
const keys = await openLocalKeys(folder);
const token = { issuer: 'bench', audience: 'http://front.test', email: 'tasks@bench.test' };
const queue = openQueueTokens({
  issuers: [token.issuer],
  audiences: [token.audience],
  serviceAccounts: [token.email],
  keys: keys.publicKeys,
});

http('bench_plain', (_req, res) => void res.writeHead(204).end());
http(
  'bench_worker',
  httpFunction(async (edge, res) => sendTaskAnswer(edge, res, taskAnswers.done)),
);
const bare = createServer(async (req, res) => {
  await json(req);
  res.writeHead(204).end();
});
const framework = getTestServer('bench_plain');
const frontWith = (check: typeof queue) =>
  createFront({
    routes: [{ name: 'bench_worker', kind: 'worker' }],
    authenticate: { queue: check, user: () => Promise.reject(new Error('nobody calls')) },
    log: createLog({ level: 'warn' }),
  });
const front = frontWith(async () => ({ kind: 'service', email: token.email }));
const proving = frontWith(queue);
// Takes what it is sent, and is counted as the server's own work: rather too much than too little.
const collector = createServer((req, res) => void req.resume().on('end', () => res.end()));

for (const server of [bare, framework, collector]) await once(server.listen(0, '127.0.0.1'), 'listening');
const urlOf = (port: number) => `http://127.0.0.1:${port}/bench_worker`;
const tracer = openTracer(
  {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    ...{ OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: 1, FUNCTION_TARGET: undefined },
  },
  createLog({ level: 'warn' }),
);
const frontUrl = urlOf(await front.listen());
const layers = {
  bare: urlOf((bare.address() as AddressInfo).port),
  framework: urlOf((framework.address() as AddressInfo).port),
  front: frontUrl,
  front_traced: frontUrl,
  front_with_token: urlOf(await proving.listen()),
};

const load = fileURLToPath(new URL('front-load.ts', import.meta.url));
const signed = await keys.signQueueToken(token);
const measure = async (url: string): Promise<Sample> => {
  const before = process.cpuUsage();
  const { stdout } = await promisify(execFile)(process.execPath, [load, url, signed, String(requests)]);
  const { user, system } = process.cpuUsage(before);
  return { rate: Number(stdout), cpu: (user + system) / (requests * WARM_UP) };
};

interface Sample {
  /** Requests a second, as the callers see it. */
  rate: number;
  /** Microseconds of processor time that the server spent on one request: says the same on a busy machine. */
  cpu: number;
}
/** The load sends a fifth more, before it starts its clock. */
const WARM_UP = 1.2;

type Layer = keyof typeof layers;
const names = Object.keys(layers) as Layer[];
const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Layer, Sample[]>;
for (let round = 0; round < rounds; round += 1) {
  for (const name of names) {
    recordSpans(name === 'front_traced' ? tracer : null);
    samples[name].push(await measure(layers[name]));
  }
}

const middle = (name: Layer, of: keyof Sample): number => {
  const sorted = samples[name].map((sample) => sample[of]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};
const perLayer = (value: (name: Layer) => number) =>
  Object.fromEntries(names.map((name) => [name, value(name)]));
console.log(
  JSON.stringify({
    ...{ name: 'front', requests, rounds },
    ratio: Number((middle('front_with_token', 'rate') / middle('bare', 'rate')).toFixed(3)),
    per_second: perLayer((name) => Math.round(middle(name, 'rate'))),
    share_of_bare: perLayer((name) => Number((middle(name, 'rate') / middle('bare', 'rate')).toFixed(2))),
    cpu_microseconds: perLayer((name) => Math.round(middle(name, 'cpu'))),
  }),
);

await Promise.all([front.close(), proving.close(), tracer.close()]);
for (const server of [bare, framework, collector]) {
  server.close();
  server.closeAllConnections();
}
await rm(folder, { recursive: true });
