import { findLatestExtraction } from '../../shared/db/document-extractions.ts';
import { listMovements } from '../../shared/db/payment-candidates.ts';
import type { Db } from '../../shared/db/sql.ts';
import { listCoveredTransactions } from '../../shared/db/transaction-documents.ts';
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

/** The payments of these receipts, as far as their own words show them, by key of the document. */
export async function findReceipts(
  documents: readonly UnlinkedDocumentRow[],
  { workspacePk, signal }: Pick<Run<unknown>, 'workspacePk' | 'signal'>,
  { read, documents: { readInvoice } }: Pick<Tools, 'read'> & Readers,
) {
  const found = new Map<number, { transactionPk: number } | 'ambiguous'>();
  for (const { pk: documentPk } of documents) {
    signal.throwIfAborted();
    // One at a time: a text with the boxes of its words may be large.
    const extraction = await read((db) =>
      db.maybeOne(findLatestExtraction({ workspacePk, documentPk, extractionId: null })),
    );
    if (!extraction) continue;
    const reading = await readInvoice(unpackDocument(extraction.metadata), { signal });
    const receipt = reading.status === 'extracted' ? receiptOf(reading) : null;
    if (!receipt) continue;
    const match = matchReceipt(receipt, await read((db) => freePayments(db, workspacePk, receipt)));
    if (match) found.set(documentPk, match);
  }
  return found;
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

/** Payments around the day of a receipt that have no document yet. */
async function freePayments(db: Db, workspacePk: number, { total, day }: Receipt) {
  const movements = await db.any(
    listMovements({
      workspacePk,
      from: daysFrom(day, -RECEIPT_DAYS),
      to: daysFrom(day, RECEIPT_DAYS),
      incoming: false,
      amounts: [total],
      ...{ numbers: [], ibans: [], words: [] },
    }),
  );
  const transactionPks = movements.map(({ pk }) => pk);
  const covered = await db.any(listCoveredTransactions({ workspacePk, transactionPks }));
  const taken = new Set(covered.map(({ pk }) => pk));
  return movements.filter(({ pk }) => !taken.has(pk));
}

const daysFrom = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
