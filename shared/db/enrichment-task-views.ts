import { z } from 'zod';
import { sourceChannels, taskStatuses } from '../domain/enrichment-types.ts';
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

const view = sql.fragment`
    select
      t.enrichment_task_id, t.entity_type, t.entity_id, t.status, t.enrichment_type, t.input, t.output,
      t.target_fields, t.error, t.source_channel, t.input_hash, t.description, t.batch_id, t.created_at,
      t.updated_at, t.deleted_at, t.completed_at, w.workspace_id, p.enrichment_task_id as parent_task_id
    from enrichment_tasks t
    join workspaces w on w.pk = t.workspace_pk
    left join enrichment_tasks p
      on p.pk = t.parent_task_pk and p.workspace_pk = t.workspace_pk and p.deleted_at is null`;

/** A task of this workspace for reading; null when it is gone, deleted or another workspace's. */
export const findTaskView = ({ workspacePk, taskId }: { workspacePk: number; taskId: string }) =>
  sql.type(EnrichmentTaskViewRow)`
    ${view}
    where t.enrichment_task_id = ${taskId}
      and t.workspace_pk = ${workspacePk}
      and t.deleted_at is null`;

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
