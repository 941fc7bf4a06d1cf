import { z } from 'zod';
import { DateOnly, Decimal, sql } from './sql.ts';

/** Which expenses a close looks at. */
export interface ExpenseSpan {
  workspacePk: number;
  /** First and last day, ISO. */
  from: string;
  to: string;
  /** An expense without a document that is younger than this day is still in flight. */
  settledBy: string;
}

// The keys are arguments: the statistics of a subquery would not tell a counterparty from the workspace's own account.
const hangsOn = (meansPks: readonly number[] | null) => {
  if (meansPks === null) return sql.fragment`true`;
  const means = sql.array(meansPks, 'int4');
  return sql.fragment`(t.creditor_payment_means_pk = any(${means}) or t.debtor_payment_means_pk = any(${means}))`;
};

/**
 * The settled expenses of a span, each once. `kind` is `kept`, or why it belongs to no counterparty; `state` says
 * whether a confirmed payment link or an attached document covers it. The direction is found as matching finds it: by
 * whose account is debited, then by type, then by sign.
 *
 * Each `offset 0` is a fence for the planner. The inner one makes the company a plain column: under row level security a
 * key that is computed by functions which might leak finds no index. The outer one has coverage looked up once.
 */
export const expenses = (
  { workspacePk, from, to, settledBy }: ExpenseSpan,
  /** Payment means that one side must be; null for all. */
  meansPks: readonly number[] | null,
) => sql.fragment`
  select
    e.*,
    case when e.covered then 'covered' when e.day > ${settledBy}::date then 'in_flight' else 'gap' end as state
  from (
    select
      m.pk, m.transaction_id, m.type, m.day, m.amount, m.currency, m.categorized,
      case
        when m.is_internal then 'bank_internal'
        when company.pk is null then 'unknown'
        when btrim(company.name) = '' then 'unnamed_company'
        else 'kept'
      end as kind,
      company.pk as company_pk,
      company.company_id,
      company.name as company_name,
      exists (
        select 1
        from invoice_transactions l
        join invoices i on i.pk = l.invoice_pk and i.deleted_at is null and i.status <> 'canceled'
        where l.transaction_pk = m.pk
          and l.edge_status = 'confirmed'
          and l.deleted_at is null
      ) or exists (
        select 1
        from transaction_documents a
        where a.transaction_pk = m.pk
          and a.deleted_at is null
      ) as covered
    from (
      select
        t.pk,
        t.transaction_id,
        t.type,
        -- Never null within a span, unlike the column itself.
        t.anchor_date + 0 as day,
        abs(coalesce(t.settlement_amount, t.instructed_amount)) as amount,
        case when t.settlement_amount is null then t.instructed_currency
          else coalesce(t.settlement_currency, t.instructed_currency) end::text as currency,
        t.category_status is not distinct from 'categorized' as categorized,
        own.debits and own.credits as is_internal,
        case when own.debits then c.company_pk else coalesce(c.company_pk, d.company_pk) end as company_pk
      from transactions t
      join workspaces w on w.pk = t.workspace_pk
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
        and t.deleted_at is null
        and coalesce(t.status, 'booked') in ('booked', 'completed', 'Successfully completed and settled')
        and t.anchor_date between ${from}::date and ${to}::date
        and case
          when own.debits then true
          when own.credits then false
          when t.type in ('debit', 'credit') then t.type = 'debit'
          else coalesce(t.settlement_amount, t.instructed_amount) < 0
        end
        and ${hangsOn(meansPks)}
      offset 0
    ) m
    left join companies company on company.pk = m.company_pk and company.deleted_at is null
    offset 0
  ) e`;

const CounterpartyRow = z.strictObject({ company_id: z.uuid(), open: z.number() });

/** The counterparties of a span's expenses, each with how many of them nothing covers. */
export const listCounterparties = (span: ExpenseSpan) =>
  sql.type(CounterpartyRow)`
    select e.company_id, count(*) filter (where e.state <> 'covered') as open
    from (${expenses(span, null)}) e
    where e.kind = 'kept'
    group by e.company_id
    order by e.company_id`;

/** An expense of one counterparty. */
export const ExpenseRow = z.strictObject({
  transaction_id: z.uuid(),
  day: DateOnly,
  amount: Decimal.nullable(),
  currency: z.string().nullable(),
  state: z.enum(['covered', 'in_flight', 'gap']),
});
export type ExpenseRow = z.output<typeof ExpenseRow>;

const MeansPk = z.strictObject({ pk: z.number() });

/** The ways a counterparty pays and is paid. */
export const listCompanyMeans = ({ workspacePk, companyPk }: { workspacePk: number; companyPk: number }) =>
  sql.type(MeansPk)`
    select pk
    from payment_means
    where company_pk = ${companyPk}
      and workspace_pk = ${workspacePk}
      and deleted_at is null`;

/** The expenses of one counterparty, the oldest first: of what hangs on its payment means, not of the whole month. */
export const listCompanyExpenses = ({
  companyPk,
  meansPks,
  ...span
}: ExpenseSpan & { companyPk: number; meansPks: readonly number[] }) =>
  sql.type(ExpenseRow)`
    select e.transaction_id, e.day, e.amount, e.currency, e.state
    from (${expenses(span, meansPks)}) e
    where e.kind = 'kept'
      and e.company_pk = ${companyPk}
    order by e.day, e.pk`;

/** Days before its issue that an invoice may be paid, and after it that it may be paid late. */
const DAYS_BEFORE_ISSUE = 10;
const DAYS_AFTER_ISSUE = 210;

const InvoiceId = z.strictObject({ invoice_id: z.uuid() });

/** Open invoices of one counterparty that an expense of the span may pay, the oldest first. */
export const listOpenInvoices = ({
  workspacePk,
  companyPk,
  from,
  to,
}: Pick<ExpenseSpan, 'workspacePk' | 'from' | 'to'> & { companyPk: number }) =>
  sql.type(InvoiceId)`
    select i.invoice_id
    from invoices i
    where i.issuer_pk = ${companyPk}
      and i.workspace_pk = ${workspacePk}
      and i.deleted_at is null
      and i.status <> 'canceled'
      and i.payment_status in ('unpaid', 'partial', 'unknown')
      and i.document_type_code is distinct from '381'
      and i.issue_date >= (${from}::date - ${DAYS_AFTER_ISSUE}::int)::timestamp
      and i.issue_date < (${to}::date + ${DAYS_BEFORE_ISSUE}::int + 1)::timestamp
    order by i.issue_date, i.pk`;
