import { describe, expect, test } from 'vitest';
import { settleType } from '../../../functions/ocr_extract/settle-type.ts';
import { isInvoiceLike } from '../../../shared/domain/document-types.ts';

const found = (document_type: string | null, type_confidence = 0.9) => ({ document_type, type_confidence });

describe('the type of a document', () => {
  test('is what was found where nobody gave one', () => {
    expect(settleType(null, null, found('380'))).toEqual({
      type: '380',
      write: { value: '380', confidence: 0.9 },
    });
  });

  test('is used but not written while it is a guess', () => {
    expect(settleType(null, null, found('380', 0.6))).toEqual({ type: '380', write: null });
  });

  test('stays what a person or the uploader said', () => {
    expect(settleType('381', { source: 'user', confidence: 1 }, found('380'))).toEqual({
      type: '381',
      write: null,
    });
    expect(settleType('381', null, found('380', 1))).toEqual({ type: '381', write: null });
  });

  test('replaces an earlier guess of ours when at least as sure', () => {
    const earlier = { source: 'rule', confidence: 0.8 };

    expect(settleType('381', earlier, found('380', 0.8))).toMatchObject({ type: '380' });
    expect(settleType('381', earlier, found('380', 0.7))).toEqual({ type: '381', write: null });
  });

  test('has no code for receipts and orders, and keeps their name for the task', () => {
    expect(settleType(null, null, found('receipt'))).toEqual({ type: 'receipt', write: null });
    expect(settleType('380', null, found('order'))).toEqual({ type: '380', write: null });
  });
});

test.each([
  ['380', true],
  ['381', true],
  ['387', true],
  ['receipt', true],
  ['order', false],
  ['220', false],
  [null, false],
])('%s goes on to be read as an invoice: %s', (type, goesOn) => {
  expect(isInvoiceLike(type)).toBe(goesOn);
});
