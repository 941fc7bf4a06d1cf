import { z } from 'zod';
import { taskStatuses } from '../domain/enrichment-types.ts';
import { EXCHANGE_RATE_MAX_AGE_DAYS } from '../domain/limits.ts';
import { retrievalModes } from '../domain/match-provider.ts';
import { type ExpenseSpan, expenses } from './close-expenses.ts';
import { DateOnly, Decimal, sql } from './sql.ts';

/** What a close reports, read as it is now; nothing here grows with the number of subtasks. */

const Summary = z.strictObject({
  counterparties: z.number(),
  counterparties_covered: z.number(),
  transactions: z.number(),
  covered: z.number(),
  in_flight: z.number(),
  gaps: z.number(),
  categorized: z.number(),
  bank_internal: z.number(),
  unknown: z.number(),
  unnamed_company: z.number(),
});
export type CloseSummary = z.output<typeof Summary>;

/** Counts of a span's expenses: those of counterparties by state, the others by why they were dropped. */
export const summariseExpenses = (span: ExpenseSpan) =>
  sql.type(Summary)`
    with e as materialized (${expenses(span, null)})
    select
      (select count(distinct company_pk) from e where kind = 'kept') as counterparties,
      (
        select count(*)
        from (select from e where kind = 'kept' group by company_pk having bool_and(state = 'covered')) whole
      ) as counterparties_covered,
      count(*) filter (where kind = 'kept') as transactions,
      count(*) filter (where kind = 'kept' and state = 'covered') as covered,
      count(*) filter (where kind = 'kept' and state = 'in_flight') as in_flight,
      count(*) filter (where kind = 'kept' and state = 'gap') as gaps,
      count(*) filter (where kind = 'kept' and categorized) as categorized,
      count(*) filter (where kind = 'bank_internal') as bank_internal,
      count(*) filter (where kind = 'unknown') as unknown,
      count(*) filter (where kind = 'unnamed_company') as unnamed_company
    from e`;

export interface GapSpan extends ExpenseSpan {
  month: string;
}

/**
 * The gaps of a month, each with the way that the newest subtask of its counterparty recorded, if that one completed.
 * The ways are one object to look things up in: a join would be planned for a few rows and done for thousands.
 */
const gaps = ({ month, ...span }: GapSpan) => sql.fragment`
  select
    e.*,
    (
      select jsonb_object_agg(route.company_id, route.mode)
      from (
        select distinct on (s.input ->> 'company_id')
          s.input ->> 'company_id' as company_id,
          case when s.status = 'completed' then s.output ->> 'mode' end as mode
        from enrichment_tasks s
        where s.workspace_pk = ${span.workspacePk}
          and s.enrichment_type = 'monthly_close'
          and s.entity_type = 'company_month'
          and s.input ->> 'record_id' = ${month}
          and s.input ->> 'company_id' is not null
          and s.status in ('completed', 'failed', 'rejected')
          and s.deleted_at is null
        order by s.input ->> 'company_id', s.pk desc
      ) route
    ) ->> e.company_id::text as mode
  from (${expenses(span, null)}) e
  where e.kind = 'kept'
    and e.state = 'gap'`;

const GapTotal = z.strictObject({
  mode: z.enum(retrievalModes).nullable(),
  currency: z.string().nullable(),
  transactions: z.number(),
  amount: Decimal.nullable(),
  /** In the base currency, as far as rates are known. */
  base_amount: Decimal.nullable(),
  without_rate: z.number(),
});
export type GapTotal = z.output<typeof GapTotal>;

/**
 * The gaps of a month by way and currency. A rate is the latest at or before the day and at most
 * `EXCHANGE_RATE_MAX_AGE_DAYS` old, in either direction.
 */
export const totalGaps = ({ baseCurrency, ...span }: GapSpan & { baseCurrency: string }) =>
  sql.type(GapTotal)`
    with g as materialized (${gaps(span)}),
    days as (select distinct currency, day from g where currency is not null),
    rated as (
      select
        d.currency,
        d.day,
        case when d.currency = ${baseCurrency} then 1 else (
          select case when r.source_currency::text = d.currency then r.rate else 1 / r.rate end
          from exchange_rates r
          where (
              r.source_currency::text = d.currency and r.target_currency::text = ${baseCurrency}
              or r.source_currency::text = ${baseCurrency} and r.target_currency::text = d.currency
            )
            and r.rate_date between d.day - ${EXCHANGE_RATE_MAX_AGE_DAYS}::int and d.day
            and r.deleted_at is null
          order by r.rate_date desc, r.source_currency::text = d.currency desc
          limit 1
        ) end as rate
      from days d
    )
    select
      g.mode,
      g.currency,
      count(*) as transactions,
      sum(g.amount) as amount,
      sum(g.amount * rated.rate) as base_amount,
      count(*) filter (where rated.rate is null or g.amount is null) as without_rate
    from g
    left join rated on rated.currency = g.currency and rated.day = g.day
    group by g.mode, g.currency
    order by g.mode, g.currency`;

const GapRow = z.strictObject({
  transaction_id: z.uuid(),
  company_id: z.uuid(),
  company_name: z.string(),
  day: DateOnly,
  amount: Decimal.nullable(),
  currency: z.string().nullable(),
  mode: z.enum(retrievalModes).nullable(),
});
export type GapRow = z.output<typeof GapRow>;

/** The largest gaps of a month: by amount, then by date. */
export const listGaps = ({ limit, ...span }: GapSpan & { limit: number }) =>
  sql.type(GapRow)`
    select g.transaction_id, g.company_id, g.company_name, g.day, g.amount, g.currency, g.mode
    from (${gaps(span)}) g
    order by g.amount desc nulls last, g.day, g.pk
    limit ${limit}`;

const UnfinishedRow = z.strictObject({
  company_id: z.string().nullable(),
  company_name: z.string().nullable(),
  status: z.enum(taskStatuses),
});
export type UnfinishedRow = z.output<typeof UnfinishedRow>;

/** Subtasks of a close that came to nothing, with their counterparties. */
export const listUnfinished = ({
  workspacePk,
  parentPk,
  limit,
}: {
  workspacePk: number;
  parentPk: number;
  limit: number;
}) =>
  sql.type(UnfinishedRow)`
    select s.input ->> 'company_id' as company_id, c.name as company_name, s.status
    from enrichment_tasks s
    left join companies c on c.company_id::text = s.input ->> 'company_id' and c.workspace_pk = s.workspace_pk
    where s.workspace_pk = ${workspacePk}
      and s.parent_task_pk = ${parentPk}
      and s.status in ('failed', 'rejected')
      and s.deleted_at is null
    order by c.name, s.pk
    limit ${limit}`;

const Blockers = z.strictObject({
  unmatched_invoices: z.number(),
  uncategorised_transactions: z.number(),
  unsynced_connectors: z.number(),
});
export type CloseBlockers = z.output<typeof Blockers>;

/**
 * What else keeps a month open: supplier invoices issued in it that no confirmed payment settles, movements without a
 * category, and connectors in trouble or without a successful sync since the month ended.
 */
export const countBlockers = ({ workspacePk, from, to }: Pick<ExpenseSpan, 'workspacePk' | 'from' | 'to'>) =>
  sql.type(Blockers)`
    select
      (
        select count(*)
        from invoices i
        join workspaces w on w.pk = i.workspace_pk
        where i.workspace_pk = ${workspacePk}
          and i.deleted_at is null
          and i.status in ('issued', 'paid')
          and i.issuer_pk is distinct from w.own_company_pk
          and i.issue_date >= ${from}::date::timestamp
          and i.issue_date < (${to}::date + 1)::timestamp
          and not exists (
            select 1
            from invoice_transactions l
            where l.invoice_pk = i.pk
              and l.edge_status = 'confirmed'
              and l.deleted_at is null
          )
      ) as unmatched_invoices,
      (
        select count(*)
        from transactions t
        where t.workspace_pk = ${workspacePk}
          and t.deleted_at is null
          and coalesce(t.status, 'booked') in ('booked', 'completed', 'Successfully completed and settled')
          and t.category_status is distinct from 'categorized'
          and t.anchor_date between ${from}::date and ${to}::date
      ) as uncategorised_transactions,
      (
        select count(*)
        from workspace_connectors c
        where c.workspace_pk = ${workspacePk}
          and c.deleted_at is null
          and c.status not in ('to_configure', 'disabled')
          and (
            c.status not in ('enabled', 'processing')
            or not exists (
              select 1
              from workspace_connector_sync_logs g
              where g.workspace_connector_pk = c.pk
                and g.status = 'success'
                and g.completed_at >= ((${to}::date + 1)::timestamp at time zone 'UTC')
            )
          )
      ) as unsynced_connectors`;
