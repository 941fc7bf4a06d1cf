import { z } from 'zod';
import { MATCH_CANDIDATES_MAX } from '../domain/limits.ts';
import { DateOnly, Decimal, NoRow, sql } from './sql.ts';

/**
 * The two sides of a payment as they are compared. Feeds drop signs, times and currencies, so the direction comes from
 * whose account is debited, and the date from whichever is stated.
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

const movements = (workspacePk: number) => sql.fragment`
  select
    t.pk,
    t.transaction_id,
    coalesce((t.executed_at at time zone 'UTC')::date, t.booking_date, t.value_date, t.requested_execution_date)
      as anchor_date,
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
    and not (own.debits and own.credits)`;

const movementColumns = sql.fragment`
  m.pk, m.transaction_id, m.anchor_date, m.amount, m.currency, m.original_amount, m.original_currency, m.label,
  m.counterparty_name, m.counterparty_iban`;

/** An invoice or credit note that payments may settle. */
export const PayableRow = z.strictObject({
  pk: z.number(),
  invoice_id: z.uuid(),
  kind: z.enum(['invoice', 'credit_note']),
  direction: z.enum(['payable', 'receivable']).nullable(),
  number: z.string().nullable(),
  counterparty_id: z.string().nullable(),
  counterparty_name: z.string().nullable(),
  counterparty_iban: z.string().nullable(),
  issue_date: DateOnly.nullable(),
  due_date: DateOnly.nullable(),
  currency: z.string().nullable(),
  total: Decimal.nullable(),
});
export type PayableRow = z.output<typeof PayableRow>;

const payables = (workspacePk: number) => sql.fragment`
  select
    i.pk,
    i.invoice_id,
    case when i.document_type_code = '381' then 'credit_note' else 'invoice' end as kind,
    side.direction,
    coalesce(i.invoice_number, i.reference_number) as number,
    party.company_id::text as counterparty_id,
    party.name as counterparty_name,
    (
      select a.iban
      from payment_means p
      join accounts a on a.pk = p.account_pk and a.deleted_at is null
      left join invoice_payment_means ip
        on ip.payment_means_pk = p.pk and ip.invoice_pk = i.pk and ip.deleted_at is null
      where p.workspace_pk = i.workspace_pk
        and p.deleted_at is null
        and a.iban is not null
        and (ip.pk is not null or p.company_pk = party.pk)
      order by ip.pk nulls last, p.pk
      limit 1
    ) as counterparty_iban,
    i.issue_date::date as issue_date,
    i.due_date,
    i.local_currency::text as currency,
    i.grand_total as total,
    i.balance_due,
    i.payment_status,
    party.pk as counterparty_pk
  from invoices i
  join workspaces w on w.pk = i.workspace_pk
  cross join lateral (
    select case
      when i.issuer_pk = w.own_company_pk then 'receivable'
      when i.issuer_pk is not null or i.receiver_pk = w.own_company_pk then 'payable'
    end as direction
  ) side
  left join companies party
    on party.pk = case side.direction when 'receivable' then i.receiver_pk else i.issuer_pk end
    and party.deleted_at is null
  where i.workspace_pk = ${workspacePk}
    and i.deleted_at is null
    and i.status <> 'canceled'`;

const payableColumns = sql.fragment`
  p.pk, p.invoice_id, p.kind, p.direction, p.number, p.counterparty_id, p.counterparty_name, p.counterparty_iban,
  p.issue_date, p.due_date, p.currency, p.total`;

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

/** The invoice of this id; null when it is gone or canceled. */
export const findPayable = ({ workspacePk, invoiceId }: { workspacePk: number; invoiceId: string }) =>
  sql.type(PayableRow)`
    select ${payableColumns}
    from (${payables(workspacePk)}) p
    where p.invoice_id = ${invoiceId}`;

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

/** Letters and digits of a text, as numbers are looked for in it. */
const plain = (text: ReturnType<typeof sql.fragment>) =>
  sql.fragment`regexp_replace(upper(coalesce(${text}, '')), '[^A-Z0-9]', '', 'g')`;

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

/**
 * Movements of a span that something connects with the wanted invoices: an amount near, a number in the label, the
 * account, or a word of the name. The most telling first, at most `MATCH_CANDIDATES_MAX`.
 */
export const listMovements = (wanted: ListMovements) =>
  sql.type(MovementRow)`
    select ${movementColumns}
    from (${movements(wanted.workspacePk)}) m
    cross join lateral (
      select ${plain(sql.fragment`m.label`)} as label
    ) plain
    cross join lateral (
      select
        exists (
          select 1
          from unnest(${sql.array(wanted.numbers, 'text')}) as number
          where strpos(plain.label, number) > 0
        ) as numbered,
        m.counterparty_iban = any(${sql.array(wanted.ibans, 'text')}) as same_account,
        exists (
          select 1
          from unnest(${sql.array(wanted.amounts, 'numeric')}) as total
          where abs(abs(coalesce(m.original_amount, m.amount)) - total)
            <= greatest(total * ${NEAR_SHARE}::float8::numeric, ${NEAR_UNITS})
            or abs(abs(m.amount) - total) <= greatest(total * ${NEAR_SHARE}::float8::numeric, ${NEAR_UNITS})
        ) as near,
        exists (
          select 1
          from unnest(${sql.array(wanted.words, 'text')}) as word
          where strpos(
            translate(
              lower(concat_ws(' ', m.counterparty_name, m.label)),
              'àâäáãåçèéêëìíîïñòóôõöùúûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'
            ),
            word
          ) > 0
        ) as named
    ) tie
    where m.anchor_date between ${wanted.from}::date and ${wanted.to}::date
      and (m.amount > 0) = ${wanted.incoming}
      and (tie.numbered or coalesce(tie.same_account, false) or tie.near or tie.named)
    order by tie.numbered desc, coalesce(tie.same_account, false) desc, tie.near desc, m.anchor_date, m.pk
    limit ${MATCH_CANDIDATES_MAX}`;

export interface ListPayables {
  workspacePk: number;
  from: string;
  to: string;
  /** True for those whose payment comes in. */
  incoming: boolean;
  /** Counterparties whose invoices come first. */
  counterpartyIds: readonly string[];
  /** Amount near which the others come first. */
  amount: string;
  /** Plain letters and digits of the labels at hand. */
  labels: readonly string[];
}

/** Shortest invoice number that is looked for in a label; shorter ones stand in every label by chance. */
const NUMBER_MIN_LENGTH = 4;

/**
 * Invoices issued in a span that payments of this direction may settle, the settled ones too: a new payment of one is
 * an overpayment, and its links say what is used up. The most telling first, at most `MATCH_CANDIDATES_MAX`.
 */
export const listPayables = (wanted: ListPayables) =>
  sql.type(PayableRow)`
    select ${payableColumns}
    from (${payables(wanted.workspacePk)}) p
    cross join lateral (
      select ${plain(sql.fragment`p.number`)} as number
    ) plain
    where p.issue_date between ${wanted.from}::date and ${wanted.to}::date
      and p.total is not null
      and ((p.direction = 'receivable') = (p.kind = 'invoice')) = ${wanted.incoming}
      and p.direction is not null
    order by
      (length(plain.number) >= ${NUMBER_MIN_LENGTH} and strpos(${wanted.labels.join(' ')}, plain.number) > 0) desc,
      coalesce(p.counterparty_id = any(${sql.array(wanted.counterpartyIds, 'text')}), false) desc,
      abs(abs(p.total) - ${wanted.amount}::numeric),
      p.pk
    limit ${MATCH_CANDIDATES_MAX}`;

/** Makes payment matching of one workspace go one after the other, to the end of the transaction: the sums must hold. */
export const lockMatching = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(NoRow)`
    select from pg_advisory_xact_lock(hashtext('payment matching'), ${workspacePk})`;
