import { z } from 'zod';
import { enrichmentTypes } from '../domain/enrichment-types.ts';
import { sql } from './sql.ts';

// A newer version may be running beside this one: its types are for its own sweep.
const isKnown = sql.fragment`enrichment_type = any(${sql.array(enrichmentTypes, 'text')})`;

/** What a queue message is made of. */
export const Dispatchable = z.strictObject({
  pk: z.number(),
  workspace_pk: z.number(),
  enrichment_task_id: z.uuid(),
  enrichment_type: z.enum(enrichmentTypes),
  dispatch_generation: z.number(),
  traceparent: z.string().nullable(),
});
export type Dispatchable = z.output<typeof Dispatchable>;

/**
 * Tasks whose queue message was never recorded: the process died between commit and createTask, or the queue refused.
 * They keep their generation, so that a message which did get through is not doubled.
 */
export const listUndispatched = ({ graceSeconds, limit }: { graceSeconds: number; limit: number }) =>
  sql.type(Dispatchable)`
    select pk, workspace_pk, enrichment_task_id, enrichment_type, dispatch_generation, traceparent
    from enrichment_tasks
    where dispatched_at is null
      and deleted_at is null
      and ${isKnown}
      and (status = 'pending' or status = 'processing' and lease_token is null and lease_until is null)
      and coalesce(updated_at, created_at) < clock_timestamp() - make_interval(secs => ${graceSeconds})
    order by pk
    limit ${limit}`;

export interface RaiseGenerations {
  redispatchAfterSeconds: number;
  limit: number;
  /** True when the queue is known to be empty: nothing that was dispatched before is still on its way. */
  queueLost?: boolean;
}

/** Longest silence before a task is dispatched again, in seconds. */
const REDISPATCH_MAX_SECONDS = 6 * 60 * 60;

/**
 * Raises the generation of tasks that nothing will deliver any more, and marks them dispatched so that a second sweep
 * passes over them: a lease that ran out at once, everything else after a silence that doubles with each message that
 * reached nobody. Rows that another sweep or run holds are skipped.
 */
export const raiseGenerations = ({ redispatchAfterSeconds, limit, queueLost = false }: RaiseGenerations) =>
  sql.type(Dispatchable)`
    with silent as (
      select pk
      from enrichment_tasks
      where deleted_at is null
        and ${isKnown}
        and (
          status = 'pending' and dispatched_at is not null
          or status = 'processing' and (lease_until is null or lease_until < clock_timestamp())
        )
        and (
          ${queueLost}
          -- A run that died; also one whose message was never recorded because its sender died first.
          or lease_token is not null and (dispatched_at is null or dispatched_at < lease_until)
          or greatest(dispatched_at, updated_at) < clock_timestamp() - make_interval(secs => least(
            ${redispatchAfterSeconds}::float8 * power(2, least(greatest(dispatch_generation - deliveries, 0), 20)),
            ${REDISPATCH_MAX_SECONDS}
          ))
        )
      order by lease_until nulls last, dispatched_at
      limit ${limit}
      for no key update skip locked
    )
    update enrichment_tasks t
    set dispatch_generation = t.dispatch_generation + 1,
        dispatched_at = clock_timestamp()
    from silent
    where t.pk = silent.pk
    returning t.pk, t.workspace_pk, t.enrichment_task_id, t.enrichment_type, t.dispatch_generation,
      t.traceparent`;

const RejectedTask = z.strictObject({ pk: z.number() });

/**
 * Ends pending tasks whose messages never reached a worker, however many were sent: silence is no end. Their parents
 * and batches are noticed by the same sweep.
 */
export const rejectUndeliverable = ({
  generations,
  limit,
  actor,
}: {
  generations: number;
  limit: number;
  actor: string;
}) =>
  sql.type(RejectedTask)`
    with lost as (
      select pk
      from enrichment_tasks
      where status = 'pending'
        and deleted_at is null
        and ${isKnown}
        and dispatch_generation >= ${generations}
      order by pk
      limit ${limit}
      for no key update skip locked
    ), t as (
      update enrichment_tasks t
      set status = 'rejected',
          error = 'NEVER_DELIVERED: ' || t.dispatch_generation || ' messages were sent and none reached a worker',
          completed_at = clock_timestamp()
      from lost
      where t.pk = lost.pk
      returning t.pk, t.workspace_pk, t.attempt
    ), logged as (
      insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, detail)
      select t.pk, t.workspace_pk, 'finished', ${actor}, t.attempt, '{"status": "rejected"}'::jsonb
      from t
    )
    select t.pk
    from t`;

const WaitingParent = z.strictObject({ pk: z.number() });

/** Waiting parents that have no open subtask left: the last one was deleted, or its end was not noticed. */
export const listForgottenParents = ({ limit }: { limit: number }) =>
  sql.type(WaitingParent)`
    select p.pk
    from enrichment_tasks p
    where p.status = 'processing'
      and p.lease_until = 'infinity'
      and p.deleted_at is null
      and not exists (
        select 1
        from enrichment_tasks c
        where c.parent_task_pk = p.pk
          and c.status in ('pending', 'processing')
          and c.deleted_at is null
      )
    order by p.pk
    limit ${limit}`;
