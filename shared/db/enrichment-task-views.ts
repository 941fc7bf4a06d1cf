import { z } from 'zod';
import { sourceChannels, taskStatuses } from '../domain/enrichment-types.ts';
import { viewOf } from './enrichment-task-columns.ts';
import { sql, Timestamp } from './sql.ts';

/** A task as callers may read it: the documented columns and the public ids of its relationships, nothing internal. */
export const EnrichmentTaskViewRow = z.strictObject({
  enrichment_task_id: z.string(),
  entity_type: z.string(),
  entity_id: z.string(),
  status: z.enum(taskStatuses),
  /** Also a type that only a newer version knows. */
  enrichment_type: z.string(),
  input: z.unknown(),
  output: z.unknown(),
  target_fields: z.array(z.string()).nullable(),
  error: z.string().nullable(),
  source_channel: z.enum(sourceChannels).nullable(),
  input_hash: z.string().nullable(),
  description: z.string().nullable(),
  batch_id: z.string().nullable(),
  created_at: Timestamp,
  updated_at: Timestamp.nullable(),
  deleted_at: Timestamp.nullable(),
  completed_at: Timestamp.nullable(),
  workspace_id: z.string(),
  parent_task_id: z.string().nullable(),
});
export type EnrichmentTaskViewRow = z.output<typeof EnrichmentTaskViewRow>;

const view = viewOf(sql.fragment`enrichment_tasks`);

/** A task of this workspace for reading; null when it is gone, deleted or another workspace's. */
export const findTaskView = ({ workspacePk, taskId }: { workspacePk: number; taskId: string }) =>
  sql.type(EnrichmentTaskViewRow)`
    ${view}
    where t.enrichment_task_id = ${taskId}
      and t.workspace_pk = ${workspacePk}
      and t.deleted_at is null`;

/** The same, locked as it is now until the transaction ends. */
export const lockTaskView = ({ workspacePk, taskId }: { workspacePk: number; taskId: string }) =>
  sql.type(EnrichmentTaskViewRow)`
    ${view}
    where t.enrichment_task_id = ${taskId}
      and t.workspace_pk = ${workspacePk}
      and t.deleted_at is null
    for no key update of t`;

/** Tasks of this workspace for reading, in the order of their ids; those that are not there are left out. */
export const listTaskViews = ({
  workspacePk,
  taskIds,
}: {
  workspacePk: number;
  taskIds: readonly string[];
}) =>
  sql.type(EnrichmentTaskViewRow)`
    ${view}
    where t.enrichment_task_id = any(${sql.array(taskIds, 'uuid')})
      and t.workspace_pk = ${workspacePk}
      and t.deleted_at is null
    order by array_position(${sql.array(taskIds, 'uuid')}, t.enrichment_task_id)`;

const TaskId = z.strictObject({ pk: z.number(), enrichment_task_id: z.uuid() });

/** Public ids of live tasks of this workspace by their keys. */
export const listTaskIds = ({ workspacePk, pks }: { workspacePk: number; pks: readonly number[] }) =>
  sql.type(TaskId)`
    select pk, enrichment_task_id
    from enrichment_tasks
    where pk = any(${sql.array(pks, 'int4')})
      and workspace_pk = ${workspacePk}
      and deleted_at is null`;

const Open = z.strictObject({ open: z.boolean() });

/** Whether a task of this workspace is there and has work to come. */
export const isTaskOpen = ({ workspacePk, taskId }: { workspacePk: number; taskId: string }) =>
  sql.type(Open)`
    select exists (
      select
      from enrichment_tasks
      where enrichment_task_id = ${taskId}
        and workspace_pk = ${workspacePk}
        and status in ('pending', 'processing')
        and deleted_at is null
    ) as open`;
