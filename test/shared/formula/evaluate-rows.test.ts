import { expect, test } from 'vitest';
import { fieldPaths } from '../../../shared/domain/records-roots.ts';
import type { CellType } from '../../../shared/formula/cell-value.ts';
import { compile, type RowResult } from '../../../shared/formula/evaluate-rows.ts';
import { buildProgram } from '../../../shared/formula/program.ts';

const invoice = {
  grand_total: '120.50',
  paid_amount: null,
  balance_due: '100.00',
  issue_date: '2026-03-01',
  due_date: '2026-03-31',
  created_at: '2026-03-01T08:30:00.000Z',
  invoice_number: 'A-12',
  local_currency: 'EUR',
  shadow_from_receipt: false,
  'issuer.name': 'Ondine',
  'receiver.name': null,
};

const run = (formula: string, type: CellType = 'text'): RowResult => {
  const target = { key: 'target', formula, shape: { type, options: ['big', 'small'] } };
  const built = buildProgram(target, [], fieldPaths('invoices'));
  if (!built.ok) throw new Error(built.message);
  return compile(built.program)({ values: invoice, currency: 'EUR' });
};

test.for<[string, CellType, string | boolean | null]>([
  ['grand_total * 2', 'number', '241'],
  ['grand_total * 1.2', 'number', '144.6'],
  ['grand_total - 0.5 + 1', 'number', '121'],
  ['grand_total / 3', 'number', '40.1666666667'],
  ['round(grand_total * 1.19, 2)', 'number', '143.4'],
  ['-grand_total', 'number', '-120.5'],
  ['0.1 + 0.2', 'number', '0.3'],
  ['1 + 1.5', 'number', '2.5'],
  ['5 / 2', 'number', '2'],
  ['max(grand_total, 200)', 'number', '200'],
  ['abs(balance_due - grand_total)', 'number', '20.5'],
  ['grand_total == 120.50', 'boolean', true],
  ['grand_total != 120', 'boolean', true],
  ['grand_total >= 120 && grand_total < 121', 'boolean', true],
  ['due_date - issue_date', 'number', '30'],
  ['days(due_date - issue_date) / 7', 'number', '4.2857142857'],
  ['due_date - issue_date > 14', 'boolean', true],
  ['due_date + 30', 'date', '2026-04-30'],
  ['due_date > date("2026-01-01")', 'boolean', true],
  ['issue_date.getFullYear()', 'number', '2026'],
  ['created_at', 'text', '2026-03-01T08:30:00.000Z'],
  ['issuer.name + " " + invoice_number', 'text', 'Ondine A-12'],
  ['"No. " + 7 + " of " + grand_total', 'text', 'No. 7 of 120.50'],
  ['[issuer.name, invoice_number].join("/")', 'text', 'Ondine/A-12'],
  ['match(invoice_number, "^[A-Z]-\\\\d+$")', 'boolean', true],
  ['grand_total > 100 ? "big" : "small"', 'select', 'big'],
  ['shadow_from_receipt', 'boolean', false],
])('%s gives a %s', ([formula, type, value]) => {
  expect(run(formula, type)).toEqual({ cell: { value } });
});

test('an amount has the currency of its record', () => {
  expect(run('grand_total * 2', 'amount')).toEqual({ cell: { value: '241', currency: 'EUR' } });
});

test.for<[string, string | null]>([
  ['grand_total - paid_amount', null],
  ['paid_amount > 10 ? "big" : "small"', null],
  ['issuer.name + receiver.name', null],
  ['issuer.name.size() + receiver.name.size()', null],
  ['paid_amount == null ? "open" : "paid"', 'open'],
  ['paid_amount != null && paid_amount > 10 ? "paid" : "open"', 'open'],
  ['issuer.name + ifEmpty(receiver.name, "?")', 'Ondine?'],
  ['grand_total - ifEmpty(paid_amount, 0)', '120.5'],
])('%s meets an empty field', ([formula, value]) => {
  expect(run(formula)).toEqual({ cell: { value } });
});

test.for([
  ['grand_total / 0', 'division by zero'],
  ['1 / 0', 'division by zero'],
  [Array(60).fill('grand_total').join(' * '), 'the number becomes too long'],
  ['match(issuer.name, "(")', 'error parsing regexp'],
  ['date("tomorrow") + 1', 'date() takes a day'],
  ['invoice_number.substring(9)', 'out of range'],
] as const)('%s is an error of its row', ([formula, error]) => {
  expect(run(formula)).toEqual({ error: expect.stringContaining(error) });
});

test('a pattern that takes a backtracking engine minutes takes no time', () => {
  expect(run(`match("${'a'.repeat(40)}!", "^(a+)+$")`, 'boolean')).toEqual({ cell: { value: false } });
});
