import { listCells, listCustomColumns } from '../../shared/db/custom-columns.ts';
import { type FieldRuleRow, findFieldRule } from '../../shared/db/field-rules.ts';
import { listRecords } from '../../shared/db/records.ts';
import type { Db } from '../../shared/db/sql.ts';
import { fieldPaths, type RecordRoot } from '../../shared/domain/records-roots.ts';
import { type Column, columnOf, type StoredCell } from '../../shared/formula/columns.ts';
import type { RecordValues } from '../../shared/formula/fields.ts';
import { ruleOf } from '../../shared/formula/rule.ts';
import type { Run } from '../../shared/tasks/define-enrichment.ts';
import type { FieldRuleInput } from './schema.ts';

/** What a run works on: the rule, and the record with the cells of its columns, which a formula may read. */
export interface Subject {
  root: RecordRoot;
  row: FieldRuleRow;
  rule: Column;
  columns: readonly Column[];
  values: RecordValues;
  cells: readonly StoredCell[];
}

/** Reads all of it in one transaction; a word where something is missing. */
export async function findSubject(
  db: Db,
  { input, workspacePk }: Pick<Run<FieldRuleInput>, 'input' | 'workspacePk'>,
): Promise<Subject | 'rule_deleted' | 'other_field' | 'unknown_field' | 'no_record'> {
  const { root, record_id: recordId, field_rule_id: fieldRuleId, field_key: fieldKey } = input;
  const row = await db.maybeOne(findFieldRule({ workspacePk, fieldRuleId }));
  if (!row) return 'rule_deleted';
  if (row.root !== root || row.field_key !== fieldKey) return 'other_field';
  const type = fieldPaths(root).get(fieldKey);
  if (!type) return 'unknown_field';
  const [record] = await db.any(listRecords({ workspacePk, root, ids: [recordId] }));
  if (!record) return 'no_record';

  const columns = await db.any(listCustomColumns({ workspacePk, root }));
  const cells = await db.any(listCells({ workspacePk, root, recordIds: [recordId] }));
  const keys = new Map(columns.map(({ pk, field_key }) => [pk, field_key]));
  return {
    root,
    row,
    rule: ruleOf(row, type),
    columns: columns.map(columnOf),
    values: record.values,
    cells: cells.map(({ custom_column_pk, value, origin }) => ({
      key: keys.get(custom_column_pk) ?? '',
      value,
      origin,
    })),
  };
}
