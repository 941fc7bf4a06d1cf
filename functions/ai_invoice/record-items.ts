import {
  deleteOtherItems,
  type InvoiceItem,
  listInvoiceItems,
  saveInvoiceItems,
} from '../../shared/db/invoice-items.ts';
import type { Db } from '../../shared/db/sql.ts';
import { decideWrites, type FieldWrites, type SetBy } from '../../shared/domain/field-writes.ts';
import type { MappedInvoice } from './map-invoice.ts';

/** The lines count as one field: whoever touched one of them owns them all. Answers what became of them. */
export async function recordItems(
  db: Db,
  {
    workspacePk,
    invoicePk,
    currency,
    setBy,
    items,
    force,
  }: {
    workspacePk: number;
    invoicePk: number;
    currency: string | null;
    setBy: SetBy | null;
    items: MappedInvoice['items'];
    force: boolean;
  },
): Promise<Pick<FieldWrites, 'write' | 'skipped'>> {
  const { rows, confidence, source } = items;
  if (rows.length === 0) return { write: [], skipped: [] };
  const current = await db.any(listInvoiceItems({ workspacePk, invoicePk }));
  const { write, skipped } = decideWrites(
    [
      {
        field: 'items',
        current: current.length === 0 ? null : inWords(current),
        setBy,
        proposal: { value: inWords(rows), confidence, source },
      },
    ],
    { force },
  );
  if (write.length > 0) {
    await db.query(saveInvoiceItems({ workspacePk, invoicePk, currency, items: rows }));
    await db.query(deleteOtherItems({ workspacePk, invoicePk, lineIds: rows.map(({ line_id }) => line_id) }));
  }
  return { write, skipped };
}

/** Equal for equal lines, in whatever order they are. */
const inWords = (rows: readonly InvoiceItem[]): string =>
  JSON.stringify(
    rows
      .map((row) => [
        row.line_id,
        row.name,
        row.quantity,
        row.unit,
        row.unit_price,
        row.line_total,
        row.tax_rate,
      ])
      .sort(([left], [right]) => (String(left) < String(right) ? -1 : 1)),
  );
