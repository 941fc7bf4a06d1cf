import type { CustomColumnRow } from '../../shared/db/custom-columns.ts';
import type { FieldRuleRow } from '../../shared/db/field-rules.ts';
import { fieldPaths, type RecordRoot } from '../../shared/domain/records-roots.ts';
import type { FormulaProblem } from '../../shared/formula/check-formula.ts';
import { type Column, columnOf } from '../../shared/formula/columns.ts';
import { dependentsOf } from '../../shared/formula/dependents.ts';
import { type BuiltProgram, buildProgram } from '../../shared/formula/program.ts';

/** The columns and rules of a root as they were read: each formula is checked once for all runs that share the read. */
export interface Definitions {
  rows: readonly CustomColumnRow[];
  columns: readonly Column[];
  /** Field key of a column by its `pk`. */
  keys: ReadonlyMap<number, string>;
  programOf(column: Column & { formula: string }): BuiltProgram | FormulaProblem;
  /** What reads this column, itself left out. */
  dependentsOf(key: string): { columns: CustomColumnRow[]; rules: FieldRuleRow[] };
}

export function definitionsOf(
  root: RecordRoot,
  rows: readonly CustomColumnRow[],
  rules: readonly FieldRuleRow[],
): Definitions {
  const columns = rows.map(columnOf);
  const fields = fieldPaths(root);
  return {
    rows,
    columns,
    keys: new Map(rows.map(({ pk, field_key }) => [pk, field_key])),
    programOf: remembered(
      (column) => buildProgram(column, columns, fields),
      ({ key }) => key,
    ),
    dependentsOf: remembered(
      (key) => {
        const found = dependentsOf([key], { columns: rows, rules }, fields);
        return { ...found, columns: found.columns.filter(({ field_key }) => field_key !== key) };
      },
      (key) => key,
    ),
  };
}

function remembered<Argument, Result>(
  make: (argument: Argument) => Result,
  keyOf: (argument: Argument) => string,
): (argument: Argument) => Result {
  const made = new Map<string, Result>();
  return (argument) => {
    const key = keyOf(argument);
    const known = made.get(key);
    if (known !== undefined) return known;
    const result = make(argument);
    made.set(key, result);
    return result;
  };
}
