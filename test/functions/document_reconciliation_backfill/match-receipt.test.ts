import { describe, expect, test } from 'vitest';
import {
  matchReceipt,
  receiptScore,
} from '../../../functions/document_reconciliation_backfill/match-receipt.ts';
import type { MovementRow } from '../../../shared/db/movements.ts';

const receipt = { total: '23.40', currency: 'EUR', day: '2026-03-10', shop: 'Café Morgenrot GmbH' };
const payment = (parts: Partial<MovementRow> = {}): MovementRow => ({
  pk: 1,
  transaction_id: '0b6f3c1e-9a55-4f0a-8d39-6c4c6f6a1a11',
  anchor_date: '2026-03-10',
  amount: '-23.40',
  currency: 'EUR',
  original_amount: null,
  original_currency: null,
  label: 'CAFE MORGENROT BERLIN',
  counterparty_id: null,
  counterparty_name: null,
  counterparty_iban: null,
  ...parts,
});

describe('the payment of a receipt', () => {
  test.each([
    ['same day, name in the label', {}, 1],
    ['booked three days later', { anchor_date: '2026-03-13' }, 0.95],
    ['half of the name cut off', { label: 'MORGENROT' }, 0.75 + (0.25 * 9) / 13],
    ['the counterparty has the name', { label: null, counterparty_name: 'Morgenrot Cafe' }, 1],
    ['no name anywhere', { label: 'CARD 1234' }, 0.75],
    [
      'paid abroad, the original amount fits',
      { amount: '-25.10', currency: 'CHF', original_amount: '23.4', original_currency: 'EUR' },
      1,
    ],
    ['another amount', { amount: '-23.41' }, 0],
    ['another currency', { currency: 'USD' }, 0],
    ['eight days away', { anchor_date: '2026-03-18' }, 0],
    ['no date', { anchor_date: null }, 0],
  ])('%s', (_what, parts, score) => {
    expect(receiptScore(receipt, payment(parts))).toBeCloseTo(score, 6);
  });

  test('is the only sure one', () => {
    const others = [payment({ pk: 2, label: 'CARD 1234' }), payment({ pk: 3, amount: '-99.00' })];

    expect(matchReceipt(receipt, [...others, payment({ pk: 4 })])).toEqual({ transactionPk: 4 });
  });

  test('is left to a person when two are sure, and to nobody when none is', () => {
    expect(matchReceipt(receipt, [payment({ pk: 1 }), payment({ pk: 2 })])).toBe('ambiguous');
    expect(matchReceipt({ ...receipt, shop: '' }, [payment()])).toBeNull();
    expect(matchReceipt(receipt, [])).toBeNull();
  });
});
