import { expect, test } from 'vitest';
import { waitWhileOpen } from '../../../functions/enrichment_task_retrieve/wait-while-open.ts';

/** Time that passes in pauses only, and a task that is open for so many looks. */
const scene = (looks: number) => {
  const pauses: number[] = [];
  const stop = new AbortController();
  let time = 0;
  let looked = 0;
  return {
    pauses,
    stop,
    looked: () => looked,
    run: (seconds: number, random = 0.5) =>
      waitWhileOpen(
        async () => {
          looked += 1;
          return looked < looks;
        },
        {
          ...{ seconds, until: stop.signal, now: () => time, random: () => random },
          pause: async (ms) => {
            pauses.push(ms);
            time += ms;
          },
        },
      ),
  };
};

test('it ends as soon as the task is at rest', async () => {
  const { run, pauses, looked } = scene(3);

  await run(20);

  expect(looked()).toBe(3);
  expect(pauses).toEqual([200, 400, 800]);
});

test('it asks about once a second, and ends when the time is up', async () => {
  const { run, pauses } = scene(Number.POSITIVE_INFINITY);

  await run(5);

  expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(5_000);
  expect(Math.max(...pauses)).toBe(1_000);
});

test.each([
  [0, 150],
  [1, 250],
])('pauses differ by a quarter, so that pollers do not come together (%d)', async (random, first) => {
  const { run, pauses } = scene(2);

  await run(20, random);

  expect(pauses[0]).toBe(first);
});

test('whoever hangs up is waited for no longer', async () => {
  const { run, stop, looked } = scene(Number.POSITIVE_INFINITY);
  stop.abort();

  await run(20);

  expect(looked()).toBe(0);
});

test('a pause ends with the wait', async () => {
  const stop = new AbortController();
  const waiting = waitWhileOpen(async () => true, { seconds: 600, until: stop.signal });

  stop.abort();

  await expect(waiting).resolves.toBeUndefined();
});
