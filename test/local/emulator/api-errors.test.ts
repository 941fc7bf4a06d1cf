import type { CloudTasksClient } from '@google-cloud/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../../local/emulator/clock.ts';
import { type Emulator, startEmulator } from '../../../local/emulator/emulator.ts';
import { connect, location, queueName, transports } from './support.ts';

type Attempt = (client: CloudTasksClient) => Promise<unknown>;

const url = 'http://127.0.0.1:9/';
const create =
  (task: object, parent = queueName): Attempt =>
  (client) =>
    client.createTask({ parent, task });
const createHttp = (httpRequest: object, rest: object = {}): Attempt =>
  create({ httpRequest: { url, ...httpRequest }, ...rest });
const createQueue =
  (queue: object, parent = location): Attempt =>
  (client) =>
    client.createQueue({ parent, queue: { name: `${location}/queues/other`, ...queue } });
const update =
  (queue: object, ...paths: string[]): Attempt =>
  (client) =>
    client.updateQueue({ queue: { name: queueName, ...queue }, updateMask: { paths } });
const seconds = (count: number): object => ({ seconds: count });
const inHours = (hours: number): object => ({
  scheduleTime: { seconds: Date.parse('2026-03-01T12:00:00Z') / 1000 + hours * 3600 },
});

const missingQueue = `${location}/queues/missing`;
const missingTask = `${queueName}/tasks/missing`;

// [what, the call, the gRPC code, a part of the message]
const cases: [string, Attempt, number, string][] = [
  ['getQueue of none', (c) => c.getQueue({ name: missingQueue }), 5, 'does not exist'],
  ['deleteQueue of none', (c) => c.deleteQueue({ name: missingQueue }), 5, 'does not exist'],
  ['purgeQueue of none', (c) => c.purgeQueue({ name: missingQueue }), 5, 'does not exist'],
  ['pauseQueue of none', (c) => c.pauseQueue({ name: missingQueue }), 5, 'does not exist'],
  ['resumeQueue of none', (c) => c.resumeQueue({ name: missingQueue }), 5, 'does not exist'],
  ['listTasks of no queue', (c) => c.listTasks({ parent: missingQueue }), 5, 'does not exist'],
  ['createTask in no queue', create({ httpRequest: { url } }, missingQueue), 5, 'does not exist'],
  ['getTask of none', (c) => c.getTask({ name: missingTask }), 5, 'does not exist'],
  ['deleteTask of none', (c) => c.deleteTask({ name: missingTask }), 5, 'does not exist'],
  ['runTask of none', (c) => c.runTask({ name: missingTask }), 5, 'does not exist'],
  ['a queue that exists', createQueue({ name: queueName }), 6, 'already exists'],
  ['a queue id with a dot', createQueue({ name: `${location}/queues/a.b` }), 3, 'queue id'],
  ['a queue id of 101', createQueue({ name: `${location}/queues/${'q'.repeat(101)}` }), 3, 'queue id'],
  ['a queue of elsewhere', createQueue({ name: 'projects/demo/locations/mars/queues/q' }), 3, 'location'],
  ['a queue without a name', createQueue({ name: '' }), 3, 'queue.name'],
  ['a rate over 500', createQueue({ rateLimits: { maxDispatchesPerSecond: 501 } }), 3, '500'],
  ['a negative rate', createQueue({ rateLimits: { maxDispatchesPerSecond: -1 } }), 3, 'maxDispatches'],
  ['over 5000 at once', createQueue({ rateLimits: { maxConcurrentDispatches: 5001 } }), 3, '5000'],
  ['-2 attempts', createQueue({ retryConfig: { maxAttempts: -2 } }), 3, 'maxAttempts'],
  ['negative doublings', createQueue({ retryConfig: { maxDoublings: -1 } }), 3, 'maxDoublings'],
  [
    'a floor over the ceiling',
    createQueue({ retryConfig: { minBackoff: seconds(9), maxBackoff: seconds(8) } }),
    3,
    'minBackoff',
  ],
  ['a negative backoff', createQueue({ retryConfig: { minBackoff: seconds(-1) } }), 3, 'uration'],
  [
    'a sampling ratio of 2',
    createQueue({ stackdriverLoggingConfig: { samplingRatio: 2 } }),
    3,
    'samplingRatio',
  ],
  ['App Engine routing', createQueue({ appEngineRoutingOverride: { service: 'x' } }), 3, 'App Engine'],
  ['a mask of nothing known', update({}, 'retry_config.nonsense'), 3, 'updateMask'],
  ['a mask too deep', update({}, 'retry_config.min_backoff.seconds'), 3, 'updateMask'],
  [
    'an updated rate over 500',
    update({ rateLimits: { maxDispatchesPerSecond: 501 } }, 'rate_limits'),
    3,
    '500',
  ],
  ['no target', create({}), 3, 'httpRequest is required'],
  ['an App Engine target', create({ appEngineHttpRequest: { relativeUri: '/x' } }), 12, 'App Engine'],
  ['no URL', createHttp({ url: '' }), 3, 'url is required'],
  ['an ftp URL', createHttp({ url: 'ftp://x.test/' }), 3, 'http://'],
  ['half a URL', createHttp({ url: 'http://' }), 3, 'full URL'],
  ['a URL of 2084', createHttp({ url: url + 'x'.repeat(2084 - url.length) }), 3, '2083'],
  ['a URL of 2084 once encoded', createHttp({ url: url + 'é'.repeat(400) }), 3, '2083'],
  ['a body with GET', createHttp({ httpMethod: 'GET', body: Buffer.from('x') }), 3, 'body'],
  ['a body with DELETE', createHttp({ httpMethod: 'DELETE', body: Buffer.from('x') }), 3, 'body'],
  ['80 KB of headers', createHttp({ headers: { a: 'x'.repeat(80 * 1024) } }), 3, '80 KB'],
  ['a header with a line break', createHttp({ headers: { a: 'x\r\nb: y' } }), 3, 'header'],
  ['a header name with a space', createHttp({ headers: { 'a b': 'x' } }), 3, 'header'],
  ['a task over 1 MiB', createHttp({ body: Buffer.alloc(1_048_577) }), 3, '1 MiB'],
  ['a deadline under 15 s', createHttp({}, { dispatchDeadline: { seconds: 14, nanos: 999e6 } }), 3, '15 s'],
  ['a deadline over 30 min', createHttp({}, { dispatchDeadline: seconds(1801) }), 3, '1800'],
  ['a schedule over 720 h', createHttp({}, inHours(720.001)), 3, '720'],
  [
    'two tokens',
    createHttp({
      oidcToken: { serviceAccountEmail: 'a@b.test' },
      oauthToken: { serviceAccountEmail: 'a@b.test' },
    }),
    3,
    'not both',
  ],
  ['a token without an account', createHttp({ oidcToken: { audience: 'x' } }), 3, 'serviceAccountEmail'],
  [
    'OAuth for our own host',
    createHttp({ oauthToken: { serviceAccountEmail: 'a@b.test' } }),
    3,
    'googleapis.com',
  ],
  ['a task id with a space', createHttp({}, { name: `${queueName}/tasks/a b` }), 3, 'task id'],
  ['a task id of 501', createHttp({}, { name: `${queueName}/tasks/${'t'.repeat(501)}` }), 3, 'task id'],
  ['a task of another queue', createHttp({}, { name: `${missingQueue}/tasks/t` }), 3, 'must be in the queue'],
  ['a page of 1001 tasks', (c) => c.listTasks({ parent: queueName, pageSize: 1001 }), 3, '1000'],
  ['a made-up page token', (c) => c.listTasks({ parent: queueName, pageToken: 'abc' }), 3, 'pageToken'],
  ['a filter by name', (c) => c.listQueues({ parent: location, filter: 'name: x' }), 12, 'state'],
  ['getIamPolicy', (c) => c.getIamPolicy({ resource: queueName }), 12, 'not emulated'],
  ['setIamPolicy', (c) => c.setIamPolicy({ resource: queueName, policy: {} }), 12, 'not emulated'],
  [
    'testIamPermissions',
    (c) => c.testIamPermissions({ resource: queueName, permissions: ['x'] }),
    12,
    'not emulated',
  ],
];

describe.each(transports)('over %s', (transport) => {
  let emulator: Emulator;
  let client: CloudTasksClient;

  beforeAll(async () => {
    emulator = await startEmulator({ clock: manualClock(new Date('2026-03-01T12:00:00Z')) });
    client = connect(emulator, transport);
    await client.createQueue({ parent: location, queue: { name: queueName } });
    await client.pauseQueue({ name: queueName });
    // A list call that fails is not worth a warning about paging.
    client.warn = () => {};
  });

  afterAll(async () => {
    await client.close();
    await emulator.stop();
  });

  it.each(cases)('refuses %s', async (_, attempt, code, message) => {
    await expect(attempt(client)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['the longest task id', { name: `${queueName}/tasks/${'t'.repeat(500)}`, httpRequest: { url } }],
    ['the largest body', { httpRequest: { url, body: Buffer.alloc(1_048_000) } }],
    ['the furthest schedule', { httpRequest: { url }, ...inHours(720) }],
    ['the shortest deadline', { httpRequest: { url }, dispatchDeadline: seconds(15) }],
    ['the longest deadline', { httpRequest: { url }, dispatchDeadline: seconds(1800) }],
    ['the longest URL', { httpRequest: { url: url + 'x'.repeat(2083 - url.length) } }],
    [
      'OAuth for Google',
      { httpRequest: { url: 'https://x.googleapis.com/', oauthToken: { serviceAccountEmail: 'a@b.test' } } },
    ],
  ])('takes %s', async (_, task) => {
    await expect(client.createTask({ parent: queueName, task })).resolves.toBeDefined();
  });

  it('refuses a page token after two hours and one of another list', async () => {
    const one = await startEmulator({ clock: manualClock() });
    const other = connect(one, transport);
    const manual = { autoPaginate: false };
    for (const id of ['a', 'b']) {
      await other.createQueue({ parent: location, queue: { name: `${location}/queues/${id}` } });
    }
    const [, next] = await other.listQueues({ parent: location, pageSize: 1 }, manual);
    const ask = (parent: string) => other.listQueues({ ...next, parent }, manual);

    await expect(ask('projects/demo/locations/mars')).rejects.toMatchObject({ code: 3 });
    await one.clock.advance(2 * 3_600_000 + 1);
    await expect(ask(location)).rejects.toMatchObject({ code: 3 });

    await other.close();
    await one.stop();
  });

  it('refuses another project and another location when it serves one', async () => {
    const one = await startEmulator({ project: 'demo', location: 'europe-west1' });
    const other = connect(one, transport);
    const list = (parent: string) => other.listQueues({ parent });

    await expect(list('projects/else/locations/europe-west1')).rejects.toMatchObject({ code: 7 });
    await expect(list('projects/demo/locations/mars')).rejects.toMatchObject({ code: 3 });
    await expect(list(location)).resolves.toBeDefined();

    await other.close();
    await one.stop();
  });
});
