import type { Basis } from '../confidence.ts';
import type { Segment } from './sheet.ts';

/** A value that may be the one looked for, with what speaks for it. */
export interface Candidate {
  value: string;
  score: number;
  basis: Basis;
  segment: Segment;
}

/** The lead a winner needs over the next other value; below it nobody can tell, and no value is better. */
export const MARGIN = 0.05;

/** The best candidate, or null when there is none or another value is as good. The same value twice is no rival. */
export const choose = (candidates: Candidate[], margin = MARGIN): Candidate | null => {
  // Stable: of equals the first in reading order stays first.
  const [best, ...others] = candidates.toSorted((a, b) => b.score - a.score);
  const rival = others.find(({ value }) => value !== best?.value);
  return best && (!rival || best.score - rival.score >= margin) ? best : null;
};
