import { taskColumns, viewOf } from './enrichment-task-columns.ts';
import { EnrichmentTaskViewRow } from './enrichment-task-views.ts';
import { TaskRow } from './enrichment-tasks.ts';
import { NoRow, sql } from './sql.ts';

/** What people do to a task: each with a `commanded` event that says who did it. */

/**
 * Gives a task of this workspace another description and answers it for reading. No row when it is gone, deleted or
 * another workspace's.
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

/** The task that repeats a failed one and has not ended, if there is one. */
export const findLiveRetry = ({ workspacePk, pk }: { workspacePk: number; pk: number }) =>
  sql.type(TaskRow)`
    select ${taskColumns}
    from enrichment_tasks t
    where t.retry_of_pk = ${pk}
      and t.workspace_pk = ${workspacePk}
      and t.status in ('pending', 'processing', 'awaiting_approval')
      and t.deleted_at is null
    order by t.pk
    limit 1`;

/** Notes at a failed task that somebody had it repeated, and as which one. */
export const recordRetry = ({ pk, retryPk, actor }: { pk: number; retryPk: number; actor: string }) =>
  sql.type(NoRow)`
    insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
    select t.pk, t.workspace_pk, 'commanded', ${actor}, t.attempt,
      jsonb_build_object('action', 'retry', 'retry', r.enrichment_task_id)
    from enrichment_tasks t
    join enrichment_tasks r on r.pk = ${retryPk} and r.workspace_pk = t.workspace_pk
    where t.pk = ${pk}`;
