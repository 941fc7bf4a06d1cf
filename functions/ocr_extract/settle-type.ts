import { decideWrites, type SetBy } from '../../shared/domain/field-writes.ts';
import type { Classification } from './classify-document.ts';

export interface SettledType {
  /** What the document counts as from here on; null when nothing is known. */
  type: string | null;
  /** The code to write, where it is one that the column knows and nobody set another. */
  write: { value: string; confidence: number } | null;
}

// Our own six types, receipts, and whatever else EN 16931 lets an e-invoice be (BT-3): a hire invoice is an invoice.
const invoiceLike = new Set(
  (
    '380 381 383 384 386 389 receipt ' +
    '80 81 82 83 84 130 202 203 204 211 261 262 295 296 308 325 326 385 387 388 390 393 394 395 396 420 456 457 458 ' +
    '527 532 553 575 623 633 751 780 817 870 875 876 877 935'
  ).split(' '),
);

/** Whether a document of this type goes on to be read as an invoice. */
export const isInvoiceLike = (type: string | null): boolean => type !== null && invoiceLike.has(type);

/** A type that a person or the uploader gave stands; ours fills an empty one or replaces an earlier one of ours. */
export function settleType(
  current: string | null,
  setBy: SetBy | null,
  { document_type: found, type_confidence: confidence }: Classification,
): SettledType {
  // The column holds codes of UNTDID 1001; receipts and orders have only a name.
  if (found === null || !/^\d{1,3}$/.test(found)) return { type: current ?? found, write: null };
  const { write, skipped } = decideWrites([
    { field: 'document_type', current, setBy, proposal: { value: found, confidence, source: 'rule' } },
  ]);
  const kept = skipped.some(({ reason }) => reason !== 'low_confidence');
  return { type: kept ? current : found, write: write.length > 0 ? { value: found, confidence } : null };
}
