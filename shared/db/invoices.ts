import { z } from 'zod';
import { type PaymentPosition, paymentPosition, paymentStatuses } from '../domain/payment-status.ts';
import { publicId } from './public-id.ts';
import { DateOnly, type Db, Decimal, NoRow, sql } from './sql.ts';

/** An invoice as the workers read it. `issue_date` is a day of the document, without zone. */
export const InvoiceRow = z.strictObject({
  pk: z.number(),
  invoice_id: z.uuid(),
  document_pk: z.number().nullable(),
  issuer_pk: z.number().nullable(),
  receiver_pk: z.number().nullable(),
  invoice_number: z.string().nullable(),
  reference_number: z.string().nullable(),
  document_type_code: z.string().nullable(),
  issue_date: DateOnly.nullable(),
  due_date: DateOnly.nullable(),
  local_currency: z.string().nullable(),
  grand_total: Decimal.nullable(),
  items_total: Decimal.nullable(),
  tax_total: Decimal.nullable(),
  payment_status: z.enum(paymentStatuses),
  override_version: z.number(),
});
export type InvoiceRow = z.output<typeof InvoiceRow>;

const columns = sql.fragment`
  i.pk, i.invoice_id, i.document_pk, i.issuer_pk, i.receiver_pk, i.invoice_number, i.reference_number,
  i.document_type_code, i.issue_date::date as issue_date, i.due_date, i.local_currency, i.grand_total, i.items_total,
  i.tax_total, i.payment_status, i.override_version`;

/** The columns that enrichment may fill from a document. */
export const enrichableInvoiceFields = [
  'invoice_number',
  'reference_number',
  'document_type_code',
  'issue_date',
  'due_date',
  'local_currency',
  'grand_total',
  'items_total',
  'tax_total',
] as const;
export type EnrichableInvoiceField = (typeof enrichableInvoiceFields)[number];

/** Null when it is gone, deleted or another workspace's. */
export const findInvoice = ({ workspacePk, invoiceId }: { workspacePk: number; invoiceId: string }) =>
  sql.type(InvoiceRow)`
    select ${columns}
    from invoices i
    where i.invoice_id = ${publicId(invoiceId)}
      and i.workspace_pk = ${workspacePk}
      and i.deleted_at is null`;

/** The same, locked for a write of its fields. */
export const lockInvoice = ({ workspacePk, invoiceId }: { workspacePk: number; invoiceId: string }) =>
  sql.type(InvoiceRow)`
    select ${columns}
    from invoices i
    where i.invoice_id = ${publicId(invoiceId)}
      and i.workspace_pk = ${workspacePk}
      and i.deleted_at is null
    for no key update`;

/** The live invoice that this document is the evidence of, locked: the named one, else the oldest of several. */
export const lockInvoiceOfDocument = ({
  workspacePk,
  documentPk,
  invoiceId,
}: {
  workspacePk: number;
  documentPk: number;
  invoiceId: string | null;
}) =>
  sql.type(InvoiceRow)`
    select ${columns}
    from invoices i
    where i.document_pk = ${documentPk}
      and i.workspace_pk = ${workspacePk}
      and (${invoiceId}::text is null or i.invoice_id::text = ${invoiceId})
      and i.deleted_at is null
    order by i.pk
    limit 1
    for no key update`;

export interface InvoiceLikeness {
  workspacePk: number;
  /** Null when the document does not say who issued it. */
  issuerPk: number | null;
  number: string | null;
  reference: string | null;
  grandTotal: string | null;
  issueDate: string | null;
  creditNote: boolean;
}

/**
 * The live invoice that a document repeats: same issuer and number, whatever its separators; or same issuer,
 * reference, total and day; or, without an issuer on either side, same number, total and day. A credit note is never
 * the double of an invoice. Locked; the oldest where there are several.
 */
export const lockInvoiceLike = (likeness: InvoiceLikeness) =>
  sql.type(InvoiceRow)`
    select ${columns}
    from invoices i
    where i.workspace_pk = ${likeness.workspacePk}
      and i.issuer_pk is not distinct from ${likeness.issuerPk}
      and (i.document_type_code is not distinct from '381') = ${likeness.creditNote}
      and (
        regexp_replace(upper(i.invoice_number), '[^A-Z0-9]', '', 'g')
          = nullif(regexp_replace(upper(${likeness.number}), '[^A-Z0-9]', '', 'g'), '')
        and (
          ${likeness.issuerPk !== null}
          or i.grand_total = ${likeness.grandTotal}::numeric
          and i.issue_date = ${likeness.issueDate}::timestamp
        )
        or ${likeness.issuerPk !== null}
          and i.reference_number = ${likeness.reference}
          and i.grand_total = ${likeness.grandTotal}::numeric
          and i.issue_date = ${likeness.issueDate}::timestamp
      )
      and i.deleted_at is null
    order by i.pk
    limit 1
    for no key update`;

/** Gives an invoice without evidence this document; no row where it has one already. */
export const attachDocument = ({
  workspacePk,
  invoicePk,
  documentPk,
}: {
  workspacePk: number;
  invoicePk: number;
  documentPk: number;
}) =>
  sql.type(InvoiceRow)`
    update invoices i
    set document_pk = ${documentPk}
    where i.pk = ${invoicePk}
      and i.workspace_pk = ${workspacePk}
      and i.document_pk is null
      and i.deleted_at is null
    returning ${columns}`;

/** Adds an invoice with its evidence; the fields follow by `updateInvoiceFields`. */
export const insertInvoice = ({
  workspacePk,
  documentPk,
  issuerPk,
  receiverPk,
  status,
}: {
  workspacePk: number;
  documentPk: number;
  issuerPk: number | null;
  receiverPk: number | null;
  status: 'draft' | 'issued';
}) =>
  sql.type(InvoiceRow)`
    insert into invoices as i (workspace_pk, document_pk, issuer_pk, receiver_pk, status)
    values (${workspacePk}, ${documentPk}, ${issuerPk}, ${receiverPk}, ${status}::invoice_status_enum)
    returning ${columns}`;

/** Writes these fields and leaves the others; a currency that the database does not know is left out. */
export const updateInvoiceFields = ({
  workspacePk,
  invoicePk,
  fields,
}: {
  workspacePk: number;
  invoicePk: number;
  fields: Partial<Record<EnrichableInvoiceField, string>>;
}) =>
  sql.type(InvoiceRow)`
    update invoices i
    set invoice_number = coalesce(f.invoice_number, i.invoice_number),
        reference_number = coalesce(f.reference_number, i.reference_number),
        document_type_code = coalesce(f.document_type_code, i.document_type_code),
        issue_date = coalesce(f.issue_date, i.issue_date),
        due_date = coalesce(f.due_date, i.due_date),
        local_currency = coalesce(
          (select c from unnest(enum_range(null::currency_code_enum)) c where c::text = f.local_currency),
          i.local_currency
        ),
        grand_total = coalesce(f.grand_total, i.grand_total),
        items_total = coalesce(f.items_total, i.items_total),
        tax_total = coalesce(f.tax_total, i.tax_total)
    from jsonb_to_record(${JSON.stringify(fields)}::jsonb) as f (
      invoice_number text, reference_number text, document_type_code text, issue_date timestamp, due_date date,
      local_currency text, grand_total numeric, items_total numeric, tax_total numeric
    )
    where i.pk = ${invoicePk}
      and i.workspace_pk = ${workspacePk}
      and i.deleted_at is null
    returning ${columns}`;

/** Puts companies on the sides of an invoice; null leaves what is there. */
export const setInvoiceParties = ({
  workspacePk,
  invoicePk,
  issuerPk,
  receiverPk,
}: {
  workspacePk: number;
  invoicePk: number;
  issuerPk: number | null;
  receiverPk: number | null;
}) =>
  sql.type(InvoiceRow)`
    update invoices i
    set issuer_pk = coalesce(${issuerPk}, i.issuer_pk),
        receiver_pk = coalesce(${receiverPk}, i.receiver_pk)
    where i.pk = ${invoicePk}
      and i.workspace_pk = ${workspacePk}
      and i.deleted_at is null
    returning ${columns}`;

const Locked = z.strictObject({
  grand_total: Decimal.nullable(),
  override_version: z.number(),
});

/** Locks an invoice before its payments are read, so that two recomputations come one after the other. */
export const lockForRecompute = ({ workspacePk, invoicePk }: InvoiceKey) =>
  sql.type(Locked)`
    select grand_total, override_version
    from invoices
    where pk = ${invoicePk}
      and workspace_pk = ${workspacePk}
      and deleted_at is null
    for no key update`;

const AllocationRow = z.strictObject({
  amount: Decimal.nullable(),
  converted: z.boolean(),
});

/** What each confirmed payment settles, in the currency of the invoice; null where no amount is known in it. */
export const listAllocations = ({ workspacePk, invoicePk }: InvoiceKey) =>
  sql.type(AllocationRow)`
    select
      case i.local_currency
        when t.currency then t.amount
        when t.accounting_currency then t.accounting_amount
      end as amount,
      t.currency is distinct from i.local_currency as converted
    from invoice_transactions t
    join invoices i on i.pk = t.invoice_pk and i.workspace_pk = t.workspace_pk
    where t.workspace_pk = ${workspacePk}
      and t.invoice_pk = ${invoicePk}
      and t.edge_status = 'confirmed'
      and t.deleted_at is null`;

/** Writes what the payments make of an invoice; a status that a user has set stands. */
export const writePaymentPosition = ({
  workspacePk,
  invoicePk,
  position,
}: InvoiceKey & { position: Exclude<PaymentPosition, { halt: string }> }) =>
  sql.type(NoRow)`
    update invoices
    set payment_status = case
          when override_version > 0 then payment_status
          else ${position.payment_status}::payment_status_enum
        end,
        paid_amount = ${position.paid_amount}::numeric,
        balance_due = ${position.balance_due}::numeric,
        last_payment_allocation_date = (
          select max(t.created_at at time zone 'UTC')::date
          from invoice_transactions t
          where t.invoice_pk = ${invoicePk}
            and t.workspace_pk = ${workspacePk}
            and t.edge_status = 'confirmed'
            and t.deleted_at is null
        )
    where pk = ${invoicePk}
      and workspace_pk = ${workspacePk}
      and deleted_at is null`;

interface InvoiceKey {
  workspacePk: number;
  invoicePk: number;
}

/**
 * Writes what the confirmed payments make of an invoice, in the caller's transaction; call it after each change of a
 * total or of a link. A status that a user has set stands, and its amounts are still brought up to date.
 */
export async function recomputePaymentStatus(
  db: Db,
  key: InvoiceKey,
): Promise<PaymentPosition | { halt: 'invoice_not_found' }> {
  const invoice = await db.maybeOne(lockForRecompute(key));
  if (!invoice) return { halt: 'invoice_not_found' };
  const position = paymentPosition(invoice.grand_total, await db.any(listAllocations(key)));
  if (!('halt' in position)) await db.query(writePaymentPosition({ ...key, position }));
  return position;
}
