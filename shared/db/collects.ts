import { z } from 'zod';
import { type CollectState, collectStatuses, hasEnded } from '../domain/collect-states.ts';
import { COLLECT_UPLOAD_GRACE_MINUTES } from '../domain/limits.ts';
import { sql, Timestamp } from './sql.ts';

/** A collect with the public ids around it. A row without a workspace cannot be asked for. */
export const CollectRow = z.strictObject({
  pk: z.number(),
  workspace_pk: z.number(),
  collect_id: z.string(),
  provider: z.string().nullable(),
  status: z.enum(collectStatuses),
  started_at: Timestamp.nullable(),
  ended_at: Timestamp.nullable(),
  created_at: Timestamp,
  updated_at: Timestamp.nullable(),
  deleted_at: Timestamp.nullable(),
  person_id: z.string(),
  workspace_id: z.string(),
  task_id: z.string().nullable(),
});
export type CollectRow = z.output<typeof CollectRow>;

const columns = sql.fragment`
  c.pk, c.workspace_pk, c.collect_id, c.provider, c.status, c.started_at, c.ended_at, c.created_at, c.updated_at,
  c.deleted_at, p.person_id, w.workspace_id, t.task_id`;

const relations = sql.fragment`
  join peoples p on p.pk = c.people_pk and p.workspace_pk = c.workspace_pk
  join workspaces w on w.pk = c.workspace_pk
  left join tasks t on t.pk = c.task_pk and t.workspace_pk = c.workspace_pk and t.deleted_at is null`;

/** The columns of `CollectRow`, and the joins they need beside a collect `c`. */
export const collectParts = { columns, relations };

export interface InsertCollect extends Pick<CollectState, 'status' | 'provider'> {
  workspacePk: number;
  peoplePk: number;
  taskPk: number | null;
}

/** Inserts a collect with the times that belong to its first status, by the clock of the database. */
export const insertCollect = ({ workspacePk, peoplePk, taskPk, status, provider }: InsertCollect) =>
  sql.type(CollectRow)`
    with c as (
      insert into collects (workspace_pk, people_pk, task_pk, provider, status, started_at, ended_at)
      values (
        ${workspacePk}, ${peoplePk}, ${taskPk}, ${provider}, ${status}::collect_status_enum,
        case when ${status === 'in_progress'} then clock_timestamp() end,
        case when ${hasEnded(status)} then clock_timestamp() end
      )
      returning *
    )
    select ${columns}
    from c
    ${relations}`;

/** A locked collect, and what time it is for the database. */
export const LockedCollect = CollectRow.extend({ now: Timestamp });
export type LockedCollect = z.output<typeof LockedCollect>;

/**
 * Locks a collect of this workspace for a change, so that changes come one after the other; null when it is gone,
 * deleted, another workspace's or a legacy row without one.
 */
export const lockCollect = ({ workspacePk, collectId }: { workspacePk: number; collectId: string }) =>
  sql.type(LockedCollect)`
    select ${columns}, clock_timestamp() as now
    from collects c
    ${relations}
    where c.collect_id = ${collectId}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null
    for no key update of c`;

export interface UpdateCollect {
  pk: number;
  workspacePk: number;
  /** The status the change was decided on: a collect that has moved since is not touched. */
  from: CollectState['status'];
  to: CollectState;
}

/** Writes a decided change; no row when the collect has moved or gone since. */
export const updateCollect = ({ pk, workspacePk, from, to }: UpdateCollect) =>
  sql.type(CollectRow)`
    with c as (
      update collects
      set status = ${to.status}::collect_status_enum,
          provider = ${to.provider},
          started_at = ${to.started_at}::timestamptz,
          ended_at = ${to.ended_at}::timestamptz
      where pk = ${pk}
        and workspace_pk = ${workspacePk}
        and status = ${from}::collect_status_enum
        and deleted_at is null
      returning *
    )
    select ${columns}
    from c
    ${relations}`;

const DeletedCollect = z.strictObject({ pk: z.number() });

/** Takes a collect that the caller holds locked off every list, whatever its state. */
export const deleteCollect = ({ workspacePk, pk }: { workspacePk: number; pk: number }) =>
  sql.type(DeletedCollect)`
    update collects
    set deleted_at = clock_timestamp()
    where pk = ${pk}
      and workspace_pk = ${workspacePk}
      and deleted_at is null
    returning pk`;

const UploadTarget = z.strictObject({
  pk: z.number(),
  collect_id: z.string(),
  takes_uploads: z.boolean(),
});

/**
 * A collect as an upload sees it: whether it still takes files, which it does until a few minutes after its end for
 * those in flight. The lock lets uploads pass each other and keeps the end of the run until they are in.
 */
export const lockUploadTarget = ({ workspacePk, collectId }: { workspacePk: number; collectId: string }) =>
  sql.type(UploadTarget)`
    select
      c.pk,
      c.collect_id,
      c.status in ('todo', 'in_progress')
        or coalesce(
          c.ended_at > clock_timestamp() - make_interval(mins => ${COLLECT_UPLOAD_GRACE_MINUTES}), false
        ) as takes_uploads
    from collects c
    where c.collect_id = ${collectId}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null
    for share of c`;
