import { canonicalDomain, canonicalLegalName, canonicalNumber } from '../../shared/domain/canonical.ts';
import { foldText, nameSimilarity } from '../../shared/domain/names.ts';
import { AGREEMENT_BONUS, DOUBT_CAP } from '../../shared/extraction/invoice/confidence.ts';
import { type Evidence, type HeadField, headFields } from './evidence.ts';

/** The value of a column that all the evidence comes to. */
export interface Found extends Evidence {
  /** Everything that says the same, the surest first. */
  support: Evidence[];
  /** What independent sources, as sure as that, say instead. */
  rivals: string[];
}
export type FoundFields = Partial<Record<HeadField, Found>>;

/** From here on a source is strong enough to contradict another one. */
const STRONG = 0.75;
/** Names that are alike from here on are one name, written in two ways. */
const SAME_NAME = 0.85;
/** Columns in which two strong sources cannot both be right. */
const disputable: readonly HeadField[] = ['domain', 'registered_name', 'tax_id_value', 'registered_value'];

const sameName = (left: string, right: string) =>
  canonicalLegalName(left) === canonicalLegalName(right) || nameSimilarity(left, right) >= SAME_NAME;

/** A French VAT number holds the SIREN of its company. */
const sameNumber = (left: string, right: string) => {
  const [a = '', b = ''] = [canonicalNumber(left) ?? '', canonicalNumber(right) ?? ''];
  const isSirenOf = (siren: string, vatId: string) =>
    /^\d{9}$/.test(siren) && vatId.length === 13 && vatId.startsWith('FR') && vatId.endsWith(siren);
  return a === b || isSirenOf(a, b) || isSirenOf(b, a);
};

/** Whether two values of a column say the same. */
export const sayTheSame = (field: HeadField, left: string, right: string): boolean => {
  switch (field) {
    case 'name':
    case 'registered_name':
    case 'trade_name':
      return sameName(left, right);
    case 'tax_id_value':
    case 'registered_value':
      return sameNumber(left, right);
    case 'domain':
      return (canonicalDomain(left) ?? left) === (canonicalDomain(right) ?? right);
    default:
      return foldText(left) === foldText(right);
  }
};

const bySureness = (left: Evidence, right: Evidence) =>
  right.confidence - left.confidence ||
  right.value.length - left.value.length ||
  (left.value < right.value ? -1 : Number(left.value > right.value));

/** What those who say the same come to. */
const sum = (support: readonly Evidence[]): Omit<Found, 'rivals'> | null => {
  const [best, ...others] = [...support].sort(bySureness);
  if (!best) return null;
  const agreed = others.some(({ witness }) => witness !== best.witness);
  const sure = Math.min(1, best.confidence + (agreed ? AGREEMENT_BONUS : 0));
  const confidence = best.doubt && !agreed ? Math.min(sure, DOUBT_CAP) : sure;
  const companions = Object.assign({}, ...[...others, best].map((each) => each.companions ?? {}));
  return {
    ...best,
    confidence: Math.round(confidence * 100) / 100,
    ...(Object.keys(companions).length > 0 ? { companions } : {}),
    support: [best, ...others],
  };
};

/** Weighs one column: those who say the same together, the surest of them against the others. */
const weighField = (field: HeadField, evidence: readonly Evidence[]): Found | null => {
  const groups: Evidence[][] = [];
  for (const each of [...evidence].sort(bySureness)) {
    const group = groups.find(([first]) => first && sayTheSame(field, first.value, each.value));
    if (group) group.push(each);
    else groups.push([each]);
  }
  const [best, ...others] = groups
    .flatMap((group) => sum(group) ?? [])
    .sort((left, right) => right.confidence - left.confidence);
  if (!best) return null;
  const witnesses = new Set(best.support.map(({ witness }) => witness));
  const rivals = others.filter(
    ({ confidence, support }) =>
      disputable.includes(field) &&
      best.confidence >= STRONG &&
      confidence >= STRONG &&
      support.some(({ witness }) => !witnesses.has(witness)),
  );
  return { ...best, rivals: rivals.map(({ value }) => value) };
};

/** What the evidence comes to, column by column; same evidence, same result, in whatever order. */
export const weigh = (evidence: readonly Evidence[]): FoundFields =>
  Object.fromEntries(
    headFields.flatMap((field) => {
      const found = weighField(
        field,
        evidence.filter((each) => each.field === field),
      );
      return found ? [[field, found]] : [];
    }),
  );
