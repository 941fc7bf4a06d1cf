import { afterAll, expect, test } from 'vitest';
import type { Program, Row } from '../../../shared/formula/evaluate-rows.ts';
import { createEvaluator } from '../../../shared/formula/evaluator.ts';

const evaluator = createEvaluator();
afterAll(() => evaluator.close());

const program = (runs: string, reads = ['description']): Program => ({
  fields: [
    ['description', 'text'],
    ['grand_total', 'decimal'],
  ],
  steps: [{ key: 'target', runs, reads, shape: { type: 'text' } }],
});
const row = (description: string | null): Row => ({ values: { description, grand_total: '1' } });

/** Slow in proportion to its text, as the slowest that a formula may call. */
const slow = program('match(description, "(?i)(x|xx|xxx)*y\\\\b") ? "found" : "not found"');

test('a row that takes too long has an error of its own, and the others their values', async () => {
  const long = 'xy_'.repeat(1_000_000);

  const results = await evaluator.evaluate(slow, [row('xx'), row(long), row(null), row('abc')]);

  expect(results).toEqual([
    { cell: { value: 'not found' } },
    { error: 'the formula takes longer than 200 ms' },
    { cell: { value: null } },
    { cell: { value: 'not found' } },
  ]);
});

test('programs of many callers share the thread and keep to their own rows', async () => {
  const numbers = Array.from({ length: 20 }, (_, index) => index);

  const results = await Promise.all(
    numbers.map((index) => evaluator.evaluate(program(`"${index % 3}" + description`), [row(`r${index}`)])),
  );

  expect(results).toEqual(numbers.map((index) => [{ cell: { value: `${index % 3}r${index}` } }]));
});

test('a formula that nobody checked is refused, and the thread goes on', async () => {
  await expect(evaluator.evaluate(program('description +'), [row('a')])).rejects.toThrow('unchecked formula');
  expect(await evaluator.evaluate(program('description'), [row('a')])).toEqual([{ cell: { value: 'a' } }]);
});

test('nothing is evaluated for a caller that has gone', async () => {
  const signal = AbortSignal.abort(new Error('gone'));

  await expect(evaluator.evaluate(program('description'), [row('a')], { signal })).rejects.toThrow('gone');
});
