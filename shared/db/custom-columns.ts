import { z } from 'zod';
import { sql, Timestamp } from './sql.ts';

/** A column that users added. Its configs are as they wrote them. */
export const CustomColumnRow = z.strictObject({
  pk: z.number(),
  custom_column_id: z.uuid(),
  root: z.string(),
  name: z.string(),
  field_key: z.string(),
  type: z.enum(['ai', 'text', 'number', 'amount', 'date', 'boolean', 'select', 'url']),
  rules_config: z.unknown(),
  formula_config: z.unknown(),
  format_config: z.unknown(),
  updated_at: Timestamp.nullable(),
});
export type CustomColumnRow = z.output<typeof CustomColumnRow>;

const columns = sql.fragment`
  c.pk, c.custom_column_id, c.root, c.name, c.field_key, c.type, c.rules_config, c.formula_config, c.format_config,
  c.updated_at`;

/** A live column of this workspace; null when it is gone, deleted or another workspace's. */
export const findCustomColumn = ({
  workspacePk,
  customColumnId,
}: {
  workspacePk: number;
  customColumnId: string;
}) =>
  sql.type(CustomColumnRow)`
    select ${columns}
    from custom_columns c
    where c.custom_column_id = ${customColumnId}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null`;

/** All live columns of a root, in the order that users gave them. */
export const listCustomColumns = ({ workspacePk, root }: { workspacePk: number; root: string }) =>
  sql.type(CustomColumnRow)`
    select ${columns}
    from custom_columns c
    where c.workspace_pk = ${workspacePk}
      and c.root = ${root}
      and c.deleted_at is null
    order by c.position, c.pk`;

/** A cell: what stands in it, who made it and the newest task that found this value. */
export const CellRow = z.strictObject({
  custom_column_pk: z.number(),
  record_id: z.string(),
  value: z.unknown(),
  origin: z.enum(['computed', 'user']),
  enrichment_task_pk: z.number().nullable(),
});
export type CellRow = z.output<typeof CellRow>;

const cell = sql.fragment`v.custom_column_pk, v.record_id, v.value, v.origin, v.enrichment_task_pk`;

/** The live cells of these records in live columns of a root. */
export const listCells = ({
  workspacePk,
  root,
  recordIds,
}: {
  workspacePk: number;
  root: string;
  recordIds: readonly string[];
}) =>
  sql.type(CellRow)`
    select ${cell}
    from custom_column_values v
    join custom_columns c on c.pk = v.custom_column_pk and c.workspace_pk = v.workspace_pk
    where v.workspace_pk = ${workspacePk}
      and c.root = ${root}
      and c.deleted_at is null
      and v.record_id = any(${sql.array([...recordIds], 'text')})
      and v.deleted_at is null
    order by v.custom_column_pk, v.record_id`;

export interface WriteCell {
  workspacePk: number;
  customColumnPk: number;
  root: string;
  recordId: string;
  value: unknown;
  /** The task that found it: an older one than the cell's own does not write. */
  taskPk: number;
  /** Whether a cell that a user entered may be replaced. */
  force: boolean;
}

/**
 * Writes a computed value where it differs from what is there. No row means that nothing was to be written: the column
 * is deleted, the value stands already, a user entered it, or a newer task wrote; the cell is locked then, if there is
 * one.
 */
export const writeCell = ({ workspacePk, customColumnPk, root, recordId, value, taskPk, force }: WriteCell) =>
  sql.type(CellRow)`
    insert into custom_column_values as v (
      workspace_pk, custom_column_pk, root, record_id, value, origin, enrichment_task_pk
    )
    select c.workspace_pk, c.pk, ${root}, ${recordId}, ${JSON.stringify(value)}::jsonb, 'computed', ${taskPk}
    from custom_columns c
    where c.pk = ${customColumnPk}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null
    on conflict (custom_column_pk, record_id) where deleted_at is null do update
    set value = excluded.value,
        origin = excluded.origin,
        enrichment_task_pk = excluded.enrichment_task_pk
    where v.value is distinct from excluded.value
      and (v.origin = 'computed' or ${force})
      and (v.enrichment_task_pk is null or v.enrichment_task_pk <= excluded.enrichment_task_pk)
    returning ${cell}`;

const Standing = CellRow.pick({ value: true, origin: true, enrichment_task_pk: true }).extend({
  column_is_live: z.boolean(),
  origin: z.enum(['computed', 'user']).nullable(),
});

/** What stands in a cell that was not written, and whether its column is still there; no row for a column that is gone. */
export const findStanding = ({
  workspacePk,
  customColumnPk,
  recordId,
}: {
  workspacePk: number;
  customColumnPk: number;
  recordId: string;
}) =>
  sql.type(Standing)`
    select c.deleted_at is null as column_is_live, v.value, v.origin, v.enrichment_task_pk
    from custom_columns c
    left join custom_column_values v
      on v.custom_column_pk = c.pk
      and v.workspace_pk = c.workspace_pk
      and v.record_id = ${recordId}
      and v.deleted_at is null
    where c.pk = ${customColumnPk}
      and c.workspace_pk = ${workspacePk}`;

/** Notes that a task found the value that stands already. The cell keeps its time. */
export const confirmCell = ({
  workspacePk,
  customColumnPk,
  recordId,
  taskPk,
}: {
  workspacePk: number;
  customColumnPk: number;
  recordId: string;
  taskPk: number;
}) =>
  sql.type(CellRow)`
    update custom_column_values v
    set enrichment_task_pk = ${taskPk}
    where v.custom_column_pk = ${customColumnPk}
      and v.workspace_pk = ${workspacePk}
      and v.record_id = ${recordId}
      and v.origin = 'computed'
      and (v.enrichment_task_pk is null or v.enrichment_task_pk < ${taskPk})
      and v.deleted_at is null
    returning ${cell}`;
