import { describe, expect, it } from 'vitest';
import { createFaults, fraction } from '../../../local/emulator/faults.ts';
import { post, queueName, setUp, startHandler, task, transports } from './support.ts';

describe('the dice', () => {
  it('strike the given share of the cases', () => {
    const { faults, dice } = createFaults(1);
    faults.set('work', { loseAnswer: 0.2 });

    const struck = Array.from({ length: 5000 }, (_, index) => dice.losesAnswer(queueName, `${index}`));

    expect(struck.filter(Boolean).length / 5000).toBeCloseTo(0.2, 1);
  });

  it('strike the same cases again with the same seed, in whatever order they come', () => {
    const cases = Array.from({ length: 200 }, (_, index) => `task-${index}`);
    const run = (seed: number, order: string[]): string[] => {
      const { faults, dice } = createFaults(seed);
      faults.set('*', { duplicate: 0.3 });
      return order.filter((what) => dice.duplicate(queueName, what)).sort();
    };

    expect(run(7, cases)).toEqual(run(7, cases.toReversed()));
    expect(run(7, cases)).not.toEqual(run(8, cases));
  });

  it('are spread evenly', () => {
    const buckets = new Array<number>(10).fill(0);
    for (let index = 0; index < 10_000; index += 1) {
      const bucket = Math.floor(fraction(42, index) * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }

    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('go by the full name before the id, and by the id before the star', () => {
    const { faults } = createFaults(1);
    faults.set('*', { loseAnswer: 0.1 });
    faults.set('work', { loseAnswer: 0.2 });

    const byId = faults.get(queueName);
    faults.set(queueName, { loseAnswer: 0.3 });
    const byName = faults.get(queueName);
    faults.clear();

    expect([byId, byName, faults.get(queueName)]).toEqual([{ loseAnswer: 0.2 }, { loseAnswer: 0.3 }, {}]);
  });

  it.each([
    ['a rate over 1', { duplicate: 2 }],
    ['an unknown fault', { explode: 1 }],
    ['an unknown code', { refuseCreation: { rate: 1, code: 'NOPE' } }],
  ])('refuse %s', (_, faults) => {
    expect(() => createFaults(1).faults.set('work', faults as object)).toThrow();
  });
});

describe('duplicate', () => {
  it('sends the same request twice and heeds the first answer only', async () => {
    const { emulator, client, clock } = await setUp();
    const handler = await startHandler();
    emulator.faults.set('work', { duplicate: { times: 1 } });

    await post(client, handler.url, { id: 'twice' });
    await post(client, handler.url, { id: 'once' });
    await clock.advance(60_000);

    const names = handler.deliveries.map(({ headers }) => headers['x-cloudtasks-taskname']).sort();
    expect(names).toEqual(['once', 'twice', 'twice']);
    const twice = handler.deliveries.filter(({ headers }) => headers['x-cloudtasks-taskname'] === 'twice');
    expect(twice[1]?.rawHeaders).toEqual(twice[0]?.rawHeaders);
    expect(emulator.stats().queues[queueName]).toMatchObject({ duplicates: 1, succeeded: 2 });
  });

  it('sends the copy after the task has ended when it lags', async () => {
    const { emulator, client, clock } = await setUp();
    const handler = await startHandler();
    emulator.faults.set('work', { duplicate: { rate: 1, lagMs: 5000 } });
    await post(client, handler.url, { id: 'twice' });

    await clock.advance(4999);
    expect(handler.deliveries).toHaveLength(1);
    await expect(client.getTask({ name: task('twice') })).rejects.toMatchObject({ code: 5 });
    await clock.advance(1);

    expect(handler.deliveries).toHaveLength(2);
  });
});

it('delay puts a task off', async () => {
  const { emulator, client, clock } = await setUp();
  const handler = await startHandler();
  emulator.faults.set('work', { delay: { rate: 1, ms: 3000 } });
  await post(client, handler.url);

  await clock.advance(2999);
  expect(handler.deliveries).toHaveLength(0);
  await clock.advance(1);

  expect(handler.deliveries).toHaveLength(1);
  expect(emulator.stats().queues[queueName]?.putOff).toBe(1);
});

it('reorder lets later tasks overtake, the same ones with the same seed', async () => {
  const run = async (seed: number): Promise<unknown[]> => {
    const { emulator, client, clock } = await setUp({ seed });
    const handler = await startHandler();
    emulator.faults.set('work', { reorder: { rate: 0.5, withinMs: 1000 } });
    for (let index = 0; index < 12; index += 1) await post(client, handler.url, { id: `t${index}` });
    await clock.advance(1000);
    return handler.deliveries.map(({ headers }) => headers['x-cloudtasks-taskname']);
  };

  const [first, second] = [await run(3), await run(3)];

  expect(first).toHaveLength(12);
  expect(first).not.toEqual(Array.from({ length: 12 }, (_, index) => `t${index}`));
  expect(second.toSorted()).toEqual(first.toSorted());
  expect(second.slice(-4)).toEqual(first.slice(-4));
});

it('loseAnswer lets the handler run and then tries again', async () => {
  const { emulator, client, clock } = await setUp();
  const handler = await startHandler();
  emulator.faults.set('work', { loseAnswer: { times: 1 } });

  await post(client, handler.url);
  await clock.advance(1000);

  expect(handler.deliveries).toHaveLength(2);
  expect(handler.deliveries[1]?.headers).toMatchObject({
    'x-cloudtasks-taskretrycount': '1',
    'x-cloudtasks-taskexecutioncount': '0',
  });
  expect(emulator.stats().queues[queueName]).toMatchObject({ lostAnswers: 1, succeeded: 1 });
});

describe.each(transports)('creation over %s', (transport) => {
  it('is refused with the code asked for, and nothing is created', async () => {
    const { emulator, client } = await setUp({ transport });
    emulator.faults.set('work', { refuseCreation: { times: 2, code: 'RESOURCE_EXHAUSTED' } });
    const create = () => post(client, 'http://127.0.0.1:9/', { id: 'tried' });

    await expect(create()).rejects.toMatchObject({ code: 8 });
    await expect(create()).rejects.toMatchObject({ code: 8 });

    await expect(create()).resolves.toBe(task('tried'));
  });

  it('is done although its answer is lost', async () => {
    const { emulator, client, clock } = await setUp({ transport });
    const handler = await startHandler();
    emulator.faults.set('work', { loseCreateAnswer: { times: 1 } });

    await expect(post(client, handler.url, { id: 'unclear' })).rejects.toMatchObject({ code: 4 });
    await clock.advance(0);

    expect(handler.deliveries).toHaveLength(1);
    await expect(post(client, handler.url, { id: 'unclear' })).rejects.toMatchObject({ code: 6 });
  });
});

it('a create call that is never answered stays open although the task runs', async () => {
  const { emulator, client, clock } = await setUp();
  const handler = await startHandler();
  emulator.faults.set('work', { loseCreateAnswer: { rate: 1, answer: 'never' } });
  let settled = false;

  const call = client
    .createTask({ parent: queueName, task: { httpRequest: { url: handler.url } } })
    .finally(() => {
      settled = true;
    });
  const outcome = expect(call).rejects.toThrow();
  await handler.arrived(1);
  await clock.advance(0);

  expect(settled).toBe(false);
  expect(emulator.stats().queues[queueName]).toMatchObject({ lostCreateAnswers: 1, succeeded: 1 });
  await emulator.stop();
  await outcome;
});
