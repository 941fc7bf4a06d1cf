import { describe, expect, it } from 'vitest';
import { indexRates } from '../../../functions/reconcile/exchange.ts';
import { readMovements, toDay } from '../../../functions/reconcile/payment-records.ts';
import { aTransaction } from '../../support/payments/factories.ts';

const day = (text: string) => toDay(text) ?? Number.NaN;
const published = (rate_date: string, rate = '1.10') => ({
  source_currency: 'EUR',
  target_currency: 'USD',
  rate,
  rate_date,
});
const seen = (transaction_id: string, booking_date: string, amount: string) =>
  aTransaction({ transaction_id, booking_date, amount, original_amount: '100.00', original_currency: 'USD' });

describe('indexRates', () => {
  it('takes the latest published rate at or before the day', () => {
    const rates = indexRates(
      [published('2026-03-01', '1.05'), published('2026-03-03', '1.10'), published('2026-03-05', '1.20')],
      [],
    );

    expect(rates.rate('EUR', 'USD', day('2026-03-04'))).toEqual({ rate: 1.1, from: 'table' });
  });

  it('turns a published rate round', () => {
    expect(
      indexRates([published('2026-03-03', '1.25')], []).rate('USD', 'EUR', day('2026-03-03'))?.rate,
    ).toBe(0.8);
  });

  it('does not use a published rate older than four days', () => {
    expect(indexRates([published('2026-03-01')], []).rate('EUR', 'USD', day('2026-03-06'))).toBeNull();
  });

  it('takes the middle of the rates seen nearest to the day', () => {
    const { records } = readMovements([
      seen('a', '2026-03-01', '90.00'),
      seen('b', '2026-03-02', '92.00'),
      seen('c', '2026-03-03', '55.00'),
    ]);

    expect(indexRates([], records).rate('USD', 'EUR', day('2026-03-02'))).toEqual({
      rate: 0.9,
      from: 'near',
    });
  });

  it('says when a rate was seen long ago', () => {
    const { records } = readMovements([seen('a', '2026-03-01', '90.00')]);

    expect(indexRates([], records).rate('USD', 'EUR', day('2026-05-01'))?.from).toBe('far');
    expect(indexRates([], records).rate('USD', 'EUR', day('2026-12-01'))).toBeNull();
  });

  it('knows no rate for a currency nobody paid in', () => {
    expect(indexRates([], []).rate('JPY', 'EUR', day('2026-03-01'))).toBeNull();
  });
});
