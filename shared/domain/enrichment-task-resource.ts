import type { EnrichmentTask } from './enrichment-task-schema.ts';
import type { SourceChannel, TaskStatus } from './enrichment-types.ts';

/** An enrichment task with the public ids around it; times are ISO 8601. */
export interface EnrichmentTaskView {
  enrichment_task_id: string;
  entity_type: string;
  entity_id: string;
  status: TaskStatus;
  enrichment_type: string;
  input: unknown;
  output: unknown;
  target_fields: string[] | null;
  error: string | null;
  source_channel: SourceChannel | null;
  input_hash: string | null;
  description: string | null;
  batch_id: string | null;
  created_at: string;
  updated_at: string | null;
  deleted_at: string | null;
  completed_at: string | null;
  workspace_id: string;
  parent_task_id: string | null;
}

/**
 * An enrichment task as callers see it: the JSON:API resource of the EnrichmentTask object reference, key by key.
 * Attributes are named one by one, so that an internal column cannot slip out. Its subtasks are named where they were
 * asked for and come along.
 */
export const enrichmentTaskResource = (
  task: EnrichmentTaskView,
  subtaskIds?: readonly string[],
): EnrichmentTask => ({
  type: 'enrichment_task',
  id: task.enrichment_task_id,
  attributes: {
    enrichment_task_id: task.enrichment_task_id,
    entity_type: task.entity_type,
    entity_id: task.entity_id,
    status: task.status,
    enrichment_type: task.enrichment_type,
    input: task.input,
    output: task.output,
    target_fields: task.target_fields,
    error: task.error,
    source_channel: task.source_channel,
    input_hash: task.input_hash,
    description: task.description,
    batch_id: task.batch_id,
    created_at: task.created_at,
    updated_at: task.updated_at,
    deleted_at: task.deleted_at,
    completed_at: task.completed_at,
  },
  relationships: {
    workspace: { data: { type: 'workspace', id: task.workspace_id } },
    parent_task: {
      data: task.parent_task_id === null ? null : { type: 'enrichment_task', id: task.parent_task_id },
    },
    ...(subtaskIds
      ? {
          subtasks: {
            links: { related: `/v1/enrichment-tasks?filter%5Bparent_task%5D=${task.enrichment_task_id}` },
            data: subtaskIds.map((id) => ({ type: 'enrichment_task' as const, id })),
          },
        }
      : {}),
  },
});
