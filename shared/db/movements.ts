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
    t.label_plain,
    t.label_folded,
    other_company.name as counterparty_name,
    other_account.iban as counterparty_iban,
    other.company_pk as counterparty_pk
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
  m.counterparty_name, m.counterparty_iban`;

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
      select *
      from jsonb_to_recordset(${JSON.stringify(receipts)}::jsonb)
        as r ("documentPk" int, total numeric, currency text, day date)
    )
    select r."documentPk" as document_pk, ${movementColumns}
    from (${movements(workspacePk)}) m
    join r
      on m.anchor_date between r.day - ${days}::int and r.day + ${days}::int
      and (
        abs(m.amount) = r.total and m.currency = r.currency
        or m.original_amount = r.total and m.original_currency = r.currency
      )
    where m.anchor_date
        between (select min(day) from r) - ${days}::int and (select max(day) from r) + ${days}::int
      and m.amount < 0
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

export interface ListMovements {
  workspacePk: number;
  from: string;
  to: string;
  /** True for money that comes in. */
  incoming: boolean;
  /** Totals, as decimal strings, near which an amount is interesting. */
  amounts: readonly string[];
  /** Invoice numbers in plain letters and digits. */
  numbers: readonly string[];
  ibans: readonly string[];
  /** Words of counterparty names, folded. */
  words: readonly string[];
}

/** Shares and units by which a payment may differ from an invoice and still be looked at. */
const NEAR_SHARE = 0.035;
const NEAR_UNITS = 30;

const anyOf = (conditions: readonly ReturnType<typeof sql.fragment>[]) =>
  conditions.length === 0 ? sql.fragment`false` : sql.join([...conditions], sql.fragment` or `);

/** Lower case without accents, as words of names are written. */
const folded = (text: ReturnType<typeof sql.fragment>) =>
  sql.fragment`translate(lower(${text}), 'àâäáãåçèéêëìíîïñòóôõöùúûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy')`;

const isNear = (amount: ReturnType<typeof sql.fragment>, totals: readonly string[]) =>
  anyOf(
    totals.map(
      (total) => sql.fragment`
        abs(abs(${amount}) - ${total}::numeric)
          <= greatest(${total}::numeric * ${NEAR_SHARE}::float8::numeric, ${NEAR_UNITS})`,
    ),
  );

const isNumbered = (label: ReturnType<typeof sql.fragment>, numbers: readonly string[]) =>
  anyOf(numbers.map((number) => sql.fragment`strpos(${label}, ${number}) > 0`));

const isNamed = (text: ReturnType<typeof sql.fragment>, words: readonly string[]) =>
  anyOf(words.map((word) => sql.fragment`strpos(${text}, ${word}) > 0`));

/**
 * Movements of a span that something connects with the wanted invoices: an amount near, a number in the label, the
 * account, or a word of the name. The most telling first, at most `MATCH_CANDIDATES_MAX`.
 *
 * A span holds all movements of some months, so they are sifted by what stands in their own row, and by the few means
 * of payment that fit, before anything is joined to them.
 */
export const listMovements = (wanted: ListMovements) =>
  sql.type(MovementRow)`
    with fitting_means as materialized (
      select p.pk
      from payment_means p
      left join companies c on c.pk = p.company_pk
      left join accounts a on a.pk = p.account_pk
      where p.workspace_pk = ${wanted.workspacePk}
        and (
          a.iban = any(${sql.array(wanted.ibans, 'text')})
          or ${isNamed(folded(sql.fragment`c.name`), wanted.words)}
        )
    ), sifted as materialized (
      select t.pk
      from transactions t
      where t.workspace_pk = ${wanted.workspacePk}
        and t.deleted_at is null
        and t.anchor_date between ${wanted.from}::date and ${wanted.to}::date
        and (
          ${isNear(sql.fragment`t.instructed_amount`, wanted.amounts)}
          or ${isNear(sql.fragment`t.settlement_amount`, wanted.amounts)}
          or t.debtor_payment_means_pk = any(array(select pk from fitting_means))
          or t.creditor_payment_means_pk = any(array(select pk from fitting_means))
          or ${isNamed(sql.fragment`t.label_folded`, wanted.words)}
          or ${isNumbered(sql.fragment`t.label_plain`, wanted.numbers)}
        )
    )
    select ${movementColumns}
    from (${movements(wanted.workspacePk, sql.fragment`and t.pk = any(array(select pk from sifted))`)}) m
    cross join lateral (
      select
        ${isNumbered(sql.fragment`m.label_plain`, wanted.numbers)} as numbered,
        coalesce(m.counterparty_iban = any(${sql.array(wanted.ibans, 'text')}), false) as same_account,
        coalesce(
          ${isNear(sql.fragment`m.original_amount`, wanted.amounts)}
          or ${isNear(sql.fragment`m.amount`, wanted.amounts)},
          false
        ) as near,
        (
          ${isNamed(sql.fragment`m.label_folded`, wanted.words)}
          or ${isNamed(folded(sql.fragment`coalesce(m.counterparty_name, '')`), wanted.words)}
        ) as named
    ) tie
    where (m.amount > 0) = ${wanted.incoming}
      and (tie.numbered or tie.same_account or tie.near or tie.named)
    order by tie.numbered desc, tie.same_account desc, tie.near desc, m.anchor_date, m.pk
    limit ${MATCH_CANDIDATES_MAX}`;

/** Makes payment matching of one workspace go one after the other, to the end of the transaction: the sums must hold. */
export const lockMatching = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(NoRow)`
    select from pg_advisory_xact_lock(hashtext('payment matching'), ${workspacePk})`;
