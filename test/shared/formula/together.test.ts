import { expect, test } from 'vitest';
import { serveTogether } from '../../../shared/formula/together.ts';

test('who comes while a call is under way is served by the next one, together', async () => {
  const together = serveTogether<number, string>();
  const calls: number[][] = [];
  const first = Promise.withResolvers<void>();
  const call = async (items: number[]) => {
    calls.push(items);
    if (calls.length === 1) await first.promise;
    return items.map((item) => `${item}!`);
  };
  const early = [1, 2].map((item) => together('a', item, call));
  await new Promise(setImmediate);
  const late = [3, 4, 5].map((item) => together('a', item, call));
  const other = together('b', 6, async (items) => items.map(String));

  expect(await other).toBe('6');
  first.resolve();

  expect(await Promise.all([...early, ...late])).toEqual(['1!', '2!', '3!', '4!', '5!']);
  expect(calls).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
});

test('an error is that of its call, and the next call is a new one', async () => {
  const together = serveTogether<number, number>();
  const answers = await Promise.allSettled([
    together('a', 1, () => Promise.reject(new Error('away'))),
    together('a', 2, () => Promise.reject(new Error('never called'))),
  ]);

  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await together('a', 3, async (items) => items)).toBe(3);
});
