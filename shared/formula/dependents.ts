import { columnOf, type StoredColumn } from './columns.ts';
import { readFormula, readPrompt } from './config.ts';
import type { Fields } from './fields.ts';
import { readsOf, withColumns } from './program.ts';

type Definition = Pick<StoredColumn, 'field_key' | 'formula_config' | 'rules_config'>;

/**
 * Columns and rules of a root whose formula reads one of the fields that changed. Those with a prompt are left out: a
 * model is asked when somebody wants it, not at every keystroke.
 */
export function dependentsOf<C extends StoredColumn, R extends Definition>(
  changed: readonly string[],
  { columns, rules }: { columns: readonly C[]; rules: readonly R[] },
  fields: Fields,
): { columns: C[]; rules: R[] } {
  const all = withColumns(fields, columns.map(columnOf));
  const reads = ({ field_key, formula_config, rules_config }: Definition) => {
    const formula = readFormula(formula_config)?.text;
    if (formula) return readsOf(formula, all);
    // A rule that only formats starts from the value of its own field.
    return readPrompt(rules_config) ? [] : [field_key];
  };
  const isDependent = (paths: readonly string[]) => paths.some((path) => changed.includes(path));
  return {
    columns: columns.filter(
      (column) => readFormula(column.formula_config) !== null && isDependent(reads(column)),
    ),
    rules: rules.filter((rule) => isDependent(reads(rule))),
  };
}
