import type { CloudTasksClient } from '@google-cloud/tasks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../local/emulator/emulator.ts';
import { connect, startHandler } from '../local/emulator/support.ts';
import { isInstalled } from './run-deploy.ts';
import { openGcloud } from './run-gcloud.ts';

// The real gcloud against the emulator, over REST. What a call did is read over gRPC, or arrives as a request. A call
// takes a second or two of one core, so they are few, and two at a time.

const parent = 'projects/demo/locations/europe-west1';
const named = (queue: string, task?: string) =>
  `${parent}/queues/${queue}${task === undefined ? '' : `/tasks/${task}`}`;

let emulator: Emulator;
let client: CloudTasksClient;
let gcloud: Awaited<ReturnType<typeof openGcloud>>;

beforeEach(({ skip }) => skip(!isInstalled('gcloud'), 'gcloud is not installed'));

beforeAll(async () => {
  emulator = await startEmulator();
  client = connect(emulator, 'gRPC');
  gcloud = await openGcloud({
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDTASKS: `${emulator.restUrl}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_APPENGINE: `${emulator.restUrl}/`,
    CLOUDSDK_CORE_PROJECT: 'demo',
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
  });
});

afterAll(async () => {
  await gcloud.close();
  await client.close();
  await emulator.stop();
});

const here = '--location=europe-west1';
const tasks = (...args: string[]) => gcloud.json('tasks', ...args, here);
const queues = (...args: string[]) => tasks('queues', ...args);
const refusal = async (...args: string[]) => {
  const { code, stdout, stderr } = await gcloud.run('tasks', ...args, here);
  return { code, stdout, words: stderr.replace(/^ERROR: \(gcloud\.[\w.-]+\) /, '').split('\n')[0] };
};
const createQueue = (queue: string) => client.createQueue({ parent, queue: { name: named(queue) } });

test('makes a queue, changes it and shows it', async () => {
  const created = await queues(
    ...['create', 'work', '--max-dispatches-per-second=5', '--max-concurrent-dispatches=2'],
    ...['--max-attempts=3', '--max-retry-duration=3600s', '--min-backoff=1s', '--max-backoff=10s'],
    ...['--max-doublings=2', '--log-sampling-ratio=0.5'],
  );
  const expected = {
    name: named('work'),
    rateLimits: { maxBurstSize: 1, maxConcurrentDispatches: 2, maxDispatchesPerSecond: 5 },
    retryConfig: {
      maxAttempts: 3,
      maxBackoff: '10s',
      maxDoublings: 2,
      maxRetryDuration: '3600s',
      minBackoff: '1s',
    },
    stackdriverLoggingConfig: { samplingRatio: 0.5 },
    state: 'RUNNING',
  };
  expect(created).toEqual(expected);

  const updated = await queues(
    ...['update', 'work', '--max-dispatches-per-second=7.5', '--clear-max-retry-duration'],
  );
  const { maxRetryDuration: _, ...retryConfig } = expected.retryConfig;
  const changed = {
    ...expected,
    rateLimits: { maxBurstSize: 2, maxConcurrentDispatches: 2, maxDispatchesPerSecond: 7.5 },
    retryConfig,
  };
  expect(updated).toEqual(changed);
  const [kept] = await client.getQueue({ name: named('work') });
  expect(kept).toMatchObject({
    rateLimits: { maxDispatchesPerSecond: 7.5, maxConcurrentDispatches: 2 },
    retryConfig: { maxAttempts: 3, maxRetryDuration: null, minBackoff: { seconds: '1' } },
  });

  const [described, listed] = await Promise.all([
    queues('describe', 'work'),
    // Without a location gcloud asks where queues are.
    gcloud.json('tasks', 'queues', 'list', '--filter=retryConfig.maxAttempts=3'),
  ]);
  expect(described).toEqual(changed);
  expect(listed).toEqual([changed]);
});

test('says what is wrong in the words of the API', async () => {
  await createQueue('there');

  const [twice, fast] = await Promise.all([
    refusal('queues', 'create', 'there'),
    refusal('queues', 'update', 'there', '--max-dispatches-per-second=501'),
  ]);
  const [none, routed] = await Promise.all([
    refusal('queues', 'describe', 'none'),
    refusal('queues', 'update', 'there', '--http-uri-override=host:worker.example'),
  ]);

  const code = 1;
  const stdout = '';
  expect(twice).toEqual({
    code,
    stdout,
    words: `ALREADY_EXISTS: Queue "${named('there')}" already exists.`,
  });
  expect(fast).toEqual({
    code,
    stdout,
    words: 'INVALID_ARGUMENT: rateLimits.maxDispatchesPerSecond is 501; it must be from 0 to 500.',
  });
  expect(none).toEqual({
    code,
    stdout,
    words: expect.stringContaining(`NOT_FOUND: Queue "${named('none')}" does not exist.`),
  });
  expect(routed).toEqual({
    code,
    stdout,
    words: expect.stringMatching(/^INVALID_ARGUMENT: queue\.httpTarget: .* not emulated/),
  });
  const [kept] = await client.getQueue({ name: named('there') });
  expect(kept).toMatchObject({
    rateLimits: { maxDispatchesPerSecond: 500 },
  });
});

test('makes tasks in a paused queue, runs one at once and deletes the other', async () => {
  const handler = await startHandler();
  await createQueue('paused');
  await queues('pause', 'paused');
  expect((await client.getQueue({ name: named('paused') }))[0].state).toBe('PAUSED');

  const tomorrow = new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000).toISOString();
  await Promise.all([
    tasks(
      ...['create-http-task', 'one', '--queue=paused', `--url=${handler.url}path`, '--method=PUT'],
      ...['--header=X-Kind: small', '--header=Content-Type: application/json', '--body-content={"a":1}'],
    ),
    tasks(
      ...['create-http-task', 'later', '--queue=paused', `--url=${handler.url}`],
      ...[`--schedule-time=${tomorrow}`, '--oidc-token-audience=https://worker.example'],
      '--oidc-service-account-email=invoker@demo.iam.gserviceaccount.com',
    ),
  ]);
  const [listed, described] = await Promise.all([
    tasks('list', '--queue=paused', '--sort-by=scheduleTime'),
    tasks('describe', 'one', '--queue=paused', '--response-view=full'),
  ]);
  const one = {
    name: named('paused', 'one'),
    createTime: expect.stringMatching(/Z$/),
    scheduleTime: expect.stringMatching(/Z$/),
    dispatchCount: 0,
    dispatchDeadline: '600s',
    httpRequest: {
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'Google-Cloud-Tasks',
        'X-Kind': 'small',
      },
      httpMethod: 'PUT',
      url: `${handler.url}path`,
    },
    responseCount: 0,
    view: 'BASIC',
  };
  expect(listed).toEqual([
    one,
    expect.objectContaining({
      name: named('paused', 'later'),
      scheduleTime: tomorrow,
      httpRequest: expect.objectContaining({
        httpMethod: 'POST',
        oidcToken: {
          audience: 'https://worker.example',
          serviceAccountEmail: 'invoker@demo.iam.gserviceaccount.com',
        },
      }),
    }),
  ]);
  expect(described).toEqual({
    ...one,
    httpRequest: { ...one.httpRequest, body: Buffer.from('{"a":1}').toString('base64') },
    view: 'FULL',
  });
  expect(handler.deliveries).toEqual([]);

  const [ran, deleted] = await Promise.all([
    tasks('run', 'one', '--queue=paused'),
    gcloud.run('tasks', 'delete', 'later', '--queue=paused', here),
    handler.arrived(1),
  ]);
  expect(ran).toMatchObject({ name: named('paused', 'one'), dispatchCount: 1 });
  expect(deleted).toMatchObject({ code: 0, stderr: expect.stringContaining('Deleted task [later]') });
  expect(handler.deliveries).toEqual([
    expect.objectContaining({
      method: 'PUT',
      url: '/path',
      body: '{"a":1}',
      headers: expect.objectContaining({
        'x-kind': 'small',
        'x-cloudtasks-queuename': 'paused',
        'x-cloudtasks-taskname': 'one',
        'x-cloudtasks-taskretrycount': '0',
      }),
    }),
  ]);
  await expect(client.getTask({ name: named('paused', 'later') })).rejects.toMatchObject({ code: 5 });
});

test('purges, lets go on, and deletes', async () => {
  const handler = await startHandler();
  const add = (queue: string, path: string) =>
    client.createTask({
      parent: named(queue),
      task: { httpRequest: { url: `${handler.url}${path}`, httpMethod: 'POST' } },
    });
  for (const queue of ['purged', 'held']) {
    await createQueue(queue);
    await client.pauseQueue({ name: named(queue) });
    await add(queue, queue);
    await add(queue, queue);
  }

  const [purge] = await Promise.all([
    gcloud.run('tasks', 'queues', 'purge', 'purged', here),
    queues('resume', 'held'),
    handler.arrived(2),
  ]);
  expect(purge).toMatchObject({ code: 0, stderr: expect.stringContaining('Purged queue') });
  expect((await client.listTasks({ parent: named('purged') }))[0]).toEqual([]);
  expect((await client.getQueue({ name: named('purged') }))[0].purgeTime).not.toBeNull();
  expect((await client.getQueue({ name: named('held') }))[0].state).toBe('RUNNING');
  expect(handler.deliveries.map(({ url }) => url)).toEqual(['/held', '/held']);

  const gone = await gcloud.run('tasks', 'queues', 'delete', 'held', here);
  expect(gone).toMatchObject({ code: 0, stderr: expect.stringContaining('Deleted queue') });
  await expect(client.getQueue({ name: named('held') })).rejects.toMatchObject({ code: 5 });
});
