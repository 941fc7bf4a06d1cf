import type { FragmentSqlToken } from 'slonik';
import { sql } from './sql.ts';

/** The columns of a `TaskRow`, of a table or with-clause named `t`. */
export const taskColumns = sql.fragment`
  t.pk, t.enrichment_task_id, t.workspace_pk, t.parent_task_pk, t.entity_type, t.entity_id, t.status,
  t.enrichment_type, t.input, t.output, t.target_fields, t.error, t.source_channel, t.input_hash, t.description,
  t.batch_id, t.created_at, t.updated_at, t.deleted_at, t.completed_at, t.attempt, t.dispatch_generation,
  t.traceparent`;

/**
 * Reads tasks as callers see them, and `more` columns, from `source`: a table, with-clause or subquery of whole rows
 * that is called `t` here. A `where` may follow.
 */
export const viewOf = (source: FragmentSqlToken, more?: FragmentSqlToken) => sql.fragment`
    select
      t.enrichment_task_id, t.entity_type, t.entity_id, t.status, t.enrichment_type, t.input, t.output,
      t.target_fields, t.error, t.source_channel, t.input_hash, t.description, t.batch_id, t.created_at,
      t.updated_at, t.deleted_at, t.completed_at, w.workspace_id,
      -- Row by row: a join may choose to read the whole workspace.
      (
        select p.enrichment_task_id
        from enrichment_tasks p
        where p.pk = t.parent_task_pk
          and p.workspace_pk = t.workspace_pk
          and p.deleted_at is null
      ) as parent_task_id
      ${more ? sql.fragment`, ${more}` : sql.fragment``}
    from ${source} t
    join workspaces w on w.pk = t.workspace_pk`;
