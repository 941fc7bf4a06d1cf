import { describe, expect, it } from 'vitest';
import {
  indexNumbers,
  labelForms,
  type NumberHit,
  numberShape,
} from '../../../functions/reconcile/invoice-numbers.ts';
import { readBills } from '../../../functions/reconcile/payment-records.ts';
import { anInvoice } from '../../support/payments/factories.ts';

const hitsOf = (number: string, label: string): NumberHit | undefined => {
  const bills = readBills([anInvoice({ number })], (name) => name).records;
  return [...indexNumbers(bills).hits(labelForms(label)).values()][0];
};

describe('indexNumbers', () => {
  it.each<[number: string, label: string, hit: NumberHit | undefined]>([
    ['FA-2026-00417', 'Règlement FA-2026-00417 merci', 'whole'],
    ['FA-2026-00417', 'vir fa 2026 00417', 'whole'],
    ['FA-2026-00417', 'FA202600417', 'whole'],
    ['FA-2026-00417', 'REFFA2026-00417', 'digits'],
    ['FA-2026-00417', '202600417', 'digits'],
    ['FA-2026-00417', '2026/417', 'digits'],
    ['FA-2026-00417', 'RE 00417', 'tail'],
    ['FA-2026-00417', 'FACT 417', 'scrap'],
    ['FA-2026-00417', 'FA-2026-004170', undefined],
    ['FA-2026-00417', 'FA-2025-00418', undefined],
    ['INV-006123', 'payment 6123', 'short'],
    ['A1042', 'A 1042', 'whole'],
    ['A1042', 'order 1042', 'short'],
    ['INV-42', 'inv 42', 'tail'],
    ['INV-42', '42', undefined],
    ['2026-03', 'period 2026-03', 'short'],
    ['', 'FA-2026-00417', undefined],
  ])('finds %s in "%s" as %s', (number, label, hit) => {
    expect(hitsOf(number, label)).toBe(hit);
  });

  it('does not take a year for the end of a number', () => {
    expect(hitsOf('RG/2026', 'facture janvier 2026')).toBeUndefined();
  });
});

describe('numberShape', () => {
  it.each([
    ['FA-2026-00417', 'FA999999999'],
    ['10423', null],
    ['7100423817', '9999999999'],
    ['AB-1', null],
  ])('sees %s as %s', (number, shape) => {
    expect(numberShape(number)).toBe(shape);
  });
});
