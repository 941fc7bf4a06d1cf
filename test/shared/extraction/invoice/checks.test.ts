import { describe, expect, test } from 'vitest';
import { checkFields } from '../../../../shared/extraction/invoice/checks.ts';
import { confidenceOf } from '../../../../shared/extraction/invoice/confidence.ts';
import type { Fields } from '../../../../shared/extraction/invoice/invoice.ts';

const complete = { invoice_number: 'A', issue_date: '2024-01-02', currency: 'EUR', 'supplier.name': 'S' };

const fieldsOf = (values: Record<string, string>, confidence = 0.8): Fields =>
  Object.fromEntries(
    Object.entries({ ...complete, ...values }).map(([path, value]) => [
      path,
      { value, confidence, source: 'text' as const, evidence: 'page 1' },
    ]),
  );

describe('confidence', () => {
  test.each([
    [{ basis: 'structured' }, 1],
    [{ basis: 'proved' }, 0.95],
    [{ basis: 'labelled' }, 0.8],
    [{ basis: 'placed' }, 0.5],
    [{ basis: 'labelled', agrees: true }, 0.9],
    [{ basis: 'structured', agrees: true }, 1],
    [{ basis: 'structured', failed: true }, 0.6],
    [{ basis: 'placed', failed: true }, 0.5],
    [{ basis: 'proved', ocrPage: 0.59 }, 0.6],
    [{ basis: 'proved', ocrPage: 0.6 }, 0.95],
  ] as const)('of %j is %d', (grounds, confidence) => {
    expect(confidenceOf(grounds)).toBe(confidence);
  });
});

describe('checks', () => {
  test.each([
    [
      'net_plus_tax_differs_from_total',
      { amount_untaxed: '100', amount_tax: '20', total_amount: '120.03' },
      'total_amount',
    ],
    [
      'items_differ_from_lines_total',
      { total_amount: '1', amount_lines: '10', 'items.0.total': '4', 'items.1.total': '5' },
      'amount_lines',
    ],
    [
      'taxes_differ_from_tax_total',
      { total_amount: '120', amount_untaxed: '100', amount_tax: '20', 'taxes.0.amount': '19' },
      'amount_tax',
    ],
    [
      'due_differs_from_total_less_prepaid',
      { total_amount: '120', amount_prepaid: '50', amount_due: '60' },
      'amount_due',
    ],
    [
      'tax_differs_from_rate',
      { total_amount: '120', 'taxes.0.rate': '20', 'taxes.0.basis': '100', 'taxes.0.amount': '21' },
      'taxes.0.amount',
    ],
    ['due_date_before_issue_date', { total_amount: '1', due_date: '2024-01-01' }, 'due_date'],
    ['currency_unknown', { total_amount: '1', currency: 'XYZ' }, 'currency'],
  ])('flags %s and caps what takes part', (flag, values, path) => {
    const { flags, fields } = checkFields(fieldsOf(values as unknown as Record<string, string>), []);

    expect(flags).toContain(flag);
    expect(fields[path]?.confidence).toBe(0.6);
    expect(fields['supplier.name']?.confidence).toBe(0.8);
  });

  test('let differences of rounding pass', () => {
    const { flags } = checkFields(
      fieldsOf({
        amount_untaxed: '100',
        amount_tax: '20',
        total_amount: '120.02',
        amount_lines: '10',
        'items.0.total': '5',
        'items.1.total': '5.02',
      }),
      [],
    );

    expect(flags).toEqual([]);
  });

  test('keep the sign of a credit note', () => {
    expect(
      checkFields(fieldsOf({ amount_untaxed: '-100', amount_tax: '-20', total_amount: '-120' }), []).flags,
    ).toEqual([]);
  });

  test('name what is missing', () => {
    expect(checkFields({}, []).flags).toEqual([
      'invoice_number_missing',
      'issue_date_missing',
      'total_amount_missing',
      'currency_missing',
      'supplier_name_missing',
    ]);
  });
});

describe('a missing sum', () => {
  test.each([
    ['total_amount', '120', { amount_untaxed: '100', amount_tax: '20' }],
    ['amount_untaxed', '100', { total_amount: '120', amount_tax: '20' }],
    ['amount_tax', '20', { total_amount: '120', amount_untaxed: '100' }],
    ['amount_due', '70', { total_amount: '120', amount_prepaid: '50' }],
    ['amount_untaxed', '100', { total_amount: '120', 'taxes.0.basis': '100', 'taxes.0.amount': '20' }],
  ])('%s is filled by rule with %s', (path, value, values) => {
    expect(checkFields(fieldsOf(values as unknown as Record<string, string>), []).fields[path]).toMatchObject(
      { value, source: 'rule', confidence: 0.8 },
    );
  });

  test('stays missing where the others allow several', () => {
    const { fields } = checkFields(fieldsOf({ total_amount: '120' }), []);

    expect([fields.amount_tax, fields.amount_untaxed, fields.amount_due]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
