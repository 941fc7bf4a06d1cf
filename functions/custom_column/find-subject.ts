import {
  type CellRow,
  type CustomColumnRow,
  findCustomColumn,
  listCells,
  listCustomColumns,
} from '../../shared/db/custom-columns.ts';
import { listFieldRules } from '../../shared/db/field-rules.ts';
import { listRecords } from '../../shared/db/records.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { RecordRoot } from '../../shared/domain/records-roots.ts';
import { type Column, columnOf, type StoredCell } from '../../shared/formula/columns.ts';
import type { RecordValues } from '../../shared/formula/fields.ts';
import { serveTogether } from '../../shared/formula/together.ts';
import type { Run, Tools } from '../../shared/tasks/define-enrichment.ts';
import { type Definitions, definitionsOf } from './definitions.ts';
import type { CustomColumnInput } from './schema.ts';

/** What a run works on: the column among the others of its root, and the record with its cells. */
export interface Subject {
  root: RecordRoot;
  recordId: string;
  row: CustomColumnRow;
  column: Column;
  definitions: Definitions;
  values: RecordValues;
  cells: readonly StoredCell[];
  /** The cell as it stands. */
  cell: CellRow | null;
}

/** What the tasks of one root that run at the same time read together. */
interface SharedRead {
  definitions: Definitions;
  values: RecordValues | null;
  cellRows: readonly CellRow[];
}

const together = serveTogether<string, SharedRead>();

type Reads = Pick<Tools, 'read'>;

/** Reads all of it; a word where something is missing. */
export async function findSubject(
  { input, workspacePk }: Pick<Run<CustomColumnInput>, 'input' | 'workspacePk'>,
  { read }: Reads,
): Promise<Subject | 'column_deleted' | 'other_root' | 'no_record'> {
  const { root, record_id: recordId, custom_column_id: customColumnId } = input;
  const { definitions, values, cellRows } = await together(
    `${workspacePk} ${root}`,
    recordId.toLowerCase(),
    (recordIds) => read((db) => readTogether(db, { workspacePk, root, recordIds })),
  );
  const row = definitions.rows.find((one) => one.custom_column_id === customColumnId.toLowerCase());
  if (!row) {
    const other = await read((db) => db.maybeOne(findCustomColumn({ workspacePk, customColumnId })));
    return other ? 'other_root' : 'column_deleted';
  }
  if (!values) return 'no_record';
  return {
    ...{ root, recordId, row, definitions, values },
    column: columnOf(row),
    cells: cellRows.map(({ custom_column_pk, value, origin }) => ({
      key: definitions.keys.get(custom_column_pk) ?? '',
      value,
      origin,
    })),
    cell: cellRows.find(({ custom_column_pk }) => custom_column_pk === row.pk) ?? null,
  };
}

/** Four statements for any number of records, in one transaction. */
async function readTogether(
  db: Db,
  { workspacePk, root, recordIds }: { workspacePk: number; root: RecordRoot; recordIds: string[] },
): Promise<SharedRead[]> {
  const rows = await db.any(listCustomColumns({ workspacePk, root }));
  const rules = await db.any(listFieldRules({ workspacePk, root }));
  const records = await db.any(listRecords({ workspacePk, root, ids: recordIds }));
  const values = new Map(records.map((record) => [record.id, record.values]));
  const cells = Map.groupBy(
    await db.any(listCells({ workspacePk, root, recordIds })),
    ({ record_id }) => record_id,
  );
  const definitions = definitionsOf(root, rows, rules);
  return recordIds.map((id) => ({
    definitions,
    values: values.get(id) ?? null,
    cellRows: cells.get(id) ?? [],
  }));
}
