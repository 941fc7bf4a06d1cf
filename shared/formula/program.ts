import type { FieldType } from '../domain/records-roots.ts';
import type { CellShape } from './cell-value.ts';
import { type CheckedFormula, checkFormula, type FormulaProblem } from './check-formula.ts';
import { fieldTypeOf, type Program, type Step } from './evaluate-rows.ts';
import { type Fields, isReadable, type RecordValues } from './fields.ts';

/** A column of users as formulas see it: something to read, and a formula where it has one. */
export interface ColumnFormula {
  key: string;
  formula: string | null;
  shape: CellShape;
}

/** A program that may run, and what it needs of each record. */
export interface BuiltProgram {
  ok: true;
  program: Program;
  /** Paths of all fields that any of its steps reads. */
  reads: string[];
}

/** The fields of a root together with the columns that users added; a column never hides a field. */
export const withColumns = (fields: Fields, columns: readonly ColumnFormula[]): Map<string, FieldType> =>
  new Map([
    ...columns
      .filter(({ key }) => !fields.has(key) && isReadable(key))
      .map(({ key, shape }): [string, FieldType] => [key, fieldTypeOf(shape.type)]),
    ...fields,
  ]);

/**
 * The formula of one column after those of the columns that it reads, each checked. Columns without a formula are read
 * as they are stored.
 */
export function buildProgram(
  target: ColumnFormula & { formula: string },
  columns: readonly ColumnFormula[],
  fields: Fields,
): BuiltProgram | FormulaProblem {
  const all = withColumns(fields, columns);
  const computed = new Map(
    columns.flatMap(({ key, formula, shape }) =>
      formula !== null && !fields.has(key) ? [[key, { key, formula, shape }]] : [],
    ),
  );
  const steps: Step[] = [];
  const reads = new Set<string>();

  const visit = (
    column: ColumnFormula & { formula: string },
    path: readonly string[],
  ): FormulaProblem | null => {
    if (path.includes(column.key))
      return problem(`the columns ${[...path, column.key].join(' → ')} read each other in a circle`);
    const checked = checkFormula(column.formula, all);
    if (!checked.ok)
      return path.length === 0
        ? checked
        : problem(`column ${column.key}, which this one reads, has a mistake: ${checked.message}`);
    for (const read of checked.reads) {
      reads.add(read);
      const below = computed.get(read);
      if (!below || steps.some(({ key }) => key === read)) continue;
      const found = visit(below, [...path, column.key]);
      if (found) return found;
    }
    steps.push(stepOf(column, checked));
    return null;
  };

  const found = visit(target, []);
  if (found) return found;
  return {
    ok: true,
    program: {
      fields: [...reads].sort().map((path) => [path, all.get(path) ?? 'text']),
      steps,
    },
    reads: [...reads].sort(),
  };
}

const problem = (message: string): FormulaProblem => ({ ok: false, position: 1, message });

const stepOf = ({ key, shape }: ColumnFormula, { runs, reads }: CheckedFormula): Step => ({
  key,
  runs,
  reads,
  shape,
});

/** The part of a record that a program reads: what goes to the thread. */
export const valuesRead = (values: RecordValues, reads: readonly string[]): RecordValues =>
  Object.fromEntries(reads.map((path) => [path, values[path] ?? null]));

/** Paths of the fields that a formula reads; none for one that does not check. */
export const readsOf = (formula: string, fields: Fields): string[] => {
  const checked = checkFormula(formula, fields);
  return checked.ok ? checked.reads : [];
};
