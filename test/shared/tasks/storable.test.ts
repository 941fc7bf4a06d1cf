import { expect, test } from 'vitest';
import { ERROR_MAX_BYTES, OUTPUT_DEPTH_MAX, OUTPUT_MAX_BYTES } from '../../../shared/domain/limits.ts';
import { storableError, storableOutput } from '../../../shared/tasks/storable.ts';

const depthOf = (value: unknown): number =>
  value !== null && typeof value === 'object' ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

test('keeps an ordinary output as it is', () => {
  const output = { status: 'ok', list: [1, null, true, 'é'], nested: { a: {} } };

  expect(storableOutput(output)).toEqual(output);
});

test('drops NUL and mends half surrogate pairs, in keys too', () => {
  expect(storableOutput({ 'k\u0000': 'a\u0000b', x: '\udc00y' })).toEqual({ k: 'ab', x: '\ufffdy' });
});

test('cuts what is nested too deep', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 3_000; level += 1) deep = { deep };

  expect(depthOf(storableOutput({ deep }))).toBeLessThanOrEqual(OUTPUT_DEPTH_MAX);
});

test('keeps status and halt of an output that is too large, and says how large it was', () => {
  const output = { status: 'halted', halt: { code: 'x', detail: 'y' }, text: 'é'.repeat(OUTPUT_MAX_BYTES) };

  expect(storableOutput(output)).toEqual({
    status: 'halted',
    halt: output.halt,
    dropped: { reason: 'output too large', bytes: expect.any(Number) },
  });
});

test.for(['x', 'é', '😀', '\ud800', '\u0000a', 'a\udc00b'])(
  'cuts an error of %j at its limit without breaking a character',
  (piece) => {
    for (const offset of [0, 1, 2, 3]) {
      const stored = storableError('-'.repeat(offset) + piece.repeat(ERROR_MAX_BYTES + 1));

      expect(Buffer.byteLength(stored)).toBeLessThanOrEqual(ERROR_MAX_BYTES);
      expect(stored.isWellFormed() && !stored.includes('\u0000') && stored.endsWith('…')).toBe(true);
    }
  },
);
