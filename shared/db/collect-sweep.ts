import { z } from 'zod';
import { NoRow, sql } from './sql.ts';

/** A live collect that may have been left alone. */
const Abandoned = z.strictObject({
  pk: z.number(),
  workspace_pk: z.number(),
  collect_id: z.string(),
  /** Last change, to the microsecond. */
  changed_at: z.string(),
});
export type Abandoned = z.output<typeof Abandoned>;

const live = sql.fragment`
  c.status in ('todo', 'in_progress')
  and c.deleted_at is null
  and c.workspace_pk is not null`;

const columns = sql.fragment`
  c.pk, c.workspace_pk, c.collect_id,
  to_char(c.updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as changed_at`;

/** For the rest of the transaction, lets a worker find live collects and cancelled tasks of every workspace. */
export const beginCollectSweep = () =>
  sql.type(NoRow)`select from set_config('wellspring.sweep', 'collects', true)`;

/**
 * Live collects whose row nobody changed for so long, the longest first, after `after`. Whether files came in
 * meanwhile is seen in their workspace only.
 */
export const listIdleCollects = ({
  inactivityHours,
  after,
  limit,
}: {
  inactivityHours: number;
  after: Pick<Abandoned, 'changed_at' | 'pk'> | null;
  limit: number;
}) =>
  sql.type(Abandoned)`
    select ${columns}
    from collects c
    where ${live}
      and c.updated_at < now() - make_interval(secs => ${inactivityHours * 3_600})
      ${
        after
          ? sql.fragment`and (c.updated_at, c.pk) > (${after.changed_at}::timestamptz, ${after.pk})`
          : sql.fragment``
      }
    order by c.updated_at, c.pk
    limit ${limit}`;

/** Live collects whose task was cancelled: nobody waits for them any more. */
export const listCancelledCollects = ({ limit }: { limit: number }) =>
  sql.type(Abandoned)`
    select ${columns}
    from collects c
    join tasks t on t.pk = c.task_pk and t.workspace_pk = c.workspace_pk
    where ${live}
      and c.task_pk is not null
      and t.status = 'cancelled'
    order by c.task_pk, c.pk
    limit ${limit}`;

const Neglect = z.strictObject({ idle: z.boolean(), task_cancelled: z.boolean() });

/**
 * Whether a collect, held by the caller's lock, is left alone for so long, its uploads included, or has lost its task.
 * Asked after the lock: an upload that held it is in.
 */
export const findNeglect = ({
  workspacePk,
  collectPk,
  inactivityHours,
}: {
  workspacePk: number;
  collectPk: number;
  inactivityHours: number;
}) =>
  sql.type(Neglect)`
    select
      greatest(
        coalesce(c.updated_at, c.created_at),
        (select max(d.created_at) from documents d where d.collect_pk = c.pk and d.workspace_pk = c.workspace_pk)
      ) < clock_timestamp() - make_interval(secs => ${inactivityHours * 3_600}) as idle,
      coalesce(t.status = 'cancelled', false) as task_cancelled
    from collects c
    left join tasks t on t.pk = c.task_pk and t.workspace_pk = c.workspace_pk
    where c.pk = ${collectPk}
      and c.workspace_pk = ${workspacePk}`;
