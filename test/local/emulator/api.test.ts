import { describe, expect, it } from 'vitest';
import { location, post, queueName, setUp, startHandler, task, transports } from './support.ts';

const later = { scheduleTime: { seconds: Date.parse('2026-03-02T00:00:00Z') / 1000 } };
const ids = (named: { name?: string | null }[]): (string | undefined)[] =>
  named.map(({ name }) => name?.split('/').at(-1));

describe.each(transports)('queues over %s', (transport) => {
  it('are created with the documented defaults', async () => {
    const { client } = await setUp({ transport });

    const [queue] = await client.getQueue({ name: queueName });

    expect(queue).toMatchObject({
      name: queueName,
      state: 'RUNNING',
      rateLimits: { maxDispatchesPerSecond: 500, maxBurstSize: 100, maxConcurrentDispatches: 1000 },
      retryConfig: { maxAttempts: 100, maxDoublings: 16, maxRetryDuration: null },
      purgeTime: null,
      stackdriverLoggingConfig: null,
    });
    expect(queue.retryConfig?.minBackoff?.nanos).toBe(100_000_000);
    expect(Number(queue.retryConfig?.maxBackoff?.seconds)).toBe(3600);
  });

  it('keep what they are created with, the retry duration in whole seconds', async () => {
    const { client } = await setUp({ transport });
    const name = `${location}/queues/tuned`;

    const [created] = await client.createQueue({
      parent: location,
      queue: {
        name,
        rateLimits: { maxDispatchesPerSecond: 2.5, maxConcurrentDispatches: 7, maxBurstSize: 99 },
        retryConfig: {
          maxAttempts: -1,
          maxRetryDuration: { seconds: 90, nanos: 700_000_000 },
          maxDoublings: 3,
        },
        stackdriverLoggingConfig: { samplingRatio: 0.5 },
        state: 'PAUSED',
      },
    });

    expect(created).toMatchObject({
      name,
      state: 'RUNNING',
      rateLimits: { maxDispatchesPerSecond: 2.5, maxConcurrentDispatches: 7, maxBurstSize: 1 },
      retryConfig: { maxAttempts: -1, maxDoublings: 3 },
      stackdriverLoggingConfig: { samplingRatio: 0.5 },
    });
    expect(created.retryConfig?.maxRetryDuration).toMatchObject({ nanos: 0 });
    expect(Number(created.retryConfig?.maxRetryDuration?.seconds)).toBe(90);
  });

  it('change only what the mask names', async () => {
    const { client } = await setUp({
      transport,
      queue: { retryConfig: { maxAttempts: 5, maxDoublings: 2 } },
    });

    const [updated] = await client.updateQueue({
      queue: {
        name: queueName,
        retryConfig: { maxAttempts: 9, maxDoublings: 9 },
        rateLimits: { maxConcurrentDispatches: 3 },
      },
      updateMask: { paths: ['retry_config.max_attempts'] },
    });

    expect(updated).toMatchObject({
      retryConfig: { maxAttempts: 9, maxDoublings: 2 },
      rateLimits: { maxConcurrentDispatches: 1000 },
    });
  });

  it('change a whole group that the mask names', async () => {
    const { client } = await setUp({
      transport,
      queue: { retryConfig: { maxAttempts: 5, maxDoublings: 2 } },
    });

    const [updated] = await client.updateQueue({
      queue: { name: queueName, retryConfig: { maxAttempts: 9 } },
      updateMask: { paths: ['retry_config'] },
    });

    expect(updated).toMatchObject({ retryConfig: { maxAttempts: 9, maxDoublings: 16 } });
  });

  it('are replaced as a whole without a mask, but for what is output only', async () => {
    const { client } = await setUp({ transport, queue: { retryConfig: { maxAttempts: 5 } } });
    await client.pauseQueue({ name: queueName });

    const [updated] = await client.updateQueue({
      queue: { name: queueName, rateLimits: { maxConcurrentDispatches: 3 }, state: 'RUNNING' },
    });

    expect(updated).toMatchObject({
      state: 'PAUSED',
      retryConfig: { maxAttempts: 100 },
      rateLimits: { maxConcurrentDispatches: 3 },
    });
  });

  it('are created by an update when they are missing', async () => {
    const { client } = await setUp({ transport });
    const name = `${location}/queues/fresh`;

    await client.updateQueue({ queue: { name, retryConfig: { maxAttempts: 4 } } });

    const [queue] = await client.getQueue({ name });
    expect(queue).toMatchObject({ name, state: 'RUNNING', retryConfig: { maxAttempts: 4 } });
  });

  it('are listed by name, in pages, and by state', async () => {
    const { client } = await setUp({ transport });
    for (const id of ['c', 'a', 'b']) {
      await client.createQueue({ parent: location, queue: { name: `${location}/queues/${id}` } });
    }
    await client.pauseQueue({ name: `${location}/queues/b` });
    const manual = { autoPaginate: false };

    const [first, next] = await client.listQueues({ parent: location, pageSize: 3 }, manual);
    const [second, end] = await client.listQueues({ ...next, parent: location }, manual);
    const [paused] = await client.listQueues({ parent: location, filter: 'state: PAUSED' });
    const [elsewhere] = await client.listQueues({ parent: 'projects/demo/locations/us-east1' });

    expect(ids(first)).toEqual(['a', 'b', 'c']);
    expect(ids(second)).toEqual(['work']);
    expect(end).toBeNull();
    expect(ids(paused)).toEqual(['b']);
    expect(elsewhere).toEqual([]);
  });

  it('hold their tasks while paused and send them when resumed', async () => {
    const { client, clock } = await setUp({ transport });
    const handler = await startHandler();
    const [paused] = await client.pauseQueue({ name: queueName });
    await post(client, handler.url);

    await clock.advance(60_000);
    expect(handler.deliveries).toHaveLength(0);
    const [resumed] = await client.resumeQueue({ name: queueName });
    await clock.advance(0);

    expect([paused.state, resumed.state]).toEqual(['PAUSED', 'RUNNING']);
    expect(handler.deliveries).toHaveLength(1);
  });

  it('lose every task when purged, but not their names', async () => {
    const { client, clock } = await setUp({ transport });
    const handler = await startHandler();
    await post(client, handler.url, { id: 'gone', ...later });

    const [purged] = await client.purgeQueue({ name: queueName });
    await clock.advance(30_000);

    expect(Number(purged.purgeTime?.seconds)).toBe(Date.parse('2026-03-01T12:00:00Z') / 1000);
    expect((await client.listTasks({ parent: queueName }))[0]).toEqual([]);
    await expect(post(client, handler.url, { id: 'gone' })).rejects.toMatchObject({ code: 6 });
  });

  it('block their name for 7 days when deleted', async () => {
    const { client, clock } = await setUp({ transport });
    await client.deleteQueue({ name: queueName });
    const again = () => client.createQueue({ parent: location, queue: { name: queueName } });

    await expect(client.getQueue({ name: queueName })).rejects.toMatchObject({ code: 5 });
    await expect(again()).rejects.toMatchObject({ code: 9 });
    await clock.advance(7 * 24 * 3_600_000);

    await expect(again()).resolves.toBeDefined();
  });
});

describe.each(transports)('tasks over %s', (transport) => {
  it('come back as they were given, with what the service adds', async () => {
    const { client } = await setUp({ transport });
    await client.createTask({
      parent: queueName,
      task: {
        name: task('full'),
        httpRequest: {
          url: 'http://127.0.0.1:9/path?x=1',
          httpMethod: 'PUT',
          headers: { 'X-Mine': 'yes', 'X-CloudTasks-TaskName': 'forged', Host: 'elsewhere' },
          body: Buffer.from([0, 255, 1]),
          oidcToken: { serviceAccountEmail: 'queue@demo.test' },
        },
        scheduleTime: { ...later.scheduleTime, nanos: 123_456_789 },
        dispatchDeadline: { seconds: 30, nanos: 1_500_000 },
      },
    });

    const [full] = await client.getTask({ name: task('full'), responseView: 'FULL' });

    expect(full).toMatchObject({
      name: task('full'),
      view: 'FULL',
      httpRequest: {
        url: 'http://127.0.0.1:9/path?x=1',
        httpMethod: 'PUT',
        headers: { 'X-Mine': 'yes', 'User-Agent': 'Google-Cloud-Tasks' },
        oidcToken: { serviceAccountEmail: 'queue@demo.test', audience: 'http://127.0.0.1:9/path?x=1' },
      },
      scheduleTime: { nanos: 123_456_000 },
      createTime: { nanos: 0 },
      dispatchDeadline: { nanos: 1_000_000 },
      dispatchCount: 0,
      responseCount: 0,
      firstAttempt: null,
      lastAttempt: null,
    });
    expect(Object.keys(full.httpRequest?.headers ?? {}).sort()).toEqual(['User-Agent', 'X-Mine']);
    expect(Buffer.from(full.httpRequest?.body as Uint8Array)).toEqual(Buffer.from([0, 255, 1]));
  });

  it('leave the body out of the basic view', async () => {
    const { client } = await setUp({ transport });
    const httpRequest = { url: 'http://127.0.0.1:9', body: Buffer.from('secret') };

    const [created] = await client.createTask({ parent: queueName, task: { httpRequest, ...later } });
    const [fully] = await client.createTask({
      parent: queueName,
      task: { httpRequest, ...later },
      responseView: 'FULL',
    });
    const [[listed]] = await client.listTasks({ parent: queueName });

    expect(created.view).toBe('BASIC');
    expect(created.httpRequest?.body ?? '').toHaveLength(0);
    expect(listed?.httpRequest?.body ?? '').toHaveLength(0);
    expect(Buffer.from(fully.httpRequest?.body as Uint8Array).toString()).toBe('secret');
  });

  it('get the defaults: now, ten minutes, POST, an id of digits', async () => {
    const { client } = await setUp({ transport });
    await client.pauseQueue({ name: queueName });

    const [created] = await client.createTask({
      parent: queueName,
      task: { httpRequest: { url: 'http://127.0.0.1:9' }, scheduleTime: { seconds: 1 } },
    });

    expect(created.name).toMatch(new RegExp(`^${queueName}/tasks/\\d+$`));
    expect(created.httpRequest?.httpMethod).toBe('POST');
    expect(Number(created.dispatchDeadline?.seconds)).toBe(600);
    expect(Number(created.scheduleTime?.seconds)).toBe(Date.parse('2026-03-01T12:00:00Z') / 1000);
  });

  it('are listed in pages that survive deletions', async () => {
    const { client } = await setUp({ transport });
    for (const id of ['a', 'b', 'c', 'd']) await post(client, 'http://127.0.0.1:9', { id, ...later });
    const manual = { autoPaginate: false };

    const [first, next] = await client.listTasks({ parent: queueName, pageSize: 2 }, manual);
    await client.deleteTask({ name: task('b') });
    const [second] = await client.listTasks({ ...next, parent: queueName, pageSize: 2 }, manual);
    const [all] = await client.listTasks({ parent: queueName });

    expect([ids(first), ids(second), ids(all)]).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['a', 'c', 'd'],
    ]);
  });

  it('are gone when deleted, and keep their name for an hour', async () => {
    const { client, clock } = await setUp({ transport });
    await post(client, 'http://127.0.0.1:9', { id: 'x', ...later });
    const again = () => post(client, 'http://127.0.0.1:9', { id: 'x', ...later });

    await expect(again()).rejects.toMatchObject({ code: 6 });
    await client.deleteTask({ name: task('x') });
    await expect(client.getTask({ name: task('x') })).rejects.toMatchObject({ code: 5 });
    await clock.advance(3_599_999);
    await expect(again()).rejects.toMatchObject({ code: 6 });
    await clock.advance(1);

    await expect(again()).resolves.toBe(task('x'));
  });

  it('run now when told to, whatever pause and schedule say', async () => {
    const { client, clock } = await setUp({ transport });
    const handler = await startHandler();
    await client.pauseQueue({ name: queueName });
    await post(client, handler.url, { id: 'now', ...later });

    const [run] = await client.runTask({ name: task('now') });
    await clock.advance(0);

    expect(run).toMatchObject({ name: task('now'), dispatchCount: 1, responseCount: 0 });
    expect(run.lastAttempt).toMatchObject({ responseTime: null });
    expect(handler.deliveries).toHaveLength(1);
    await expect(client.runTask({ name: task('now') })).rejects.toMatchObject({ code: 5 });
  });
});
