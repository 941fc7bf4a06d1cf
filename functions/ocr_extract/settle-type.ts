import { decideWrites, type SetBy } from '../../shared/domain/field-writes.ts';
import type { Classification } from './classify-document.ts';

export interface SettledType {
  /** What the document counts as from here on; null when nothing is known. */
  type: string | null;
  /** The code to write, where it is one that the column knows and nobody set another. */
  write: { value: string; confidence: number } | null;
}

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
