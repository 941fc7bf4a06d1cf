import { nameWords } from '../../../shared/domain/names.ts';
import { agree, contradict, type IdentityKey, type KeyKind, keyWeights, singularKinds } from './keys.ts';

/** A company, a person or an account as telling them apart needs it. */
export interface IdentityRecord {
  pk: number;
  /** Public id. */
  id: string;
  created_at: string;
  /** What it is called, the best name first; none where names say nothing. */
  names: readonly string[];
  /** Accounts only. */
  currency: string | null;
  keys: readonly IdentityKey[];
  /** Columns that a merge may fill, by name. */
  fields: Readonly<Record<string, string | number | null>>;
}

export interface Comparison {
  /** 0–1, four decimals. */
  confidence: number;
  /** The weight of each kind of key that they share. */
  contributions: Partial<Record<KeyKind, number>>;
  /** What shows that they are two. */
  contradictions: string[];
  /** What does not fit: too little to say no, enough to leave it to a person. */
  doubts: string[];
}

/** What two records that contradict each other reach at most, whatever they share. */
const CONTRADICTED_MAX = 0.3;

const kindsOf = (...records: readonly IdentityRecord[]) =>
  new Set(records.flatMap(({ keys }) => keys.map(({ kind }) => kind)));

/** How likely two records are one: 1 − Π(1 − weight) over the kinds of keys they share. */
export function compareRecords(left: IdentityRecord, right: IdentityRecord): Comparison {
  const contributions: Comparison['contributions'] = {};
  const contradictions: string[] = [];
  for (const kind of kindsOf(left, right)) {
    const [ours, theirs] = [left, right].map(({ keys }) => keys.filter((key) => key.kind === kind));
    if (!ours || !theirs) continue;
    if (ours.some((key) => theirs.some((other) => agree(key, other)))) contributions[kind] = keyWeights[kind];
    else if (singularKinds.has(kind) && ours.some((key) => theirs.some((other) => contradict(key, other))))
      contradictions.push(kind);
  }
  return capped({ contributions, contradictions, doubts: doubtsOf(left, right) });
}

/** The same two records, with more that speaks against them. */
export const contradicted = (comparison: Comparison, more: readonly string[]): Comparison =>
  capped({ ...comparison, contradictions: [...comparison.contradictions, ...more] });

function capped({ contributions, contradictions, doubts }: Omit<Comparison, 'confidence'>): Comparison {
  const unlikely = Object.values(contributions).reduce((product, weight) => product * (1 - weight), 1);
  const likely = Math.round((1 - unlikely) * 10_000) / 10_000;
  const confidence = contradictions.length > 0 ? Math.min(likely, CONTRADICTED_MAX) : likely;
  return { confidence, contributions, contradictions, doubts };
}

function doubtsOf(left: IdentityRecord, right: IdentityRecord): string[] {
  const words = right.names.flatMap(nameWords);
  const namesDiffer =
    left.names.length > 0 &&
    words.length > 0 &&
    !left.names.flatMap(nameWords).some((word) => words.includes(word));
  const currenciesDiffer =
    left.currency !== null && right.currency !== null && left.currency !== right.currency;
  return [...(namesDiffer ? ['names'] : []), ...(currenciesDiffer ? ['currencies'] : [])];
}
