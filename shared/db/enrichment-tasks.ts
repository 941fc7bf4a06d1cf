import { z } from 'zod';
import {
  enrichmentTypes,
  sourceChannels,
  type TaskStatus,
  taskStatuses,
} from '../domain/enrichment-types.ts';
import { taskColumns } from './enrichment-task-columns.ts';
import { NoRow, sql, Timestamp } from './sql.ts';

/** JSON as jsonb holds it. */
const Json = z.unknown();

/** A task as the pipeline works with it, internal columns included; what callers see is made from it elsewhere. */
export const TaskRow = z.strictObject({
  pk: z.number(),
  enrichment_task_id: z.uuid(),
  workspace_pk: z.number(),
  parent_task_pk: z.number().nullable(),
  entity_type: z.string(),
  entity_id: z.string(),
  status: z.enum(taskStatuses),
  enrichment_type: z.enum(enrichmentTypes),
  input: Json.nullable(),
  output: Json.nullable(),
  target_fields: z.array(z.string()).nullable(),
  error: z.string().nullable(),
  source_channel: z.enum(sourceChannels).nullable(),
  input_hash: z.string().nullable(),
  description: z.string().nullable(),
  batch_id: z.uuid().nullable(),
  created_at: Timestamp,
  updated_at: Timestamp.nullable(),
  deleted_at: Timestamp.nullable(),
  completed_at: Timestamp.nullable(),
  attempt: z.number(),
  dispatch_generation: z.number(),
  traceparent: z.string().nullable(),
});
export type TaskRow = z.output<typeof TaskRow>;

/** A task about to be inserted; the hash is the enqueuer's, see shared/dispatch/input-hash.ts. */
export interface NewTaskRow {
  enrichment_type: string;
  entity_type: string;
  entity_id: string;
  input: unknown;
  target_fields: string[] | null;
  source_channel: string | null;
  input_hash: string;
  parent_task_pk: number | null;
}

export interface InsertTasks {
  workspacePk: number;
  rows: NewTaskRow[];
  batchId?: string | null;
  retryOfPk?: number | null;
  /** The trace that their runs belong to; see shared/trace.ts. */
  traceparent?: string | null;
  actor: string;
}

/**
 * Inserts the tasks with their `enqueued` events. A row that meets a live task with the same hash, or a pending close
 * of the same month, is left out of the answer: the unique indexes decide the race.
 */
export const insertTasks = ({ workspacePk, rows, batchId, retryOfPk, traceparent, actor }: InsertTasks) =>
  sql.type(TaskRow)`
    with t as (
      insert into enrichment_tasks (
        workspace_pk, batch_id, parent_task_pk, retry_of_pk, traceparent,
        enrichment_type, entity_type, entity_id, input, target_fields, source_channel, input_hash
      )
      select
        ${workspacePk}::int, ${batchId ?? null}::uuid, r.parent_task_pk, ${retryOfPk ?? null}::int,
        ${traceparent ?? null}::text,
        r.enrichment_type, r.entity_type, r.entity_id, r.input, r.target_fields, r.source_channel, r.input_hash
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
        enrichment_type text, entity_type text, entity_id text, input jsonb, target_fields jsonb,
        source_channel source_channel_enum, input_hash text, parent_task_pk int
      )
      on conflict do nothing
      returning *
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
      select t.pk, t.workspace_pk, 'enqueued', ${actor}, 0,
        (
          select jsonb_build_object('retry_of', f.enrichment_task_id)
          from enrichment_tasks f
          where f.pk = t.retry_of_pk
        )
      from t
    )
    select ${taskColumns}
    from t
    order by t.pk`;

/** Live tasks with one of these hashes: what an enqueue returns instead of inserting again. */
export const findLiveTasks = ({ workspacePk, hashes }: { workspacePk: number; hashes: string[] }) =>
  sql.type(TaskRow)`
    select ${taskColumns}
    from enrichment_tasks t
    where t.workspace_pk = ${workspacePk}
      and t.input_hash = any(${sql.array(hashes, 'text')})
      and t.status in ('pending', 'processing')
      and t.deleted_at is null`;

/** Closes of these targets that have not ended, a proposal that waits for a person included. */
export const listLiveCloses = ({
  workspacePk,
  entityIds,
}: {
  workspacePk: number;
  entityIds: readonly string[];
}) =>
  sql.type(TaskRow)`
    select ${taskColumns}
    from enrichment_tasks t
    where t.entity_type in ('month', 'company_month')
      and t.entity_id = any(${sql.array(entityIds, 'text')})
      and t.workspace_pk = ${workspacePk}
      and t.enrichment_type = 'monthly_close'
      and t.status in ('pending', 'processing', 'awaiting_approval')
      and t.deleted_at is null
    order by t.pk`;

/** Tasks of this workspace by their keys; those that are not there are left out. */
export const listTasksByPk = ({ workspacePk, pks }: { workspacePk: number; pks: readonly number[] }) =>
  sql.type(TaskRow)`
    select ${taskColumns}
    from enrichment_tasks t
    where t.pk = any(${sql.array(pks, 'int4')})
      and t.workspace_pk = ${workspacePk}
      and t.deleted_at is null`;

/** A task of this workspace; null when it is gone, deleted or another workspace's. */
export const findTask = ({ workspacePk, taskId }: { workspacePk: number; taskId: string }) =>
  sql.type(TaskRow)`
    select ${taskColumns}
    from enrichment_tasks t
    where t.enrichment_task_id = ${taskId}
      and t.workspace_pk = ${workspacePk}
      and t.deleted_at is null`;

/** Leases of task `t` that ran out since it last went on. */
const expiredLeases = sql.fragment`
  select count(*)
  from enrichment_task_events e
  where e.enrichment_task_pk = t.pk
    and e.kind = 'lease_expired'
    and not exists (
      select 1
      from enrichment_task_events later
      where later.enrichment_task_pk = t.pk
        and later.kind = 'continued'
        and later.pk > e.pk
    )`;

/** A claimed task, and how many of its runs ended without an outcome since it last went on. */
export const ClaimedTask = TaskRow.extend({
  abandoned_runs: z.number(),
  /** Seconds between enqueue and this claim. */
  waited_seconds: z.number(),
});
export type ClaimedTask = z.output<typeof ClaimedTask>;

export interface ClaimTask {
  taskId: string;
  token: string;
  leaseSeconds: number;
  actor: string;
}

/**
 * Takes a task in one statement: `pending`, or `processing` whose lease was released or ran out. No row means there is
 * nothing to do: it ended, is gone, or another run holds it. Which message woke the worker does not matter: of two on
 * their way the first does the work.
 */
export const claimTask = ({ taskId, token, leaseSeconds, actor }: ClaimTask) =>
  sql.type(ClaimedTask)`
    with free as (
      select pk, status = 'processing' and lease_token is not null as abandoned
      from enrichment_tasks
      where enrichment_task_id = ${taskId}
        and deleted_at is null
        and (
          status = 'pending'
          or status = 'processing' and (lease_until is null or lease_until < clock_timestamp())
        )
      for no key update
    ), t as (
      update enrichment_tasks t
      set status = 'processing',
          attempt = t.attempt + 1,
          deliveries = t.deliveries + 1,
          lease_token = ${token}::uuid,
          lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      from free
      where t.pk = free.pk
      returning t.*, free.abandoned
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt)
      select t.pk, t.workspace_pk, kind, ${actor}, t.attempt
      from t
      cross join lateral (values ('lease_expired'), ('claimed')) as kinds (kind)
      where kind = 'claimed' or t.abandoned
    )
    select
      ${taskColumns},
      extract(epoch from clock_timestamp() - t.created_at)::float8 as waited_seconds,
      (t.abandoned::int + (${expiredLeases}))::int as abandoned_runs
    from t`;

/** The claim of a run whose answer got lost: the row, if this token holds it. */
export const findClaim = ({ taskId, token }: { taskId: string; token: string }) =>
  sql.type(ClaimedTask)`
    select
      ${taskColumns},
      extract(epoch from clock_timestamp() - t.created_at)::float8 as waited_seconds,
      (${expiredLeases})::int as abandoned_runs
    from enrichment_tasks t
    where t.enrichment_task_id = ${taskId}
      and t.lease_token = ${token}::uuid
      and t.status = 'processing'
      and t.deleted_at is null`;

const TaskPk = z.strictObject({ pk: z.number() });

/** Renews the lease; no row means that this run has lost the task and must stop. */
export const renewLease = ({
  pk,
  token,
  leaseSeconds,
}: {
  pk: number;
  token: string;
  leaseSeconds: number;
}) =>
  sql.type(TaskPk)`
    update enrichment_tasks
    set lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    where pk = ${pk}
      and lease_token = ${token}::uuid
      and status = 'processing'
      and deleted_at is null
    returning pk`;

/** Locks the task for a write of the run that holds it; no row means that the run is stale. */
export const lockClaim = ({ pk, token }: { pk: number; token: string }) =>
  sql.type(TaskPk)`
    select pk
    from enrichment_tasks
    where pk = ${pk}
      and lease_token = ${token}::uuid
      and status = 'processing'
      and deleted_at is null
    for no key update`;

/** Locks a row before its children: the one order in which parents and children are ever locked. */
export const lockTask = ({ pk }: { pk: number }) =>
  sql.type(TaskPk)`
    select pk
    from enrichment_tasks
    where pk = ${pk}
    for no key update`;

export interface FinishTask {
  pk: number;
  token: string;
  status: Exclude<TaskStatus, 'pending' | 'processing'>;
  output: unknown;
  error: string | null;
  description: string | null;
  actor: string;
}

/** Writes the end of a run with its event. Only the holder of the lease can, and only from `processing`. */
export const finishTask = ({ pk, token, status, output, error, description, actor }: FinishTask) =>
  sql.type(TaskRow)`
    with t as (
      update enrichment_tasks
      set status = ${status}::enrichment_task_status_enum,
          output = coalesce(${output === null ? null : JSON.stringify(output)}::jsonb, output),
          error = ${error},
          description = coalesce(${description}, description),
          completed_at = case when ${status} = 'awaiting_approval' then null else clock_timestamp() end,
          lease_token = null,
          lease_until = null
      where pk = ${pk}
        and lease_token = ${token}::uuid
        and status = 'processing'
        and deleted_at is null
      returning *
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
      select
        t.pk, t.workspace_pk, 'finished', ${actor}, t.attempt,
        jsonb_build_object('status', t.status, 'halt', t.output -> 'halt' ->> 'code')
      from t
    )
    select ${taskColumns}
    from t`;

/** A task of this workspace, locked as it is now; no row when it is gone, deleted or another workspace's. */
export const lockTaskOf = ({ workspacePk, taskId }: { workspacePk: number; taskId: string }) =>
  sql.type(TaskRow)`
    select ${taskColumns}
    from enrichment_tasks t
    where t.enrichment_task_id = ${taskId}
      and t.workspace_pk = ${workspacePk}
      and t.deleted_at is null
    for no key update`;

/** Tasks of this workspace, locked as they are now in one order; those that are not there are left out. */
export const lockTasksOf = ({ workspacePk, taskIds }: { workspacePk: number; taskIds: readonly string[] }) =>
  sql.type(TaskRow)`
    select ${taskColumns}
    from enrichment_tasks t
    where t.enrichment_task_id = any(${sql.array(taskIds, 'uuid')})
      and t.workspace_pk = ${workspacePk}
      and t.deleted_at is null
    order by t.pk
    for no key update`;

/** What a person may do with a task that waits for one. */
export const resolveActions = ['approve', 'reject'] as const;
export type ResolveAction = (typeof resolveActions)[number];

/**
 * Ends a task that waits for a person, with what they said and how it ended as its events. Only from
 * `awaiting_approval`: of many who answer at once one gets the row.
 */
export const endApproval = ({
  pk,
  action,
  output,
  actor,
}: {
  pk: number;
  action: ResolveAction;
  /** Null leaves the output as it is. */
  output: unknown;
  actor: string;
}) =>
  sql.type(TaskRow)`
    with t as (
      update enrichment_tasks
      set status = ${action === 'approve' ? 'completed' : 'rejected'}::enrichment_task_status_enum,
          output = coalesce(${output === null ? null : JSON.stringify(output)}::jsonb, output),
          completed_at = clock_timestamp()
      where pk = ${pk}
        and status = 'awaiting_approval'
        and deleted_at is null
      returning *
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
      select t.pk, t.workspace_pk, e.kind, ${actor}, t.attempt, e.detail
      from t
      cross join lateral (
        values
          ('commanded', jsonb_build_object('action', ${action}::text)),
          ('finished', jsonb_build_object('status', t.status))
      ) as e (kind, detail)
    )
    select ${taskColumns}
    from t`;

/** Gives the lease back after a fault that another run may not meet. The row stays `processing`, free to claim. */
export const releaseTask = ({
  pk,
  token,
  reason,
  actor,
}: {
  pk: number;
  token: string;
  reason: string;
  actor: string;
}) =>
  sql.type(TaskRow)`
    with t as (
      update enrichment_tasks
      set lease_token = null,
          lease_until = null
      where pk = ${pk}
        and lease_token = ${token}::uuid
        and status = 'processing'
        and deleted_at is null
      returning *
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
      select t.pk, t.workspace_pk, 'retried', ${actor}, t.attempt, jsonb_build_object('reason', ${reason}::text)
      from t
    )
    select ${taskColumns}
    from t`;

/**
 * Leaves a parent to its subtasks: it stays `processing` under a lease without end, which nobody can claim until the
 * last subtask takes it away. The runs so far do not count against its attempts.
 */
export const waitForSubtasks = ({
  pk,
  token,
  output,
  description,
  actor,
}: {
  pk: number;
  token: string;
  output: unknown;
  description: string | null;
  actor: string;
}) =>
  sql.type(TaskRow)`
    with t as (
      update enrichment_tasks
      set lease_token = null,
          lease_until = 'infinity',
          attempt = 0,
          output = ${JSON.stringify(output)}::jsonb,
          description = coalesce(${description}, description)
      where pk = ${pk}
        and lease_token = ${token}::uuid
        and status = 'processing'
        and deleted_at is null
      returning *
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt)
      select t.pk, t.workspace_pk, 'waiting', ${actor}, t.attempt
      from t
    )
    select ${taskColumns}
    from t`;

/**
 * Wakes a waiting parent once none of its subtasks is open, by ending its lease and raising its generation. A row is
 * answered exactly once, to whoever came last; the caller dispatches it after commit.
 */
export const wakeParent = ({ pk, actor }: { pk: number; actor: string }) =>
  sql.type(TaskRow)`
    with t as (
      update enrichment_tasks p
      set lease_until = null,
          dispatch_generation = p.dispatch_generation + 1,
          dispatched_at = null
      where p.pk = ${pk}
        and p.status = 'processing'
        and p.lease_until = 'infinity'
        and p.deleted_at is null
        and not exists (
          select 1
          from enrichment_tasks c
          where c.parent_task_pk = p.pk
            and c.status in ('pending', 'processing')
            and c.deleted_at is null
        )
      returning *
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt)
      select t.pk, t.workspace_pk, 'woken', ${actor}, t.attempt
      from t
    )
    select ${taskColumns}
    from t`;

/**
 * Lets a task go on in another delivery: free to claim again, under a new generation that the caller dispatches after
 * commit. The runs so far do not count against its attempts.
 */
export const continueTask = ({
  pk,
  token,
  output,
  description,
  actor,
}: {
  pk: number;
  token: string;
  output: unknown;
  description: string | null;
  actor: string;
}) =>
  sql.type(TaskRow)`
    with t as (
      update enrichment_tasks t
      set lease_token = null,
          lease_until = null,
          attempt = 0,
          output = ${JSON.stringify(output)}::jsonb,
          description = coalesce(${description}, t.description),
          dispatch_generation = t.dispatch_generation + 1,
          dispatched_at = null
      where t.pk = ${pk}
        and t.lease_token = ${token}::uuid
        and t.status = 'processing'
        and t.deleted_at is null
      returning *
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt)
      select t.pk, t.workspace_pk, 'continued', ${actor}, t.attempt
      from t
    )
    select ${taskColumns}
    from t`;

const StatusCount = z.strictObject({ status: z.enum(taskStatuses), count: z.number() });

/** How the subtasks of a parent stand, one row per status that occurs. */
export const countSubtasks = ({ parentPk }: { parentPk: number }) =>
  sql.type(StatusCount)`
    select status, count(*) as count
    from enrichment_tasks
    where parent_task_pk = ${parentPk}
      and deleted_at is null
    group by status
    order by status`;

const TaskId = z.strictObject({ enrichment_task_id: z.uuid() });

/** Public ids of a parent's subtasks, the oldest first. */
export const listSubtaskIds = ({ parentPk }: { parentPk: number }) =>
  sql.type(TaskId)`
    select enrichment_task_id
    from enrichment_tasks
    where parent_task_pk = ${parentPk}
      and deleted_at is null
    order by pk`;

/** Records that the queue holds a message of this generation for each task, with an event. */
export const markDispatched = ({
  messages,
  actor,
}: {
  messages: { pk: number; generation: number }[];
  actor: string;
}) =>
  sql.type(NoRow)`
    with t as (
      update enrichment_tasks t
      set dispatched_at = clock_timestamp()
      from unnest(
        ${sql.array(
          messages.map((message) => message.pk),
          'int4',
        )},
        ${sql.array(
          messages.map((message) => message.generation),
          'int4',
        )}
      ) as m (pk, generation)
      where t.pk = m.pk
        and t.dispatch_generation = m.generation
      returning t.pk, t.workspace_pk, t.attempt, t.dispatch_generation
    )
    insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
    select t.pk, t.workspace_pk, 'dispatched', ${actor}, t.attempt,
      jsonb_build_object('generation', t.dispatch_generation)
    from t`;

/** Records which messages the queue did not take, so that the next sweep sends the same ones again. */
export const markDispatchFailed = ({
  messages,
  actor,
}: {
  messages: { pk: number; generation: number; reason: string }[];
  actor: string;
}) =>
  sql.type(NoRow)`
    with t as (
      update enrichment_tasks t
      set dispatched_at = null
      from unnest(
        ${sql.array(
          messages.map((message) => message.pk),
          'int4',
        )},
        ${sql.array(
          messages.map((message) => message.generation),
          'int4',
        )},
        ${sql.array(
          messages.map((message) => message.reason),
          'text',
        )}
      ) as m (pk, generation, reason)
      where t.pk = m.pk
        and t.dispatch_generation = m.generation
      returning t.pk, t.workspace_pk, t.attempt, m.reason
    )
    insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
    select t.pk, t.workspace_pk, 'dispatch_failed', ${actor}, t.attempt, jsonb_build_object('reason', t.reason)
    from t`;
