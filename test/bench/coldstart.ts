import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeBundle } from '../../local/bundle/make-bundle.ts';
import { freePort } from '../../local/free-ports.ts';

// From the start of a process to its first 200: each function from its bundle, beside a function of functions-framework
// that says hello and nothing else, and beside one of ours as its source stands. Rounds take turns; medians are compared.

const rounds = Number(process.argv[2] ?? 15);
const names = ['collect_create', 'enrichment_task_retrieve', 'ocr_extract', 'ai_invoice', 'custom_column'];
const FROM_SOURCE = 'collect_create';
/** How much longer than the hello a bundled function may take. */
const RATIO_MAX = 1.4;

const root = resolve(import.meta.dirname, '../..');
await mkdir(join(root, '.local'), { recursive: true });
// Inside the project, where the packages outside of the bundle are found.
const folder = await mkdtemp(join(root, '.local/coldstart-'));

interface Candidate {
  args: readonly string[];
  environment: Record<string, string>;
  path: string;
}

const ours = (name: string, file: string): Candidate => ({
  args: [file],
  environment: { FUNCTION_TARGET: name, DATABASE_URL: 'postgres://w@127.0.0.1:1/w', LOG_LEVEL: 'warn' },
  path: '/health',
});

/** Milliseconds from the start of a process to its first 200. */
async function timeOf({ args, environment, path }: Candidate): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    while ((await statusAt(port, path)) !== 200) {
      if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode}`);
      await wait(2);
    }
    return performance.now() - started;
  } finally {
    stop(child);
    await ended;
  }
}

const stop = (child: ChildProcess) => child.kill('SIGKILL');

/** Null where nobody listens yet. */
function statusAt(port: number, path: string): Promise<number | null> {
  const { promise, resolve: answer } = Promise.withResolvers<number | null>();
  get({ port, path, host: '127.0.0.1', agent: false }, (res) => {
    res.resume();
    answer(res.statusCode ?? null);
  }).on('error', () => answer(null));
  return promise;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

try {
  const bundle = join(folder, 'bundle');
  const manifest = await makeBundle(bundle);
  const hello = join(folder, 'hello.mjs');
  await writeFile(
    hello,
    `import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
http('hello', (req, res) => res.send('hello'));
getTestServer('hello').listen(process.env.PORT, process.env.HOST);
`,
  );
  const candidates: Record<string, Candidate> = {
    hello: { args: [hello], environment: {}, path: '/' },
    ...Object.fromEntries(names.map((name) => [name, ours(name, join(bundle, 'serve.js'))])),
    [`${FROM_SOURCE}_from_source`]: ours(FROM_SOURCE, join(root, 'functions/serve.ts')),
  };

  const times: Record<string, number[]> = Object.fromEntries(
    Object.keys(candidates).map((name) => [name, []]),
  );
  // The first round fills the caches of the disk, and is not counted.
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, candidate] of Object.entries(candidates)) {
      const ms = await timeOf(candidate);
      if (round > 0) times[name]?.push(ms);
    }

  const hellos = median(times.hello ?? []);
  const results = Object.entries(times).map(([name, values]) => ({
    function: name,
    ms: Math.round(median(values)),
    least_ms: Math.round(Math.min(...values)),
    to_hello: Number((median(values) / hellos).toFixed(2)),
    ...(manifest.functions[name] ? { kb: Math.round(manifest.functions[name].bytes / 1_000) } : {}),
  }));
  const slow = results.filter(({ function: name, to_hello }) => names.includes(name) && to_hello > RATIO_MAX);
  process.stdout.write(
    `${JSON.stringify({ name: 'coldstart', rounds, results, total_kb: Math.round(manifest.total.bytes / 1_000), ratio_max: RATIO_MAX, too_slow: slow.map(({ function: name }) => name) })}\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
