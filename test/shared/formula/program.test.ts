import { expect, test } from 'vitest';
import { fieldPaths } from '../../../shared/domain/records-roots.ts';
import { rowOf, type StoredCell } from '../../../shared/formula/columns.ts';
import { dependentsOf } from '../../../shared/formula/dependents.ts';
import { compile } from '../../../shared/formula/evaluate-rows.ts';
import { buildProgram, type ColumnFormula } from '../../../shared/formula/program.ts';

const fields = fieldPaths('invoices');
const column = (key: string, formula: string | null): ColumnFormula => ({
  key,
  formula,
  shape: { type: 'number' },
});

const run = (
  target: string,
  columns: Record<string, string | null>,
  cells: StoredCell[] = [],
  total = '100.00',
) => {
  const all = Object.entries(columns).map(([key, formula]) => column(key, formula));
  const built = buildProgram({ ...column(target, null), formula: columns[target] ?? '' }, all, fields);
  if (!built.ok) return built;
  return compile(built.program)(rowOf(built, { grand_total: total }, cells, null));
};

test('columns that a formula reads are computed before it, however they are listed', () => {
  const result = run('c', { c: 'b + a', b: 'a * 10', a: 'grand_total + 1' });

  expect(result).toEqual({ cell: { value: '1111' } });
});

test('a column that a person entered is read as it stands', () => {
  const cells: StoredCell[] = [{ key: 'a', value: { value: '5' }, origin: 'user' }];

  expect(run('b', { a: 'grand_total', b: 'a * 2' }, cells)).toEqual({ cell: { value: '10' } });
});

test('a column without a formula is read from its cell, and is empty without one', () => {
  const cells: StoredCell[] = [{ key: 'a', value: { value: '5' }, origin: 'computed' }];

  expect(run('b', { a: null, b: 'a * 2' }, cells)).toEqual({ cell: { value: '10' } });
  expect(run('b', { a: null, b: 'a * 2' })).toEqual({ cell: { value: null } });
});

test('a circle of columns is refused with its members', () => {
  const result = run('a', { a: 'b + 1', b: 'c + 1', c: 'a + 1' });

  expect(result).toMatchObject({ ok: false, message: expect.stringContaining('a → b → c → a') });
});

test('a mistake in a column that is read is named', () => {
  expect(run('a', { a: 'b + 1', b: 'nobody' })).toMatchObject({
    ok: false,
    message: expect.stringContaining('column b, which this one reads'),
  });
});

test('an error in a column that is read is named', () => {
  expect(run('a', { a: 'b + 1', b: 'grand_total / 0' })).toEqual({ error: 'column b: division by zero' });
});

test('what depends on a field is what has a formula that reads it', () => {
  const stored = (field_key: string, formula_config: unknown, rules_config: unknown = null) => ({
    field_key,
    type: 'number' as const,
    formula_config,
    rules_config,
  });
  const columns = [
    stored('a', 'grand_total * 2'),
    stored('b', { formula: 'a + 1' }),
    stored('c', null, { prompt: 'Look at the total' }),
    stored('d', 'grand_total +'),
  ];
  const rules = [stored('grand_total', null), stored('tax_total', 'a + tax_total'), stored('terms', null)];
  const keys = (changed: string[]) => {
    const found = dependentsOf(changed, { columns, rules }, fields);
    return [found.columns, found.rules].map((list) => list.map(({ field_key }) => field_key));
  };

  expect(keys(['grand_total'])).toEqual([['a'], ['grand_total']]);
  expect(keys(['a'])).toEqual([['b'], ['tax_total']]);
  expect(keys(['invoice_number'])).toEqual([[], []]);
});
