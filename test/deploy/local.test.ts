import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queueName, workers } from '../../shared/domain/catalogue.ts';
import { endAll, type StackProcess, startStackProcess } from '../local/run-command.ts';
import { type Deployed, isInstalled, runDeploy } from './run-deploy.ts';

// The real gcloud against a whole stack. A call costs a second or two of one core, so as few are made as tell.

const root = resolve(import.meta.dirname, '../..');
const hasGcloud = isInstalled('gcloud');
/** What a shell has before anything is evaluated in it; gcloud keeps its settings apart from the user's own. */
const shell = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, HOME: folder, CLOUDSDK_CONFIG: folder });

let folder: string;
let stack: StackProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wellspring-local-'));
  if (hasGcloud) stack = await startStackProcess(['--data', join(folder, 'data')]);
}, 120_000);

afterAll(async () => {
  await endAll();
  // Where root runs the tests, Postgres runs as nobody, in a folder of its own.
  const postgres = stack && process.getuid?.() === 0 ? await realpath(join(folder, 'data/postgres')) : null;
  if (postgres) await rm(dirname(postgres), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

/** What somebody types beside a running stack. */
const besideStack = (...command: string[]): Promise<Deployed> =>
  new Promise((done) => {
    execFile(
      'bash',
      ['-c', 'eval "$(node local/env.ts --data "$DATA")" && exec "$@"', 'bash', ...command],
      { cwd: root, env: { ...shell(), DATA: join(folder, 'data') } },
      (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

const outcomes = ({ stdout }: Deployed): string[] =>
  [...stdout.matchAll(/^(\w+) +queue (.+)$/gm)].map(([, status, queue]) => `${status} ${queue}`);

interface Queue {
  name: string;
  rateLimits: { maxDispatchesPerSecond: number; maxConcurrentDispatches: number };
  retryConfig: { maxAttempts: number; minBackoff: string; maxBackoff: string; maxDoublings: number };
}

/** Queues as the emulator has them, by their id. */
const queuesOf = async ({ ready }: StackProcess, project: string): Promise<Map<string, Queue>> => {
  const answer = await fetch(
    `${ready.cloud_tasks.rest}/v2/projects/${project}/locations/europe-west1/queues`,
  );
  const { queues } = (await answer.json()) as { queues: Queue[] };
  return new Map(queues.map((queue) => [queue.name.split('/').at(-1) ?? '', queue]));
};

/** The part of a queue that the catalogue decides. */
const settingsOf = ({ rateLimits, retryConfig }: Queue) => [
  rateLimits.maxDispatchesPerSecond,
  rateLimits.maxConcurrentDispatches,
  retryConfig.maxAttempts,
  retryConfig.minBackoff,
  retryConfig.maxBackoff,
  retryConfig.maxDoublings,
];
const wanted = new Map(
  workers.map(({ name, queue }) => [
    queueName(name),
    [
      queue.maxDispatchesPerSecond,
      queue.maxConcurrentDispatches,
      queue.maxAttempts,
      `${queue.minBackoffSeconds}s`,
      `${queue.maxBackoffSeconds}s`,
      queue.maxDoublings,
    ],
  ]),
);

test('the queues of a running stack are brought to the catalogue, and a second run changes nothing', async ({
  skip,
}) => {
  if (!stack) return skip('gcloud is not installed');
  const { rest, project } = { project: 'wellspring-local', ...stack.ready.cloud_tasks };
  const changed = await fetch(`${rest}/v2/projects/${project}/locations/europe-west1/queues/logo`, {
    method: 'PATCH',
    body: JSON.stringify({ rateLimits: { maxDispatchesPerSecond: 1 }, retryConfig: { maxAttempts: 1 } }),
  });
  expect(changed.status).toBe(200);

  const first = await besideStack('./deploy.sh', '--local');
  expect(first.code, first.stderr).toBe(0);
  expect(outcomes(first).sort()).toEqual(
    [...wanted.keys()].map((id) => `${id === 'logo' ? 'updated' : 'unchanged'} ${id}`).sort(),
  );
  const queues = await queuesOf(stack, project);
  expect(new Map([...queues].map(([id, queue]) => [id, settingsOf(queue)]))).toEqual(wanted);

  const second = await besideStack('./deploy.sh', '--local', '--only', 'logo');
  expect(outcomes(second)).toEqual(['unchanged logo']);
});

test('a queue that is missing is made with the rates of the catalogue', async ({ skip }) => {
  if (!stack) return skip('gcloud is not installed');

  const made = await besideStack(
    ...['env', 'GOOGLE_CLOUD_PROJECT=another', './deploy.sh', '--local'],
    ...['--only', 'field_rule'],
  );

  expect(made.code, made.stderr).toBe(0);
  expect(outcomes(made)).toEqual(['created field-rule']);
  const queues = await queuesOf(stack, 'another');
  expect([...queues.keys()]).toEqual(['field-rule']);
  for (const [id, queue] of queues) expect(settingsOf(queue)).toEqual(wanted.get(id));
});

test('what is missing for a local run is said before anything is tried', async () => {
  const said = async (settings: NodeJS.ProcessEnv) => {
    const { code, stdout, stderr } = await runDeploy(['--local'], { ...shell(), ...settings });
    return { code, stdout, words: stderr.trimEnd() };
  };
  const settings = {
    GOOGLE_CLOUD_PROJECT: 'wellspring-local',
    TASKS_LOCATION: 'europe-west1',
    // Nobody listens there: it is not for programs.
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDTASKS: 'http://127.0.0.1:1/',
  };

  expect(await said({})).toEqual({
    code: 2,
    stdout: '',
    words: 'deploy.sh: --local needs the settings of a running stack: eval "$(npm run -s env)"',
  });
  expect(await said(settings)).toEqual({
    code: 2,
    stdout: '',
    words: 'deploy.sh: no stack answers on port 1 any more: npm start, then eval "$(npm run -s env)"',
  });
});
