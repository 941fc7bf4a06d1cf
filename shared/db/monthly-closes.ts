import { z } from 'zod';
import { DateOnly, NoRow, sql } from './sql.ts';

const CloseSettings = z.strictObject({
  workspace_id: z.uuid(),
  own_company_pk: z.number().nullable(),
  base_currency: z.string(),
  /** Of the database's clock, in UTC. */
  today: DateOnly,
});
export type CloseSettings = z.output<typeof CloseSettings>;

/** What closing needs to know about a workspace; null when it is gone. Without settings the base is their default. */
export const findCloseSettings = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(CloseSettings)`
    select
      w.workspace_id,
      w.own_company_pk,
      coalesce(s.base_currency, 'EUR')::text as base_currency,
      (clock_timestamp() at time zone 'UTC')::date as today
    from workspaces w
    left join workspace_accounting_settings s on s.workspace_pk = w.pk
    where w.pk = ${workspacePk}
      and w.deleted_at is null`;

/** Makes closes of one workspace start one after the other, to the end of the transaction: one of a month may live. */
export const lockCloses = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(NoRow)`
    select from pg_advisory_xact_lock(hashtext('monthly close'), ${workspacePk})`;

const RivalRow = z.strictObject({ enrichment_task_id: z.uuid() });

/**
 * The other close that has a month: one that has begun, else the oldest that works on it. No row for the one task
 * that may go on.
 */
export const findRivalClose = ({
  workspacePk,
  entityId,
  pk,
}: {
  workspacePk: number;
  entityId: string;
  pk: number;
}) =>
  sql.type(RivalRow)`
    select t.enrichment_task_id
    from enrichment_tasks t
    where t.entity_type = 'month'
      and t.entity_id = ${entityId}
      and t.workspace_pk = ${workspacePk}
      and t.enrichment_type = 'monthly_close'
      and t.pk <> ${pk}
      and t.deleted_at is null
      and (
        t.status = 'awaiting_approval'
        or t.status = 'processing' and (t.output is not null or t.pk < ${pk})
      )
    order by t.pk
    limit 1`;

const CloseState = z.strictObject({ live: z.boolean(), done: z.boolean() });

/** Whether the close of a month is on its way, and whether one was completed. */
export const findCloseState = ({ workspacePk, entityId }: { workspacePk: number; entityId: string }) =>
  sql.type(CloseState)`
    select
      coalesce(bool_or(t.status in ('pending', 'processing', 'awaiting_approval')), false) as live,
      coalesce(bool_or(t.status = 'completed' and t.output ->> 'status' is distinct from 'halted'), false) as done
    from enrichment_tasks t
    where t.entity_type = 'month'
      and t.entity_id = ${entityId}
      and t.workspace_pk = ${workspacePk}
      and t.enrichment_type = 'monthly_close'
      and t.deleted_at is null`;
