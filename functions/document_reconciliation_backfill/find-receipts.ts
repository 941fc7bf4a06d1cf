import { findLatestExtraction } from '../../shared/db/document-extractions.ts';
import { listReceiptPayments } from '../../shared/db/movements.ts';
import type { UnlinkedDocumentRow } from '../../shared/db/unlinked-documents.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { absoluteAmount } from '../../shared/domain/money.ts';
import type { ExtractedInvoice } from '../../shared/extraction/invoice/invoice.ts';
import { unpackDocument } from '../../shared/extraction/pack-document.ts';
import type { readInvoiceDocument } from '../../shared/extraction/read-invoice-document.ts';
import type { Run, Tools } from '../../shared/tasks/define-enrichment.ts';
import { matchReceipt, RECEIPT_DAYS, type Receipt } from './match-receipt.ts';

/** What reads a receipt; a model is not needed. */
export interface Readers {
  documents: { readInvoice: typeof readInvoiceDocument };
}

type Place = Pick<Run<unknown>, 'workspacePk' | 'signal'>;
type Means = Pick<Tools, 'read'> & Readers;

/** The payments of these receipts, as far as their own words show them, by key of the document. */
export async function findReceipts(documents: readonly UnlinkedDocumentRow[], place: Place, means: Means) {
  const found = new Map<number, { transactionPk: number } | 'ambiguous'>();
  const receipts = await readReceipts(documents, place, means);
  if (receipts.length === 0) return found;
  const { workspacePk } = place;
  const payments = await means.read((db) =>
    db.any(listReceiptPayments({ workspacePk, receipts, days: RECEIPT_DAYS })),
  );
  const byDocument = Map.groupBy(payments, ({ document_pk }) => document_pk);
  for (const receipt of receipts) {
    const match = matchReceipt(receipt, byDocument.get(receipt.documentPk) ?? []);
    if (match) found.set(receipt.documentPk, match);
  }
  return found;
}

async function readReceipts(
  documents: readonly UnlinkedDocumentRow[],
  { workspacePk, signal }: Place,
  { read, documents: { readInvoice } }: Means,
) {
  const receipts: (Receipt & { documentPk: number })[] = [];
  // One at a time: a text with the boxes of its words may be large.
  for (const { pk: documentPk } of documents) {
    signal.throwIfAborted();
    const extraction = await read((db) =>
      db.maybeOne(findLatestExtraction({ workspacePk, documentPk, extractionId: null })),
    );
    if (!extraction) continue;
    const reading = await readInvoice(unpackDocument(extraction.metadata), { signal });
    const receipt = reading.status === 'extracted' ? receiptOf(reading) : null;
    if (receipt) receipts.push({ documentPk, ...receipt });
  }
  return receipts;
}

/** Only what is sure enough to fill a field counts; but for the name, which counts where the bank says the same. */
function receiptOf({ fields }: ExtractedInvoice): Receipt | null {
  const sure = (path: string) => {
    const field = fields[path];
    return field && field.confidence >= CONFIDENCE_FILL ? String(field.value) : null;
  };
  const [total, currency, day] = [sure('total_amount'), sure('currency'), sure('issue_date')];
  if (total === null || currency === null || day === null) return null;
  return { total: absoluteAmount(total), currency, day, shop: String(fields['supplier.name']?.value ?? '') };
}
