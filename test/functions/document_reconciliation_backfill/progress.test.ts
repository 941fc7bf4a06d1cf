import { describe, expect, test } from 'vitest';
import { advance, startOf } from '../../../functions/document_reconciliation_backfill/progress.ts';
import { DocumentReconciliationBackfillInput } from '../../../functions/document_reconciliation_backfill/schema.ts';

const start = (input: object, today = '2026-11-24') =>
  startOf(DocumentReconciliationBackfillInput.parse(input), today);

describe('the span of a backfill', () => {
  test.each([
    [{}, { from: '2021-11-24', to: '2026-11-24' }],
    [{ to: '2025-06-30' }, { from: '2020-06-30', to: '2025-06-30' }],
    [{ from: '2026-01-01' }, { from: '2026-01-01', to: '2026-11-24' }],
    [
      { from: '2026-01-01', to: '2026-01-01' },
      { from: '2026-01-01', to: '2026-01-01' },
    ],
    [{ to: '2028-02-29' }, { from: '2023-02-28', to: '2028-02-29' }],
  ])('%j reads %j', (input, params) => {
    expect(start(input)).toMatchObject({ params, scanned: 0, cursor: null, done: false });
  });

  test.each([
    [{ from: '2026-02-02', to: '2026-02-01' }, 'is after'],
    [{ from: '2027-01-01' }, 'is after'],
    [{ from: '2021-01-31', to: '2026-02-01' }, 'longer than 5 years'],
  ])('%j is refused', (input, sentence) => {
    expect(start(input)).toEqual({ invalid: expect.stringContaining(sentence) });
  });
});

test('counts add up page by page, and a page that is not full is the last', () => {
  const first = start({ limit: 2 });
  if ('invalid' in first) throw new Error(first.invalid);
  const page = {
    linked: 1,
    enqueued: { ocr_extract: 0, ai_invoice: 1, reconcile: 0 },
    ambiguous: 0,
    skipped: 0,
  };

  const second = advance(first, { ...page, documentIds: ['a', 'b'] });
  const third = advance(second, { ...page, linked: 0, documentIds: ['c'] });
  const empty = advance(second, { ...page, linked: 0, documentIds: [] });

  expect(second).toMatchObject({ scanned: 2, linked: 1, cursor: 'b', done: false });
  expect(third).toMatchObject({
    scanned: 3,
    linked: 1,
    enqueued: { ai_invoice: 2 },
    cursor: 'c',
    done: true,
  });
  expect(empty).toMatchObject({ scanned: 2, cursor: 'b', done: true });
});
