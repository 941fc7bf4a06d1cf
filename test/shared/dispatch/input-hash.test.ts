import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputHash } from '../../../shared/dispatch/input-hash.ts';

const task = {
  enrichment_type: 'reconcile',
  entity_type: 'company',
  entity_id: 'a',
  input: { b: 1, a: [1, 2] },
};

test('has the documented form', () => {
  expect(inputHash(task)).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('does not depend on the order of keys, nor on the order of target fields', () => {
  const shuffled = {
    input: { a: [1, 2], b: 1 },
    entity_id: 'a',
    entity_type: 'company',
    enrichment_type: 'reconcile',
  };

  expect(inputHash(shuffled)).toBe(inputHash(task));
  expect(inputHash({ ...task, target_fields: ['x', 'y', 'x'] })).toBe(
    inputHash({ ...task, target_fields: ['y', 'x'] }),
  );
});

test('leaves out how the task came about', () => {
  expect(inputHash({ ...task, input: { ...task.input, depth: 3, force: true } })).toBe(inputHash(task));
});

test('no input and an empty input are the same work', () => {
  expect(inputHash({ ...task, input: null })).toBe(inputHash({ ...task, input: {} }));
});

test.for([
  ['type', { enrichment_type: 'logo' }],
  ['target', { entity_id: 'b' }],
  ['target fields', { target_fields: ['x'] }],
  ['input', { input: { b: 1, a: [2, 1] } }],
] as const)('another %s is other work', ([, parts]) => {
  expect(inputHash({ ...task, ...parts })).not.toBe(inputHash(task));
});

test('equal JSON has equal hashes, whatever it holds', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (input) => {
      const copy = Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(input))).reverse());
      expect(inputHash({ ...task, input: copy })).toBe(inputHash({ ...task, input }));
    }),
    { numRuns: 200 },
  );
});
