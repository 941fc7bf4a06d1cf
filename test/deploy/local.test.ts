import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { queueName, workers } from '../../shared/domain/catalogue.ts';
import { endAll, freePortBase, run, type StackProcess, startStackProcess } from '../local/run-command.ts';
import { isInstalled, runDeploy } from './run-deploy.ts';
import { openGcloud } from './run-gcloud.ts';

// deploy.sh --local with the real gcloud, against a stack as npm start makes it. A call of gcloud takes a second or two
// of one core: one run is about all queues, the others about one.

/** Then Postgres runs as nobody, who cannot enter a temporary folder of root: its files are behind a link. */
const isRoot = process.getuid?.() === 0;
const missing = !isInstalled('gcloud');

let folder: string;
let dataDir: string;
let stack: StackProcess;
let settings: Record<string, string>;
let gcloud: Awaited<ReturnType<typeof openGcloud>>;

beforeEach(({ skip }) => skip(missing, 'gcloud is not installed'));

beforeAll(async () => {
  if (missing) return;
  folder = await mkdtemp(join(tmpdir(), 'wellspring-local-'));
  dataDir = join(folder, 'data');
  stack = await startStackProcess(['--data', dataDir, '--port-base', String(await freePortBase())]);
  settings = JSON.parse((await run('env.ts', ['--json', '--data', dataDir])).stdout);
  gcloud = await openGcloud(settings);
}, 120_000);

afterAll(async () => {
  if (missing) return;
  const files = isRoot ? dirname(await realpath(join(dataDir, 'postgres'))) : folder;
  await endAll();
  for (const path of [files, folder]) await rm(path, { recursive: true, force: true });
  await gcloud.close();
});

/** A run with the settings of the stack: how it ended, and its table as lines. */
const deploy = async (args: string[], environment: NodeJS.ProcessEnv = {}) => {
  const { code, stdout, stderr } = await runDeploy(args, { ...gcloud.environment, ...environment });
  const table = stdout.split('\n').filter((line) => / queue /.test(line));
  return { code, stderr, table: table.map((line) => line.replace(/ +queue /, ' ')) };
};

interface Queue {
  name: string;
  rateLimits: object;
  retryConfig: object;
}

/** The queues that the emulator has for a project, by name. */
const queuesOf = async (project: string): Promise<Map<string | undefined, Queue>> => {
  const place = `projects/${project}/locations/${settings.TASKS_LOCATION}`;
  const answer = await fetch(`${stack.ready.cloud_tasks.rest}/v2/${place}/queues`);
  // An empty list is left out of an answer.
  const { queues = [] } = (await answer.json()) as { queues?: Queue[] };
  return new Map(queues.map((queue) => [queue.name.split('/').at(-1), queue]));
};

/** The catalogue's settings as the API shows them. */
const expected = (chosen: readonly (typeof workers)[number][]) =>
  new Map(
    chosen.map(({ name, queue }) => [
      queueName(name),
      expect.objectContaining({
        rateLimits: expect.objectContaining({
          maxDispatchesPerSecond: queue.maxDispatchesPerSecond,
          maxConcurrentDispatches: queue.maxConcurrentDispatches,
        }),
        retryConfig: {
          maxAttempts: queue.maxAttempts,
          minBackoff: `${queue.minBackoffSeconds}s`,
          maxBackoff: `${queue.maxBackoffSeconds}s`,
          maxDoublings: queue.maxDoublings,
        },
      }),
    ]),
  );

test('a queue that was changed by hand is set back, and those that a stack starts with are right', async () => {
  await gcloud.json(
    ...['tasks', 'queues', 'update', 'logo', '--max-dispatches-per-second=1', '--max-attempts=2'],
    `--location=${settings.TASKS_LOCATION}`,
  );
  expect((await queuesOf('wellspring-local')).get('logo')).toMatchObject({
    rateLimits: { maxDispatchesPerSecond: 1 },
    retryConfig: { maxAttempts: 2 },
  });

  const { code, stderr, table } = await deploy(['--local']);

  expect({ code, stderr }).toEqual({ code: 0, stderr: 'queue logo…\n' });
  expect(table.toSorted()).toEqual(
    workers.map(({ name }) => `${name === 'logo' ? 'updated' : 'unchanged'} ${queueName(name)}`).toSorted(),
  );
  expect(await queuesOf('wellspring-local')).toEqual(expected(workers));
});

test('what is missing is made, and a second run changes nothing', async () => {
  const other = { GOOGLE_CLOUD_PROJECT: 'wellspring-other' };

  const first = await deploy(['--local', '--only', 'logo'], other);
  const second = await deploy(['--local', '--only', 'logo'], other);

  expect(first).toMatchObject({ code: 0, table: ['created logo'] });
  expect(second).toEqual({ code: 0, stderr: '', table: ['unchanged logo'] });
  expect(await queuesOf('wellspring-other')).toEqual(expected(workers.filter(({ name }) => name === 'logo')));
});

test('a plan of it makes nothing', async () => {
  const { code, stdout } = await runDeploy(['plan', '--local', '--only', 'logo'], {
    ...gcloud.environment,
    GOOGLE_CLOUD_PROJECT: 'wellspring-third',
  });

  expect(code).toBe(0);
  expect(stdout).toMatch(/^gcloud tasks queues create logo .*--project=wellspring-third/m);
  expect(await queuesOf('wellspring-third')).toEqual(new Map());
});

test('without the settings of a stack, or after its end, it says what to type', async () => {
  const { PATH } = process.env;
  const said = async (environment: NodeJS.ProcessEnv) => {
    const { code, stdout, stderr } = await runDeploy(['--local'], environment);
    return { code, stdout, stderr };
  };
  const { code } = await stack.end('SIGTERM');

  expect(code).toBe(0);
  expect(await said({ PATH })).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'deploy.sh: --local needs the settings of a running stack: npm start, and here: eval "$(npm run -s env)"\n',
  });
  const port = new URL(stack.ready.cloud_tasks.rest).port;
  expect(await said(gcloud.environment)).toEqual({
    code: 2,
    stdout: '',
    stderr: `deploy.sh: nothing answers on port ${port}, where the stack was: npm start, and here again: eval "$(npm run -s env)"\n`,
  });
});
