import { z } from 'zod';
import { Decimal, NoRow, sql } from './sql.ts';

/**
 * A line as a document states it; amounts and quantities are decimal strings at the scale of their columns, `tax_rate`
 * in percent.
 */
export const InvoiceItem = z.strictObject({
  line_id: z.string(),
  name: z.string().nullable(),
  quantity: Decimal.nullable(),
  unit: z.string().nullable(),
  unit_price: Decimal.nullable(),
  line_total: Decimal.nullable(),
  tax_rate: Decimal.nullable(),
});
export type InvoiceItem = z.output<typeof InvoiceItem>;

/**
 * Writes the lines of an invoice. A line whose id is taken is overwritten, and comes back when it was deleted: ids of
 * deleted lines stay reserved.
 */
export const saveInvoiceItems = ({
  workspacePk,
  invoicePk,
  currency,
  items,
}: {
  workspacePk: number;
  invoicePk: number;
  currency: string | null;
  items: readonly InvoiceItem[];
}) =>
  sql.type(NoRow)`
    insert into invoice_items (
      workspace_pk, invoice_pk, line_id, name, quantity, unit, unit_price, line_total, tax_rate, currency
    )
    select
      ${workspacePk}::int, ${invoicePk}::int, i.line_id, i.name, i.quantity, i.unit, i.unit_price, i.line_total,
      i.tax_rate, c.code
    from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as i (
      line_id text, name text, quantity numeric, unit text, unit_price numeric, line_total numeric, tax_rate numeric
    )
    left join unnest(enum_range(null::currency_code_enum)) as c (code) on c.code::text = ${currency}
    on conflict (invoice_pk, line_id) do update
    set name = excluded.name,
        quantity = excluded.quantity,
        unit = excluded.unit,
        unit_price = excluded.unit_price,
        line_total = excluded.line_total,
        tax_rate = excluded.tax_rate,
        currency = excluded.currency,
        deleted_at = null`;

/** Soft-deletes the lines that the document no longer has. */
export const deleteOtherItems = ({
  workspacePk,
  invoicePk,
  lineIds,
}: {
  workspacePk: number;
  invoicePk: number;
  lineIds: readonly string[];
}) =>
  sql.type(NoRow)`
    update invoice_items
    set deleted_at = now()
    where workspace_pk = ${workspacePk}
      and invoice_pk = ${invoicePk}
      and line_id <> all(${sql.array([...lineIds], 'text')})
      and deleted_at is null`;

/** The live lines of an invoice, decimals at the scale of their columns. */
export const listInvoiceItems = ({ workspacePk, invoicePk }: { workspacePk: number; invoicePk: number }) =>
  sql.type(InvoiceItem)`
    select line_id, name, quantity, unit, unit_price, line_total, tax_rate
    from invoice_items
    where workspace_pk = ${workspacePk}
      and invoice_pk = ${invoicePk}
      and deleted_at is null
    order by line_id`;
