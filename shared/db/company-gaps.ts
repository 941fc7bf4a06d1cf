import { z } from 'zod';
import { EXCHANGE_RATE_MAX_AGE_DAYS } from '../domain/limits.ts';
import { Decimal, sql, Timestamp } from './sql.ts';

/** What the settled expenses of one company lack in a span of days. */
export const CompanyGapRow = z.strictObject({
  /** Expenses without a confirmed invoice and without a document. */
  open: z.number(),
  /** Those among its movements that are no purchase: between own accounts, or the bank's own fees and interest. */
  internal: z.number(),
  /** The days of the open ones, ISO, in order. */
  days: z.array(z.string()),
  base_currency: z.string(),
  /** Of the open ones that have a rate on their day. */
  base_total: Decimal,
  unconverted: z.number(),
  /** Public ids of the newest open ones. */
  samples: z.array(z.string()),
  computed_at: Timestamp,
});
export type CompanyGapRow = z.output<typeof CompanyGapRow>;

/** Open expenses that are shown. */
const SAMPLES_MAX = 5;

/** One row, counted in one statement over what hangs on the company's payment means; days in UTC, both included. */
export const findCompanyGap = ({
  workspacePk,
  companyPk,
  from,
  to,
}: {
  workspacePk: number;
  companyPk: number;
  from: string;
  to: string;
}) => {
  const means = sql.fragment`
    array(
      select pm.pk
      from payment_means pm
      where pm.company_pk = ${companyPk}
        and pm.workspace_pk = ${workspacePk}
        and pm.deleted_at is null
    )`;
  return sql.type(CompanyGapRow)`
    select
      count(*) filter (where not e.internal)::int as open,
      count(*) filter (where e.internal)::int as internal,
      coalesce(array_agg(e.day::text order by e.day) filter (where not e.internal), '{}') as days,
      coalesce(
        (select s.base_currency::text from workspace_accounting_settings s where s.workspace_pk = ${workspacePk}),
        'EUR'
      ) as base_currency,
      round(coalesce(sum(e.amount * r.rate) filter (where not e.internal), 0), 2) as base_total,
      count(*) filter (where not e.internal and r.rate is null)::int as unconverted,
      coalesce(
        (array_agg(e.transaction_id::text order by e.day desc, e.pk desc) filter (where not e.internal))[:${SAMPLES_MAX}],
        '{}'
      ) as samples,
      clock_timestamp() as computed_at
    from (
      select
        t.pk,
        t.transaction_id,
        coalesce((t.executed_at at time zone 'UTC')::date, t.booking_date, t.value_date, t.requested_execution_date)
          as day,
        abs(coalesce(t.settlement_amount, t.instructed_amount)) as amount,
        case when t.settlement_amount is null then t.instructed_currency
          else coalesce(t.settlement_currency, t.instructed_currency) end::text as currency,
        own.debits and own.credits or coalesce(t.type in ('fee', 'interest', 'exchange'), false) as internal,
        coalesce(s.base_currency::text, 'EUR') as base_currency
      from transactions t
      join workspaces w on w.pk = t.workspace_pk
      left join workspace_accounting_settings s on s.workspace_pk = t.workspace_pk
      left join payment_means d on d.pk = t.debtor_payment_means_pk and d.deleted_at is null
      left join accounts d_account on d_account.pk = d.account_pk and d_account.deleted_at is null
      left join payment_means c on c.pk = t.creditor_payment_means_pk and c.deleted_at is null
      left join accounts c_account on c_account.pk = c.account_pk and c_account.deleted_at is null
      cross join lateral (
        select
          coalesce(d_account.ownership = 'workspace' or d.company_pk = w.own_company_pk, false) as debits,
          coalesce(c_account.ownership = 'workspace' or c.company_pk = w.own_company_pk, false) as credits
      ) own
      where t.workspace_pk = ${workspacePk}
        and (t.creditor_payment_means_pk = any(${means}) or t.debtor_payment_means_pk = any(${means}))
        -- The counterparty is the other side; where nobody knows whose account it is, the one that is paid.
        and case when own.debits then c.company_pk else coalesce(c.company_pk, d.company_pk) end = ${companyPk}
        and t.deleted_at is null
        and coalesce(t.status, 'booked') in ('booked', 'completed', 'Successfully completed and settled')
        and case
          when own.debits then true
          when own.credits then false
          when t.type in ('debit', 'credit') then t.type = 'debit'
          else coalesce(t.settlement_amount, t.instructed_amount) < 0
        end
        and not exists (
          select 1
          from invoice_transactions l
          join invoices i on i.pk = l.invoice_pk and i.deleted_at is null and i.status <> 'canceled'
          where l.transaction_pk = t.pk
            and l.edge_status = 'confirmed'
            and l.deleted_at is null
        )
        and not exists (
          select 1
          from transaction_documents a
          where a.transaction_pk = t.pk
            and a.deleted_at is null
        )
    ) e
    left join lateral (
      select 1::numeric as rate, null::date as rate_date
      where e.currency = e.base_currency
      union all
      select case when x.source_currency::text = e.currency then x.rate else 1 / x.rate end, x.rate_date
      from exchange_rates x
      where (
          x.source_currency::text = e.currency and x.target_currency::text = e.base_currency
          or x.source_currency::text = e.base_currency and x.target_currency::text = e.currency
        )
        and e.currency <> e.base_currency
        and x.rate_date between e.day - ${EXCHANGE_RATE_MAX_AGE_DAYS}::int and e.day
        and x.deleted_at is null
      order by rate_date desc
      limit 1
    ) r on true
    where e.day between ${from}::date and ${to}::date`;
};
