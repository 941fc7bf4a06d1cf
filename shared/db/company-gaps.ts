import { z } from 'zod';
import { EXCHANGE_RATE_MAX_AGE_DAYS } from '../domain/limits.ts';
import { expenses } from './close-expenses.ts';
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
  meansPks,
  from,
  to,
}: {
  workspacePk: number;
  companyPk: number;
  /** The company's payment means. */
  meansPks: readonly number[];
  from: string;
  to: string;
}) =>
  sql.type(CompanyGapRow)`
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
        x.*,
        -- What a bank takes for itself has no invoice anywhere.
        x.kind = 'bank_internal' or coalesce(x.type in ('fee', 'interest', 'exchange'), false) as internal,
        coalesce(s.base_currency::text, 'EUR') as base_currency
      from (${expenses({ workspacePk, from, to, settledBy: to }, meansPks)}) x
      left join workspace_accounting_settings s on s.workspace_pk = ${workspacePk}
      where x.company_pk = ${companyPk}
        and not x.covered
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
    ) r on true`;
