import { CONFIDENCE_APPLY, CONFIDENCE_FILL } from './limits.ts';

/** Sources that enrichment itself writes; whatever else stands in a field was put there by a user or a connector. */
export const enrichmentSources = [
  'xml',
  'text',
  'ocr',
  'html',
  'jsonld',
  'rule',
  'registry',
  'model',
] as const;

type FieldValue = string | number | boolean;

/** A value for a field, how sure it is (0–1) and where it comes from. */
export interface Proposal {
  value: FieldValue;
  confidence: number;
  source: string;
}

/** Who set a field, as `field_provenance` says it. */
export interface SetBy {
  source: string;
  confidence: number;
}

/** Rows of `field_provenance` by field; one without a confidence counts as sure. */
export const setByField = (
  rows: readonly { field: string; source: string; confidence: string | null }[],
): Map<string, SetBy> =>
  new Map(
    rows.map(({ field, source, confidence }) => [field, { source, confidence: Number(confidence ?? 1) }]),
  );

/** A field and what may become of it. */
export interface FieldState {
  field: string;
  current: FieldValue | null;
  /** Null when nobody recorded who set it, which counts as a user's. */
  setBy: SetBy | null;
  proposal: Proposal;
}

export type SkipReason = 'user_value' | 'low_confidence' | 'less_sure';

export interface FieldWrites {
  /** What to write; fields that already hold the value are left out. */
  write: ({ field: string } & Proposal)[];
  skipped: { field: string; reason: SkipReason }[];
  /** A user's value that the evidence contradicts with enough confidence to ask. */
  conflicts: { field: string; current: FieldValue; proposed: FieldValue; confidence: number }[];
}

/**
 * Decides which proposals may be written over what is there: empty fields from 0.70, earlier enrichment when at least
 * as sure, a user's, a connector's or an unknown value never. `force` lets enrichment overwrite its own surer values.
 */
export function decideWrites(states: readonly FieldState[], { force = false } = {}): FieldWrites {
  const writes: FieldWrites = { write: [], skipped: [], conflicts: [] };
  for (const { field, current, setBy, proposal } of states) {
    const { value, confidence } = proposal;
    if (current === value) continue;
    if (current === null || current === '') {
      if (confidence >= CONFIDENCE_FILL) writes.write.push({ field, ...proposal });
      else writes.skipped.push({ field, reason: 'low_confidence' });
    } else if (setBy !== null && (enrichmentSources as readonly string[]).includes(setBy.source)) {
      if (force || confidence >= setBy.confidence) writes.write.push({ field, ...proposal });
      else writes.skipped.push({ field, reason: 'less_sure' });
    } else {
      writes.skipped.push({ field, reason: 'user_value' });
      if (confidence >= CONFIDENCE_APPLY)
        writes.conflicts.push({ field, current, proposed: value, confidence });
    }
  }
  return writes;
}
