import { expect, test } from 'vitest';
import { decideWrites, type FieldState, setByField } from '../../../shared/domain/field-writes.ts';

const state = (parts: Partial<Omit<FieldState, 'proposal'>> & { confidence?: number } = {}): FieldState => {
  const { confidence = 0.8, ...rest } = parts;
  return {
    field: 'grand_total',
    current: null,
    setBy: null,
    proposal: { value: '12.00', confidence, source: 'text' },
    ...rest,
  };
};
const nothing = { write: [], skipped: [], conflicts: [] };

test('fills an empty field from 0.70', () => {
  expect(decideWrites([state({ confidence: 0.7 })]).write).toEqual([
    { field: 'grand_total', value: '12.00', confidence: 0.7, source: 'text' },
  ]);
  expect(decideWrites([state({ confidence: 0.69 })])).toEqual({
    ...nothing,
    skipped: [{ field: 'grand_total', reason: 'low_confidence' }],
  });
});

test('leaves a field that already holds the value', () => {
  expect(decideWrites([state({ current: '12.00' })])).toEqual(nothing);
});

test('overwrites earlier enrichment when at least as sure', () => {
  const earlier = { current: '11.00', setBy: { source: 'ocr', confidence: 0.8 } };

  expect(decideWrites([state({ ...earlier, confidence: 0.8 })]).write).toHaveLength(1);
  expect(decideWrites([state({ ...earlier, confidence: 0.79 })]).skipped).toEqual([
    { field: 'grand_total', reason: 'less_sure' },
  ]);
  expect(decideWrites([state({ ...earlier, confidence: 0.79 })], { force: true }).write).toHaveLength(1);
});

test.each([
  ['user', { source: 'user', confidence: 1 }],
  ['connector', { source: 'pennylane', confidence: 0.4 }],
  ['unknown', null],
])('never overwrites a value of a %s, whatever is forced', (_who, setBy) => {
  const writes = decideWrites([state({ current: '11.00', setBy, confidence: 0.8 })], { force: true });

  expect(writes).toEqual({ ...nothing, skipped: [{ field: 'grand_total', reason: 'user_value' }] });
});

test('asks about a user value that the evidence contradicts from 0.85', () => {
  const writes = decideWrites([state({ current: '11.00', confidence: 0.85 })]);

  expect(writes.write).toEqual([]);
  expect(writes.conflicts).toEqual([
    { field: 'grand_total', current: '11.00', proposed: '12.00', confidence: 0.85 },
  ]);
});

test('a record of who set a field without a confidence counts as sure', () => {
  const setBy = setByField([
    { field: 'name', source: 'text', confidence: '0.80' },
    { field: 'domain', source: 'pennylane', confidence: null },
  ]);

  expect(setBy.get('name')).toEqual({ source: 'text', confidence: 0.8 });
  expect(setBy.get('domain')).toEqual({ source: 'pennylane', confidence: 1 });
});
