/**
 * How sure a value is, from what it rests on: the one table for all of invoice reading. `structured` is embedded XML,
 * `proved` a value whose checksum or arithmetic agrees, `labelled` one that stands beside its label, `placed` one
 * found by pattern or position only.
 */
export const baseConfidence = { structured: 1, proved: 0.95, labelled: 0.8, placed: 0.5 } as const;
export type Basis = keyof typeof baseConfidence;

/** Added when two independent sources agree. */
export const AGREEMENT_BONUS = 0.1;
/** The most a value gets when a check it takes part in fails, or when it was read from a poorly recognised page. */
export const DOUBT_CAP = 0.6;
/** Recognised pages below this mean confidence cap their values. */
export const OCR_DOUBT_BELOW = 0.6;

export interface Grounds {
  basis: Basis;
  /** An independent second source says the same. */
  agrees?: boolean;
  /** A check this value takes part in fails. */
  failed?: boolean;
  /** Mean confidence (0–1) of the recognised page it stands on; absent for text layers and XML. */
  ocrPage?: number | undefined;
}

/** The confidence of a value, 0–1. */
export const confidenceOf = ({ basis, agrees = false, failed = false, ocrPage = 1 }: Grounds): number => {
  const sure = baseConfidence[basis] + (agrees ? AGREEMENT_BONUS : 0);
  const most = failed || ocrPage < OCR_DOUBT_BELOW ? DOUBT_CAP : 1;
  return Math.min(Math.round(sure * 100) / 100, most);
};
