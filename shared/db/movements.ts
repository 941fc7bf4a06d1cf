import { z } from 'zod';
import { MATCH_CANDIDATES_MAX } from '../domain/limits.ts';
import { DateOnly, Decimal, NoRow, sql } from './sql.ts';

/**
 * Bank movements as payments are compared. Feeds drop signs, times and currencies, so the direction comes from whose
 * account is debited, and the date from whichever is stated.
 */

/** A bank movement: money out is negative. */
export const MovementRow = z.strictObject({
  pk: z.number(),
  transaction_id: z.uuid(),
  anchor_date: DateOnly.nullable(),
  amount: Decimal.nullable(),
  currency: z.string().nullable(),
  original_amount: Decimal.nullable(),
  original_currency: z.string().nullable(),
  label: z.string().nullable(),
  counterparty_id: z.uuid().nullable(),
  counterparty_name: z.string().nullable(),
  counterparty_iban: z.string().nullable(),
});
export type MovementRow = z.output<typeof MovementRow>;

const movements = (workspacePk: number, only = sql.fragment``) => sql.fragment`
  select
    t.pk,
    t.transaction_id,
    t.anchor_date,
    case
      when own.debits then -abs(coalesce(t.settlement_amount, t.instructed_amount))
      when own.credits then abs(coalesce(t.settlement_amount, t.instructed_amount))
      when t.type = 'debit' then -abs(coalesce(t.settlement_amount, t.instructed_amount))
      when t.type = 'credit' then abs(coalesce(t.settlement_amount, t.instructed_amount))
      else coalesce(t.settlement_amount, t.instructed_amount)
    end as amount,
    coalesce(t.settlement_currency, t.instructed_currency)::text as currency,
    case when t.settlement_currency is distinct from t.instructed_currency and t.settlement_amount is not null
      then abs(t.instructed_amount) end as original_amount,
    case when t.settlement_currency is distinct from t.instructed_currency and t.settlement_amount is not null
      then t.instructed_currency::text end as original_currency,
    nullif(concat_ws(' ', t.remittance_unstructured, t.end_to_end_id), '') as label,
    other_company.company_id as counterparty_id,
    other_company.name as counterparty_name,
    other_account.iban as counterparty_iban
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
  left join payment_means other
    on other.pk = case when own.debits then c.pk when own.credits then d.pk else coalesce(c.pk, d.pk) end
  left join accounts other_account on other_account.pk = other.account_pk and other_account.deleted_at is null
  left join companies other_company on other_company.pk = other.company_pk and other_company.deleted_at is null
  where t.workspace_pk = ${workspacePk}
    and t.deleted_at is null
    and coalesce(t.status, '') not in ('failed', 'rejected', 'canceled', 'reversed')
    -- Between two accounts of the workspace nothing is paid.
    and not (own.debits and own.credits)
    ${only}`;

const movementColumns = sql.fragment`
  m.pk, m.transaction_id, m.anchor_date, m.amount, m.currency, m.original_amount, m.original_currency, m.label,
  m.counterparty_id, m.counterparty_name, m.counterparty_iban`;

/** The bank movement of this id; null when it is gone, void or between the workspace's own accounts. */
export const findMovement = ({
  workspacePk,
  transactionId,
}: {
  workspacePk: number;
  transactionId: string;
}) =>
  sql.type(MovementRow)`
    select ${movementColumns}
    from (${movements(workspacePk)}) m
    where m.transaction_id = ${transactionId}`;

/** What a receipt says about its payment: a decimal amount without sign, and the day. */
export interface PaidReceipt {
  documentPk: number;
  total: string;
  currency: string;
  /** ISO day. */
  day: string;
}

const ReceiptPayment = MovementRow.extend({ document_pk: z.number() });

/**
 * Payments of exactly the amount of a receipt, at most `days` from its day, that have no document and no confirmed
 * invoice yet; a payment stands once for each receipt that it may be of.
 */
export const listReceiptPayments = ({
  workspacePk,
  receipts,
  days,
}: {
  workspacePk: number;
  receipts: readonly PaidReceipt[];
  days: number;
}) =>
  sql.type(ReceiptPayment)`
    with r as materialized (
      select
        r.*,
        (abs(r.total) * 100)::bigint as cents,
        r.day - ${days}::int as first_day,
        r.day + ${days}::int as last_day
      from jsonb_to_recordset(${JSON.stringify(receipts)}::jsonb)
        as r ("documentPk" int, total numeric, currency text, day date)
    ), equal as materialized (
      select distinct t.pk
      from r
      cross join lateral (
        select t.pk
        from transactions t
        where t.workspace_pk = ${workspacePk}
          and t.deleted_at is null
          and t.instructed_cents = r.cents
          and t.anchor_date between r.first_day and r.last_day
        union all
        select t.pk
        from transactions t
        where t.workspace_pk = ${workspacePk}
          and t.deleted_at is null
          and t.settlement_cents = r.cents
          and t.anchor_date between r.first_day and r.last_day
      ) t
    )
    select r."documentPk" as document_pk, ${movementColumns}
    from (${movements(workspacePk, sql.fragment`and t.pk = any(array(select pk from equal))`)}) m
    join r
      on m.anchor_date between r.first_day and r.last_day
      and (
        abs(m.amount) = r.total and m.currency = r.currency
        or m.original_amount = r.total and m.original_currency = r.currency
      )
    where m.amount < 0
      and not exists (
        select 1
        from transaction_documents td
        where td.transaction_pk = m.pk
          and td.deleted_at is null
      )
      and not exists (
        select 1
        from invoice_transactions l
        where l.transaction_pk = m.pk
          and l.edge_status = 'confirmed'
          and l.deleted_at is null
      )
    order by r."documentPk", m.pk`;

/** The movements of these keys that go in one direction, in the order of the keys; at most `MATCH_CANDIDATES_MAX`. */
export const listMovements = ({
  workspacePk,
  pks,
  incoming,
}: {
  workspacePk: number;
  pks: readonly number[];
  /** True for money that comes in. */
  incoming: boolean;
}) => {
  const keys = sql.array(pks, 'int4');
  return sql.type(MovementRow)`
    select ${movementColumns}
    from (${movements(workspacePk, sql.fragment`and t.pk = any(${keys})`)}) m
    where (m.amount > 0) = ${incoming}
    order by array_position(${keys}, m.pk)
    limit ${MATCH_CANDIDATES_MAX}`;
};

/** Makes payment matching of one workspace go one after the other, to the end of the transaction: the sums must hold. */
export const lockMatching = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(NoRow)`
    select from pg_advisory_xact_lock(hashtext('payment matching'), ${workspacePk})`;
