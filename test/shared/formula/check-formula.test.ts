import { expect, test } from 'vitest';
import { fieldPaths } from '../../../shared/domain/records-roots.ts';
import { checkFormula } from '../../../shared/formula/check-formula.ts';

const invoices = fieldPaths('invoices');

test.for([
  ['grand_total * 2', ['grand_total']],
  ['grand_total - paid_amount', ['grand_total', 'paid_amount']],
  ['due_date - issue_date > 30', ['due_date', 'issue_date']],
  ['issuer.name + " " + receiver.name', ['issuer.name', 'receiver.name']],
  ['grand_total > 100 ? "big" : "small"', ['grand_total']],
  ['paid_amount == null ? 0 : paid_amount', ['paid_amount']],
  ['paid_amount > 0 ? (balance_due > 1 ? balance_due : 0) : null', ['paid_amount', 'balance_due']],
  ['ifEmpty(paid_amount, 0) + 1', ['paid_amount']],
  ['local_currency in ["EUR", "USD"]', ['local_currency']],
  ['match(issuer.name, "^A.*(GmbH|AG)$")', ['issuer.name']],
] as const)('%s runs', ([formula, reads]) => {
  expect(checkFormula(formula, invoices)).toMatchObject({ ok: true, reads });
});

test('a field that is called like a word of the language can be read', () => {
  const checked = checkFormula(
    'type == "credit" ? instructed_amount : -instructed_amount',
    fieldPaths('transactions'),
  );

  expect(checked).toMatchObject({ ok: true, reads: ['type', 'instructed_amount'] });
});

test.for([
  ['', 1, 'is empty'],
  ['grand_totl * 2', 1, 'did you mean grand_total?'],
  ['1 + nobody', 5, 'there is no field "nobody": there are status'],
  ['issuer.nme', 8, 'did you mean issuer.name?'],
  ['grand_total +', 14, 'ends too early'],
  ['1 +* 2', 4, '"*" cannot stand here'],
  ['invoice_number * 2', 1, 'between a text and a whole number: write decimal(…)'],
  ['grand_total > null', 1, 'compare with == null'],
  ['grand_total ? 1 : 2', 1, 'stands a condition'],
  ['!grand_total', 1, '! does not work on a number'],
  ['size(grand_total)', 1, 'size(a number)'],
  ['grand_total > 1 ? "a" : 2', 1, 'of one type, here they are a text and a whole number'],
  ['issuer', 1, 'a cell holds one value'],
  ['[grand_total]', 1, 'a cell holds one value'],
  ['issuer.name.matches("^(a+)+$")', 1, 'write match(text, "pattern")'],
  ['[1, 2].map(x, x * 2)', 1, '.map() is not offered'],
  ['cel.bind(x, "ab", x + x)', 1, '.bind() is not offered'],
  ['dyn(grand_total) + "a"', 1, 'no function dyn()'],
  ['has(issuer.name)', 1, 'write field != null'],
  // The place is that of the text as it was written, whatever was put into the text that runs.
  ['(paid_amount == null ? 0 : paid_amount) + nobody', 43, 'no field "nobody"'],
] as const)('%s is refused at its place, with what to mend', ([formula, position, message]) => {
  expect(checkFormula(formula, invoices)).toEqual({
    ok: false,
    position,
    message: expect.stringContaining(message),
  });
});

test.for<[string, string]>([
  ['longer than 4 KB', `"${'x'.repeat(4_200)}"`],
  ['of more than 500 parts', Array(300).fill('1').join(' + ')],
  ['nested deeper than 32', `${'('.repeat(60)}${'abs('.repeat(40)}1${')'.repeat(100)}`],
])('a formula %s is refused', ([, formula]) => {
  expect(checkFormula(formula, invoices)).toMatchObject({ ok: false });
});
