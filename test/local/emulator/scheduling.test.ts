import { describe, expect, it } from 'vitest';
import type { TaskActivityLog } from '../../../local/emulator/attempt-log.ts';
import { post, queueName, setUp, setUpLive, startHandler, task } from './support.ts';

const start = Date.parse('2026-03-01T12:00:00Z');
const day = 24 * 3_600_000;
const never = () => new Promise<number>(() => {});

describe('time', () => {
  it('sends a task when it is due and not before', async () => {
    const { client, clock } = await setUp();
    const handler = await startHandler();
    await post(client, handler.url, { scheduleTime: { seconds: start / 1000 + 60 } });

    await clock.advance(59_999);
    expect(handler.deliveries).toHaveLength(0);
    await clock.advance(1);

    expect(handler.deliveries).toHaveLength(1);
  });

  it('sends tasks in the order of their schedule, whatever the order of creation', async () => {
    const { client, clock } = await setUp();
    const handler = await startHandler();
    for (const seconds of [30, 10, 20]) {
      await post(client, handler.url, {
        id: `t${seconds}`,
        scheduleTime: { seconds: start / 1000 + seconds },
      });
    }

    await clock.advance(60_000);

    const order = handler.deliveries.map(({ headers }) => headers['x-cloudtasks-taskname']);
    expect(order).toEqual(['t10', 't20', 't30']);
  });

  it('waits between tries as the queue says', async () => {
    const retryConfig = { minBackoff: { seconds: 10 }, maxBackoff: { seconds: 50 }, maxDoublings: 2 };
    const { client, clock } = await setUp({ queue: { retryConfig } });
    const times: number[] = [];
    const handler = await startHandler(() => {
      times.push((clock.now() - start) / 1000);
      return 500;
    });
    await post(client, handler.url);

    await clock.advance(240_000);

    expect(times).toEqual([0, 10, 30, 70, 120, 170, 220]);
  });

  it('drops a task that is 31 days old', async () => {
    const { emulator, client, clock } = await setUp();
    await client.pauseQueue({ name: queueName });
    await post(client, 'http://127.0.0.1:9/', { id: 'old' });

    await clock.advance(31 * day - 1);
    await expect(client.getTask({ name: task('old') })).resolves.toBeDefined();
    await clock.advance(1);

    await expect(client.getTask({ name: task('old') })).rejects.toMatchObject({ code: 5 });
    expect(emulator.stats().queues[queueName]?.expired).toBe(1);
  });
});

describe('giving up', () => {
  it('deletes a task silently after its last attempt', async () => {
    const { emulator, client, clock } = await setUp({ queue: { retryConfig: { maxAttempts: 3 } } });
    const handler = await startHandler(() => 500);
    await post(client, handler.url, { id: 'lost' });

    await clock.advance(3_600_000);

    expect(handler.deliveries).toHaveLength(3);
    await expect(client.getTask({ name: task('lost') })).rejects.toMatchObject({ code: 5 });
    expect(emulator.stats().queues[queueName]).toMatchObject({ exhausted: 1, failed: 3, succeeded: 0 });
  });

  it('goes on until both limits are used up', async () => {
    const seconds10 = { seconds: 10 };
    const { client, clock } = await setUp({
      queue: {
        retryConfig: {
          maxAttempts: 2,
          maxRetryDuration: { seconds: 35 },
          minBackoff: seconds10,
          maxBackoff: seconds10,
        },
      },
    });
    const handler = await startHandler(() => 500);
    await post(client, handler.url);

    await clock.advance(3_600_000);

    // At 0, 10, 20, 30 s the duration is not over; at 40 s both limits are.
    expect(handler.deliveries).toHaveLength(5);
  });
});

describe('rate', () => {
  it('spends the burst at once and then keeps to the rate', async () => {
    const { client, clock } = await setUp({ queue: { rateLimits: { maxDispatchesPerSecond: 10 } } });
    const handler = await startHandler();
    for (let index = 0; index < 8; index += 1) await post(client, handler.url);

    await clock.advance(0);
    const atOnce = handler.deliveries.length;
    await clock.advance(200);
    const soon = handler.deliveries.length;
    await clock.advance(400);

    expect([atOnce, soon, handler.deliveries.length]).toEqual([2, 4, 8]);
  });

  it('has no more than maxConcurrentDispatches in flight', async () => {
    const { emulator, client, clock } = await setUp({
      queue: { rateLimits: { maxConcurrentDispatches: 2 } },
    });
    const answers: ((status: number) => void)[] = [];
    const handler = await startHandler(() => new Promise<number>((resolve) => answers.push(resolve)));
    for (let index = 0; index < 5; index += 1) await post(client, handler.url);

    await clock.advance(0, { leaveRunning: true });
    await handler.arrived(2);
    const capped = emulator.stats().queues[queueName];
    answers[0]?.(200);
    await handler.arrived(3);
    const afterOne = emulator.stats().queues[queueName];

    expect(capped).toMatchObject({ inFlight: 2, waiting: 3, dispatched: 2 });
    expect(afterOne).toMatchObject({ inFlight: 2, waiting: 2, dispatched: 3 });
  });

  it('follows an update at once', async () => {
    const { client, clock } = await setUp({ queue: { rateLimits: { maxDispatchesPerSecond: 0.1 } } });
    const handler = await startHandler();
    for (let index = 0; index < 3; index += 1) await post(client, handler.url);
    await clock.advance(1000);
    const slow = handler.deliveries.length;

    await client.updateQueue({ queue: { name: queueName, rateLimits: { maxDispatchesPerSecond: 500 } } });
    await clock.advance(1000);

    expect([slow, handler.deliveries.length]).toEqual([1, 3]);
  });
});

describe.each([429, 503])('a %s', (status) => {
  it('holds the whole queue for a second, longer with each round', async () => {
    const { client, clock } = await setUp();
    const times: [string | string[] | undefined, number][] = [];
    const handler = await startHandler(({ headers }) => {
      times.push([headers['x-cloudtasks-taskname'], clock.now() - start]);
      return times.length < 3 ? status : 200;
    });

    await post(client, handler.url, { id: 'first' });
    await clock.advance(0);
    await post(client, handler.url, { id: 'bystander' });
    await clock.advance(60_000);

    expect(times).toEqual([
      ['first', 0],
      ['bystander', 1000],
      ['first', 1000],
      ['bystander', 3000],
    ]);
  });

  it('from a whole burst is one round', async () => {
    const { client, clock } = await setUp();
    const times: number[] = [];
    const handler = await startHandler(() => {
      times.push(clock.now() - start);
      return times.length <= 3 ? status : 200;
    });
    await client.pauseQueue({ name: queueName });
    for (let index = 0; index < 3; index += 1) await post(client, handler.url);
    await client.resumeQueue({ name: queueName });

    await clock.advance(60_000);

    expect(times).toEqual([0, 0, 0, 1000, 1000, 1000]);
  });

  it.each([
    ['seconds', '120', 120_000],
    ['a date', 'Sun, 01 Mar 2026 12:01:30 GMT', 90_000],
  ])('holds the queue as long as Retry-After says in %s', async (_, header, expected) => {
    const { client, clock } = await setUp();
    const times: number[] = [];
    const handler = await startHandler((_request, index) => {
      times.push(clock.now() - start);
      return index === 0 ? { status, headers: { 'Retry-After': header } } : 200;
    });
    await post(client, handler.url, { id: 'first' });
    await clock.advance(0);
    await post(client, handler.url, { id: 'bystander' });

    await clock.advance(300_000);

    expect(times).toEqual([0, expected, expected]);
  });
});

it('takes no notice of Retry-After with another status', async () => {
  const { client, clock } = await setUp();
  const handler = await startHandler(() => ({ status: 422, headers: { 'Retry-After': '3600' } }));
  await post(client, handler.url);

  await clock.advance(100);

  expect(handler.deliveries).toHaveLength(2);
});

describe('runTask', () => {
  it('passes over rate and throttle, and a failure waits the ordinary backoff from the call', async () => {
    const retryConfig = { minBackoff: { seconds: 10 }, maxBackoff: { seconds: 10 } };
    const rateLimits = { maxDispatchesPerSecond: 0.001 };
    const { client, clock } = await setUp({ queue: { retryConfig, rateLimits } });
    const handler = await startHandler(() => 500);
    await post(client, handler.url, { id: 'a' });
    await post(client, handler.url, { id: 'b' });
    await clock.advance(5000);

    await client.runTask({ name: task('b') });
    await clock.advance(0);
    const [failed] = await client.getTask({ name: task('b') });

    expect(handler.deliveries).toHaveLength(2);
    expect(Number(failed.scheduleTime?.seconds)).toBe(start / 1000 + 15);
  });

  it('starts no second request beside one in flight, and the task is delivered once', async () => {
    const { client, clock } = await setUp();
    let answer: (status: number) => void = () => {};
    const handler = await startHandler(
      () =>
        new Promise<number>((resolve) => {
          answer = resolve;
        }),
    );
    await post(client, handler.url, { id: 'once' });
    await handler.arrived(1);

    const [run] = await client.runTask({ name: task('once') });
    answer(200);
    await clock.advance(60_000);

    expect(run.dispatchCount).toBe(1);
    expect(handler.deliveries).toHaveLength(1);
  });

  it('holds its place while it runs, and a late failure still waits from the call', async () => {
    const retryConfig = { minBackoff: { seconds: 100 }, maxBackoff: { seconds: 100 } };
    const { client, clock } = await setUp({ queue: { retryConfig } });
    let answer: (status: number) => void = () => {};
    const handler = await startHandler(
      () =>
        new Promise<number>((resolve) => {
          answer = resolve;
        }),
    );
    await post(client, handler.url, { id: 'slow', scheduleTime: { seconds: start / 1000 + 60 } });

    await client.runTask({ name: task('slow') });
    await handler.arrived(1);
    await clock.advance(61_000, { leaveRunning: true });
    answer(500);
    await clock.advance(0);
    const [failed] = await client.getTask({ name: task('slow') });

    expect(handler.deliveries).toHaveLength(1);
    expect(failed.dispatchCount).toBe(1);
    expect(Number(failed.scheduleTime?.seconds)).toBe(start / 1000 + 100);
  });

  it('leaves nothing behind that would deliver again at the scheduled time', async () => {
    const { client, clock } = await setUp();
    const handler = await startHandler();
    await post(client, handler.url, { id: 'early', scheduleTime: { seconds: start / 1000 + 60 } });

    await client.runTask({ name: task('early') });
    await clock.advance(120_000);

    expect(handler.deliveries).toHaveLength(1);
  });
});

it('does not let the answer of a deleted task do anything', async () => {
  const { client, clock } = await setUp();
  let answer: (status: number) => void = () => {};
  const handler = await startHandler(
    () =>
      new Promise<number>((resolve) => {
        answer = resolve;
      }),
  );
  await post(client, handler.url, { id: 'gone' });
  await handler.arrived(1);

  await client.deleteTask({ name: task('gone') });
  answer(500);
  await clock.advance(60_000);

  expect(handler.deliveries).toHaveLength(1);
  await expect(client.getTask({ name: task('gone') })).rejects.toMatchObject({ code: 5 });
});

it('keeps the name of a task that ran for as long as it is told to', async () => {
  const { client, clock } = await setUp({ taskNameMs: 5000 });
  const handler = await startHandler();
  const create = () => post(client, handler.url, { id: 'again' });
  await create();
  await clock.advance(4999);

  await expect(create()).rejects.toMatchObject({ code: 6 });
  await clock.advance(1);

  await expect(create()).resolves.toBe(task('again'));
});

it('logs each attempt in the shape of the operations log', async () => {
  const entries: TaskActivityLog[] = [];
  const { client, clock } = await setUp({ log: (entry) => entries.push(entry) });
  const handler = await startHandler((_, index) => (index === 0 ? 422 : 200));

  await post(client, handler.url, { id: 'logged' });
  await clock.advance(1000);

  const targetAddress = `POST ${handler.url}`;
  expect(entries).toEqual([
    {
      task: task('logged'),
      attemptResponseLog: {
        status: 'FAILED_PRECONDITION',
        scheduleTime: '2026-03-01T12:00:00.000Z',
        retryTime: '2026-03-01T12:00:00.100Z',
        targetType: 'HTTP',
        targetAddress,
        attemptDuration: '0s',
        dispatchCount: 1,
        responseCount: 1,
        maxAttempts: 100,
      },
    },
    {
      task: task('logged'),
      attemptResponseLog: {
        status: 'OK',
        scheduleTime: '2026-03-01T12:00:00.100Z',
        targetType: 'HTTP',
        targetAddress,
        attemptDuration: '0s',
        dispatchCount: 2,
        responseCount: 2,
        maxAttempts: 100,
      },
    },
  ]);
});

describe('on the system clock', () => {
  it('delivers everything, and says when it is idle', async () => {
    const { emulator, client } = await setUpLive({ retryConfig: { minBackoff: { nanos: 1_000_000 } } });
    const handler = await startHandler((_, index) => (index % 10 === 0 ? 422 : 204));
    const created = Array.from({ length: 100 }, () => post(client, handler.url));
    await Promise.all(created);

    while (emulator.stats().queues[queueName]?.succeeded !== 100) await emulator.whenIdle();

    expect(handler.deliveries.length).toBeGreaterThan(100);
    expect((await client.listTasks({ parent: queueName }))[0]).toEqual([]);
  });

  it('does not count tasks for later, nor those of a paused queue, as something to wait for', async () => {
    const { emulator, client } = await setUpLive();
    await post(client, 'http://127.0.0.1:9/', { scheduleTime: { seconds: Date.now() / 1000 + 600 } });
    await emulator.whenIdle();
    await client.pauseQueue({ name: queueName });
    await post(client, 'http://127.0.0.1:9/');

    await expect(emulator.whenIdle()).resolves.toBeUndefined();
  });

  it('stops while handlers hang', async () => {
    const { emulator, client } = await setUpLive();
    const handler = await startHandler(never);
    for (let index = 0; index < 3; index += 1) await post(client, handler.url);
    await handler.arrived(3);

    await Promise.all([emulator.stop(), emulator.stop()]);

    expect(emulator.stats().queues[queueName]).toMatchObject({ inFlight: 0, succeeded: 0, failed: 3 });
    await expect(fetch(emulator.restUrl)).rejects.toThrow();
  });
});
