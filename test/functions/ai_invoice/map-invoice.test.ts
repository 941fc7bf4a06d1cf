import { describe, expect, test } from 'vitest';
import type { Fact, InvoiceFacts } from '../../../functions/ai_invoice/facts.ts';
import { mapInvoice } from '../../../functions/ai_invoice/map-invoice.ts';

const invoiceOf = (values: Record<string, string> = {}, parts: Partial<InvoiceFacts> = {}): InvoiceFacts => ({
  structured: false,
  document_type_code: '380',
  facts: Object.fromEntries(
    Object.entries(values).map(([path, value]): [string, Fact] => [
      path,
      { value, confidence: 0.8, source: 'text', evidence: 'page 1' },
    ]),
  ),
  items: [],
  ibans: [],
  flags: [],
  conflicts: [],
  ...parts,
});

test('amounts have the scale of their columns', () => {
  const { fields } = mapInvoice(
    invoiceOf({ total_amount: '120', amount_untaxed: '100.005', amount_tax: '-0' }),
  );

  expect(fields.grand_total?.value).toBe('120.00');
  expect(fields.items_total?.value).toBe('100.01');
  expect(fields.tax_total?.value).toMatch(/^-?0\.00$/);
});

test('an amount that no column can hold is left out with a flag', () => {
  const { fields, flags } = mapInvoice(invoiceOf({ total_amount: '9999999999.996' }));

  expect(fields.grand_total).toBeUndefined();
  expect(flags).toEqual(['grand_total_out_of_range']);
});

test.each([
  ['380', '380'],
  ['389', '389'],
  ['TD04', '381'],
  ['TD01', '380'],
  ['396', '381'],
  ['387', '380'],
])('type %s counts as %s', (code, column) => {
  expect(mapInvoice(invoiceOf({}, { document_type_code: code })).fields.document_type_code?.value).toBe(
    column,
  );
});

describe('lines', () => {
  const linesOf = (...items: InvoiceFacts['items']) =>
    mapInvoice(invoiceOf({}, { items })).items.rows.map(({ line_id }) => line_id);

  test('keep their ids while those tell them apart', () => {
    expect(linesOf({ id: '00012' }, { id: 'B' })).toEqual(['00012', 'B']);
  });

  test('are numbered when an id is missing, empty or used twice', () => {
    expect(linesOf({ id: '7' }, {})).toEqual(['1', '2']);
    expect(linesOf({ id: '7' }, { id: ' ' })).toEqual(['1', '2']);
    expect(linesOf({ id: '7' }, { id: '7' })).toEqual(['1', '2']);
  });

  test('lose values that no column can hold, and stay', () => {
    const [row] = mapInvoice(
      invoiceOf(
        {},
        { items: [{ quantity: '1e9', unit_price: '9'.repeat(20), vat_rate: '20', total: '12' }] },
      ),
    ).items.rows;

    expect(row).toMatchObject({ quantity: null, unit_price: null, tax_rate: '20.0000', line_total: '12.00' });
  });
});

test('a long text is cut to what an index holds', () => {
  expect(
    mapInvoice(invoiceOf({ invoice_number: 'x'.repeat(500) })).fields.invoice_number?.value,
  ).toHaveLength(120);
});

test('lines without end are as sure as the least sure of them', () => {
  const lines = Object.fromEntries(Array.from({ length: 130_000 }, (_, index) => [`items.${index}.id`, '1']));
  const invoice = invoiceOf(lines);
  invoice.facts['items.7.id'] = { value: '8', confidence: 0.5, source: 'text', evidence: 'page 1' };

  expect(mapInvoice(invoice).items).toMatchObject({ confidence: 0.5, source: 'text' });
});
