import {
  type CellRow,
  type CustomColumnRow,
  findCustomColumn,
  listCells,
  listCustomColumns,
} from '../../shared/db/custom-columns.ts';
import { listRecords } from '../../shared/db/records.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { RecordRoot } from '../../shared/domain/records-roots.ts';
import { type Column, columnOf, type StoredCell } from '../../shared/formula/columns.ts';
import type { RecordValues } from '../../shared/formula/fields.ts';
import type { Run } from '../../shared/tasks/define-enrichment.ts';
import type { CustomColumnInput } from './schema.ts';

/** What a run works on: the column among the others of its root, and the record with its cells. */
export interface Subject {
  root: RecordRoot;
  recordId: string;
  row: CustomColumnRow;
  column: Column;
  rows: readonly CustomColumnRow[];
  columns: readonly Column[];
  values: RecordValues;
  cells: readonly StoredCell[];
  /** The cell as it stands. */
  cell: CellRow | null;
}

/** Reads all of it in one transaction; a word where something is missing. */
export async function findSubject(
  db: Db,
  { input, workspacePk }: Pick<Run<CustomColumnInput>, 'input' | 'workspacePk'>,
): Promise<Subject | 'column_deleted' | 'other_root' | 'no_record'> {
  const { root, record_id: recordId, custom_column_id: customColumnId } = input;
  const rows = await db.any(listCustomColumns({ workspacePk, root }));
  const row = rows.find((one) => one.custom_column_id === customColumnId.toLowerCase());
  if (!row)
    return (await db.maybeOne(findCustomColumn({ workspacePk, customColumnId })))
      ? 'other_root'
      : 'column_deleted';
  const [record] = await db.any(listRecords({ workspacePk, root, ids: [recordId] }));
  if (!record) return 'no_record';

  const cellRows = await db.any(listCells({ workspacePk, root, recordIds: [recordId] }));
  const keys = new Map(rows.map(({ pk, field_key }) => [pk, field_key]));
  return {
    ...{ root, recordId, row, rows },
    column: columnOf(row),
    columns: rows.map(columnOf),
    values: record.values,
    cells: cellRows.map(({ custom_column_pk, value, origin }) => ({
      key: keys.get(custom_column_pk) ?? '',
      value,
      origin,
    })),
    cell: cellRows.find(({ custom_column_pk }) => custom_column_pk === row.pk) ?? null,
  };
}
