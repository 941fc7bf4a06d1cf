import {
  type EnrichableInvoiceField,
  enrichableInvoiceFields,
  type InvoiceRow,
} from '../../shared/db/invoices.ts';
import type { FieldState, FieldWrites, SetBy } from '../../shared/domain/field-writes.ts';
import { CONFIDENCE_PROPOSE } from '../../shared/domain/limits.ts';
import { formatAmount } from '../../shared/domain/money.ts';
import type { InvoiceFacts } from './facts.ts';
import type { MappedInvoice } from './map-invoice.ts';

/** A value that a person should look at. */
export interface InvoiceConflict {
  field: string;
  current: string | number | boolean | null;
  proposed: string | number | boolean;
  confidence: number;
}

/** Fields whose doubtful values are put before a person; the others are left out until better evidence comes. */
const worthAsking: readonly EnrichableInvoiceField[] = ['invoice_number', 'grand_total'];
const amounts: readonly EnrichableInvoiceField[] = ['grand_total', 'items_total', 'tax_total'];

/** Whether anything tells the invoice from others with enough confidence to propose it. */
export const isRecognisable = ({ fields }: MappedInvoice): boolean =>
  worthAsking.some((field) => (fields[field]?.confidence ?? 0) >= CONFIDENCE_PROPOSE);

/** The columns to decide about: what stands there, who set it, and what was read. */
export const fieldStates = (
  invoice: InvoiceRow,
  setBy: ReadonlyMap<string, SetBy>,
  { fields }: MappedInvoice,
  wants: (field: string) => boolean,
): FieldState[] =>
  enrichableInvoiceFields.flatMap((field) => {
    const proposal = fields[field];
    if (!proposal || !wants(field)) return [];
    return [{ field, current: standing(invoice, field), setBy: setBy.get(field) ?? null, proposal }];
  });

/** What stands in a column, written as proposals are. */
export const standing = (invoice: InvoiceRow, field: EnrichableInvoiceField): string | null => {
  const current = invoice[field];
  return current !== null && amounts.includes(field) ? formatAmount(current) : current;
};

/** The values to write, by column. */
export const valuesOf = ({ write }: FieldWrites): Partial<Record<EnrichableInvoiceField, string>> =>
  Object.fromEntries(write.map(({ field, value }) => [field, String(value)]));

/** What an approval would write: contradicted values of a person, and doubtful values that are worth asking about. */
export const proposedFields = (
  { skipped, conflicts }: FieldWrites,
  { fields }: MappedInvoice,
): Record<string, string> =>
  Object.fromEntries(
    enrichableInvoiceFields.flatMap((field) => {
      const proposal = fields[field];
      const doubtful =
        worthAsking.includes(field) &&
        skipped.some((skip) => skip.field === field && skip.reason === 'low_confidence');
      const asks = conflicts.some((conflict) => conflict.field === field);
      return proposal && (asks || (doubtful && proposal.confidence >= CONFIDENCE_PROPOSE))
        ? [[field, proposal.value]]
        : [];
    }),
  );

/** Where XML and page state different things, in columns; the XML's value is the one that was written. */
export const pageConflicts = ({ conflicts, facts }: InvoiceFacts): InvoiceConflict[] =>
  conflicts.map(({ field, xml, page }) => ({
    field: field === 'total_amount' ? 'grand_total' : field,
    current: xml,
    proposed: page,
    confidence: facts[field]?.confidence ?? 0,
  }));

/** How sure each value outside the lines is, by path. */
export const headConfidence = ({ facts }: InvoiceFacts): Record<string, number> =>
  Object.fromEntries(
    Object.entries(facts)
      .filter(([path]) => !/^(items|taxes)\./.test(path))
      .map(([path, { confidence }]) => [path, confidence]),
  );
