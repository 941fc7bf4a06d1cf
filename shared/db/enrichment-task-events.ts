import { z } from 'zod';
import { keyset, type PageRequest, Total, upToTotalMax } from './page.ts';
import { sql, Timestamp } from './sql.ts';

const TaskPk = z.strictObject({ pk: z.number() });

/** The task of this workspace whose events are wanted; null when it is gone, deleted or another workspace's. */
export const findTaskPk = ({ workspacePk, taskId }: { workspacePk: number; taskId: string }) =>
  sql.type(TaskPk)`
    select pk
    from enrichment_tasks
    where enrichment_task_id = ${taskId}
      and workspace_pk = ${workspacePk}
      and deleted_at is null`;

const TaskEvent = z.strictObject({
  event_id: z.string(),
  kind: z.string(),
  actor: z.string(),
  attempt: z.number().nullable(),
  detail: z.unknown(),
  created_at: Timestamp,
  sort_key: z.string(),
});
export type TaskEvent = z.output<typeof TaskEvent>;

export interface ListTaskEvents extends PageRequest<'created_at'> {
  workspacePk: number;
  taskPk: number;
}

/** One page of what happened to a task, and one row more. */
export const listTaskEvents = ({ workspacePk, taskPk, limit, sort, after }: ListTaskEvents) => {
  const { sortKey, beyond, order } = keyset({
    request: { sort, after },
    key: sql.fragment`e.created_at`,
    pk: sql.fragment`e.pk`,
    pkOf: (publicId) => sql.fragment`(
      select a.pk from enrichment_task_events a where a.event_id = ${publicId} and a.enrichment_task_pk = ${taskPk}
    )`,
  });
  return sql.type(TaskEvent)`
    select e.event_id, e.kind, e.actor, e.attempt, e.detail, e.created_at, ${sortKey}
    from enrichment_task_events e
    where e.enrichment_task_pk = ${taskPk}
      and e.workspace_pk = ${workspacePk}
      ${beyond}
    ${order}
    limit ${limit + 1}`;
};

/** How many events a task has, up to a bound. */
export const countTaskEvents = ({ workspacePk, taskPk }: Pick<ListTaskEvents, 'workspacePk' | 'taskPk'>) =>
  sql.type(Total)`
    ${upToTotalMax(sql.fragment`
      select
      from enrichment_task_events e
      where e.enrichment_task_pk = ${taskPk}
        and e.workspace_pk = ${workspacePk}`)}`;
