import { taskColumns, viewOf } from './enrichment-task-columns.ts';
import { EnrichmentTaskViewRow } from './enrichment-task-views.ts';
import { TaskRow } from './enrichment-tasks.ts';
import { sql } from './sql.ts';

/** What people do to a task: each with a `commanded` event that says who did it. */

/**
 * Gives a task of this workspace another description and answers it for reading. No row when nothing changed: it has
 * this description already, or it is gone, deleted or another workspace's.
 */
export const describeTask = ({
  workspacePk,
  taskId,
  description,
  actor,
}: {
  workspacePk: number;
  taskId: string;
  description: string | null;
  actor: string;
}) =>
  sql.type(EnrichmentTaskViewRow)`
    with t as (
      update enrichment_tasks
      set description = ${description}
      where enrichment_task_id = ${taskId}
        and workspace_pk = ${workspacePk}
        and deleted_at is null
        and description is distinct from ${description}
      returning *
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
      select t.pk, t.workspace_pk, 'commanded', ${actor}, t.attempt,
        '{"action": "update", "fields": ["description"]}'::jsonb
      from t
    )
    ${viewOf(sql.fragment`t`)}`;

/**
 * Deletes a task softly; no row when somebody did so before. Whatever run holds it can write nothing more: every
 * statement of a run asks for a row that is not deleted.
 */
export const softDeleteTask = ({
  workspacePk,
  pk,
  actor,
}: {
  workspacePk: number;
  pk: number;
  actor: string;
}) =>
  sql.type(TaskRow)`
    with t as (
      update enrichment_tasks
      set deleted_at = clock_timestamp()
      where pk = ${pk}
        and workspace_pk = ${workspacePk}
        and deleted_at is null
      returning *
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
      select t.pk, t.workspace_pk, 'commanded', ${actor}, t.attempt, '{"action": "delete"}'::jsonb
      from t
    )
    select ${taskColumns}
    from t`;
