import type { Conflict, ExtractedInvoice, Item } from '../../shared/extraction/invoice/invoice.ts';

/** A value by its path in the document (`supplier.name`), whoever found it: XML, page, arithmetic or the model. */
export interface Fact {
  value: string | number;
  confidence: number;
  source: string;
  evidence: string;
}

/** What a document says as an invoice, evidence and model together. */
export interface InvoiceFacts {
  /** Whether XML stated it, which leaves nothing for a model to add. */
  structured: boolean;
  document_type_code: string;
  facts: Record<string, Fact>;
  items: Item[];
  ibans: string[];
  flags: string[];
  conflicts: Conflict[];
}

/** The facts of a reading, in a form that the database can hold: no NUL, no half surrogate pair. */
export const factsOf = (reading: ExtractedInvoice): InvoiceFacts =>
  storable({
    structured: reading.syntax !== undefined,
    document_type_code: reading.document_type_code,
    facts: reading.fields,
    items: reading.invoice.items ?? [],
    ibans: reading.ibans,
    flags: reading.quality_flags,
    conflicts: reading.conflicts,
  });

const storable = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value, (_key, inner) =>
      typeof inner === 'string' ? inner.replaceAll('\u0000', '').toWellFormed() : inner,
    ),
  ) as T;
