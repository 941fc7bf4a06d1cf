import { z } from 'zod';
import { MATCH_CANDIDATES_MAX } from '../domain/limits.ts';
import { DateOnly, Decimal, sql } from './sql.ts';

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

// The issuer's side is known first: an invoice of another company is ours to pay, whoever it names as its receiver.
const direction = sql.fragment`
  case
    when i.issuer_pk = w.own_company_pk then 'receivable'
    when i.issuer_pk is not null or i.receiver_pk = w.own_company_pk then 'payable'
  end`;

const payables = (workspacePk: number, only = sql.fragment``) => sql.fragment`
  select
    i.pk,
    i.invoice_id,
    case when i.document_type_code = '381' then 'credit_note' else 'invoice' end as kind,
    side.direction,
    coalesce(i.invoice_number, i.reference_number) as number,
    party.company_id::text as counterparty_id,
    party.name as counterparty_name,
    -- The account the invoice names, else one its counterparty is known by; each is looked up by its own index.
    coalesce(
      (
        select a.iban
        from invoice_payment_means ip
        join payment_means p on p.pk = ip.payment_means_pk and p.workspace_pk = i.workspace_pk and p.deleted_at is null
        join accounts a on a.pk = p.account_pk and a.deleted_at is null
        where ip.invoice_pk = i.pk
          and ip.deleted_at is null
          and a.iban is not null
        order by ip.pk
        limit 1
      ),
      (
        select a.iban
        from payment_means p
        join accounts a on a.pk = p.account_pk and a.deleted_at is null
        where p.company_pk = party.pk
          and p.workspace_pk = i.workspace_pk
          and p.deleted_at is null
          and a.iban is not null
        order by p.pk
        limit 1
      )
    ) as counterparty_iban,
    i.issue_date::date as issue_date,
    i.due_date,
    i.local_currency::text as currency,
    i.grand_total as total,
    i.balance_due,
    i.payment_status
  from invoices i
  join workspaces w on w.pk = i.workspace_pk
  cross join lateral (select ${direction} as direction) side
  left join companies party
    on party.pk = case side.direction when 'receivable' then i.receiver_pk else i.issuer_pk end
    and party.deleted_at is null
  where i.workspace_pk = ${workspacePk}
    and i.deleted_at is null
    and i.status <> 'canceled'
    ${only}`;

const payableColumns = sql.fragment`
  p.pk, p.invoice_id, p.kind, p.direction, p.number, p.counterparty_id, p.counterparty_name, p.counterparty_iban,
  p.issue_date, p.due_date, p.currency, p.total`;

/** The invoice of this id; null when it is gone or canceled. */
export const findPayable = ({ workspacePk, invoiceId }: { workspacePk: number; invoiceId: string }) =>
  sql.type(PayableRow)`
    select ${payableColumns}
    from (${payables(workspacePk)}) p
    where p.invoice_id = ${invoiceId}`;

/**
 * The invoices of these keys whose payment goes in one direction, in the order of the keys, the settled ones too: a new
 * payment of one is an overpayment, and its links say what is used up. At most `MATCH_CANDIDATES_MAX`.
 */
export const listPayables = ({
  workspacePk,
  pks,
  incoming,
}: {
  workspacePk: number;
  pks: readonly number[];
  /** True for those whose payment comes in. */
  incoming: boolean;
}) => {
  const keys = sql.array(pks, 'int4');
  return sql.type(PayableRow)`
    select ${payableColumns}
    from (${payables(workspacePk, sql.fragment`and i.pk = any(${keys})`)}) p
    where p.total is not null
      and ((p.direction = 'receivable') = (p.kind = 'invoice')) = ${incoming}
    order by array_position(${keys}, p.pk)
    limit ${MATCH_CANDIDATES_MAX}`;
};
