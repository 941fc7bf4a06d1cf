import {
  addAmounts,
  amountsAgree,
  compareAmounts,
  multiplyAmounts,
  negateAmount,
  parseAmount,
  sumAmounts,
} from '../../domain/money.ts';
import { baseConfidence, DOUBT_CAP } from './confidence.ts';
import type { Field, Fields } from './invoice.ts';

/** What the checks made of the fields: caps, values filled by rule, and a flag for each check that failed. */
export interface Checked {
  fields: Fields;
  flags: string[];
}

const TOLERANCE = '0.02';
const CENT = '0.01';

const amount = (fields: Fields, path: string): string | null => {
  const value = fields[path]?.value;
  return typeof value === 'string' ? parseAmount(value) : null;
};

const day = (fields: Fields, path: string) => String(fields[path]?.value ?? '');

/** Paths `items.0.total`, `items.1.total` … in order. */
const pathsOf = (fields: Fields, list: string, key: string) =>
  Object.keys(fields).filter((path) => path.startsWith(`${list}.`) && path.endsWith(`.${key}`));

const rowsOf = (fields: Fields, list: string) =>
  new Set(
    Object.keys(fields)
      .filter((path) => path.startsWith(`${list}.`))
      .map((path) => path.split('.')[1]),
  ).size;

/** The sum over all rows of a list; null when a row lacks the value. */
const sumOf = (fields: Fields, list: string, key: string): { sum: string; paths: string[] } | null => {
  const paths = pathsOf(fields, list, key);
  const values = paths.map((path) => amount(fields, path));
  if (paths.length === 0 || paths.length < rowsOf(fields, list)) return null;
  return values.every((value) => value !== null) ? { sum: sumAmounts(values), paths } : null;
};

const derived = (fields: Fields, value: string, rule: string, from: string[]): Field => ({
  value,
  confidence: from.reduce<number>(
    (least, path) => Math.min(least, fields[path]?.confidence ?? 0),
    baseConfidence.proved,
  ),
  source: 'rule',
  evidence: rule,
});

/** Fills one missing sum where the others allow only one value. */
const fillSums = (fields: Fields): Fields => {
  const filled = { ...fields };
  const add = (path: string, value: string, rule: string, from: string[]) => {
    if (!filled[path]) filled[path] = derived(filled, value, rule, from);
  };
  const basis = sumOf(filled, 'taxes', 'basis');
  const taxes = sumOf(filled, 'taxes', 'amount');
  if (basis && taxes) {
    // A breakdown that is complete leads to the total; one that does not is no ground to fill from.
    const [net, tax, total] = ['amount_untaxed', 'amount_tax', 'total_amount'].map((path) =>
      amount(filled, path),
    );
    const sum = addAmounts(basis.sum, taxes.sum);
    const fits =
      (!net || amountsAgree(net, basis.sum, TOLERANCE)) &&
      (!tax || amountsAgree(tax, taxes.sum, TOLERANCE)) &&
      (!total || amountsAgree(total, sum, TOLERANCE));
    if (fits) {
      add('amount_untaxed', basis.sum, 'sum of taxes.basis', basis.paths);
      add('amount_tax', taxes.sum, 'sum of taxes.amount', taxes.paths);
    }
  }
  const [net, tax, total] = ['amount_untaxed', 'amount_tax', 'total_amount'].map((path) =>
    amount(filled, path),
  );
  if (net && tax)
    add('total_amount', addAmounts(net, tax), 'amount_untaxed + amount_tax', [
      'amount_untaxed',
      'amount_tax',
    ]);
  if (total && tax && compareAmounts(tax, total) !== 0) {
    add('amount_untaxed', addAmounts(total, negateAmount(tax)), 'total_amount - amount_tax', [
      'total_amount',
      'amount_tax',
    ]);
  }
  if (total && net)
    add('amount_tax', addAmounts(total, negateAmount(net)), 'total_amount - amount_untaxed', [
      'total_amount',
      'amount_untaxed',
    ]);
  const prepaid = amount(filled, 'amount_prepaid');
  if (total && prepaid)
    add('amount_due', addAmounts(total, negateAmount(prepaid)), 'total_amount - amount_prepaid', [
      'total_amount',
      'amount_prepaid',
    ]);
  return filled;
};

interface Check {
  flag: string;
  paths: string[];
  /** Null when a value it needs is missing. */
  passes: boolean | null;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

const taxRowChecks = (fields: Fields): Check[] =>
  pathsOf(fields, 'taxes', 'rate').map((path): Check => {
    const row = path.replace(/rate$/, '');
    const [rate, basis, tax] = ['rate', 'basis', 'amount'].map((key) => amount(fields, row + key));
    const known = rate && basis && tax;
    return {
      flag: 'tax_differs_from_rate',
      paths: [`${row}basis`, `${row}amount`],
      passes: known
        ? amountsAgree(multiplyAmounts(basis, multiplyAmounts(rate, '0.01')), tax, TOLERANCE)
        : null,
    };
  });

const sumChecks = (fields: Fields): Check[] => {
  const [lines, net, tax, total] = ['amount_lines', 'amount_untaxed', 'amount_tax', 'total_amount'].map(
    (path) => amount(fields, path),
  );
  const [prepaid, due] = ['amount_prepaid', 'amount_due'].map((path) => amount(fields, path));
  const items = sumOf(fields, 'items', 'total');
  const taxes = sumOf(fields, 'taxes', 'amount');
  const perLine = multiplyAmounts(CENT, String(Math.max(1, items?.paths.length ?? 1)));
  return [
    {
      flag: 'items_differ_from_lines_total',
      paths: ['amount_lines', ...(items?.paths ?? [])],
      passes: items && lines ? amountsAgree(items.sum, lines, perLine) : null,
    },
    {
      flag: 'net_plus_tax_differs_from_total',
      paths: ['amount_untaxed', 'amount_tax', 'total_amount'],
      passes: net && tax && total ? amountsAgree(addAmounts(net, tax), total, TOLERANCE) : null,
    },
    {
      flag: 'taxes_differ_from_tax_total',
      paths: ['amount_tax', ...(taxes?.paths ?? [])],
      passes: taxes && tax ? amountsAgree(taxes.sum, tax, TOLERANCE) : null,
    },
    {
      flag: 'due_differs_from_total_less_prepaid',
      paths: ['amount_due', 'amount_prepaid'],
      passes:
        total && prepaid && due
          ? amountsAgree(addAmounts(total, negateAmount(prepaid)), due, TOLERANCE)
          : null,
    },
  ];
};

const factChecks = (fields: Fields): Check[] => {
  const [issue, due] = [day(fields, 'issue_date'), day(fields, 'due_date')];
  return [
    {
      flag: 'due_date_before_issue_date',
      paths: ['issue_date', 'due_date'],
      passes: issue && due ? due >= issue : null,
    },
    {
      flag: 'currency_unknown',
      paths: ['currency'],
      passes: fields.currency ? currencies.has(String(fields.currency.value)) : null,
    },
  ];
};

const REQUIRED = ['invoice_number', 'issue_date', 'total_amount', 'currency', 'supplier.name'];

/** Fills what follows, checks what can be checked, caps what fails. `unproved` are paths whose checksum failed. */
export const checkFields = (read: Fields, unproved: string[]): Checked => {
  const fields = fillSums(read);
  const failed = [...sumChecks(fields), ...taxRowChecks(fields), ...factChecks(fields)].filter(
    ({ passes }) => passes === false,
  );
  for (const path of [...failed.flatMap(({ paths }) => paths), ...unproved]) {
    const field = fields[path];
    if (field) fields[path] = { ...field, confidence: Math.min(field.confidence, DOUBT_CAP) };
  }
  const flags = [
    ...failed.map(({ flag }) => flag),
    ...unproved.map((path) => `${path.split('.').at(-1)}_checksum_failed`),
    ...REQUIRED.filter((path) => !fields[path]).map((path) => `${path.replace('.', '_')}_missing`),
  ];
  return { fields, flags: [...new Set(flags)] };
};
