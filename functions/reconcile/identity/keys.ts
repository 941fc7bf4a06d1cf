import { createHash } from 'node:crypto';
import { foldText } from '../../../shared/domain/names.ts';

/** What two records of one company, person or account share. */
export type KeyKind =
  | 'iban'
  | 'tax_id'
  | 'email'
  | 'registry'
  | 'account_number'
  | 'domain'
  | 'phone'
  | 'legal_name'
  | 'name_at_company';

/** One value that tells a record from others, in its canonical form. */
export interface IdentityKey {
  kind: KeyKind;
  value: string;
  /** Within what the value is unique, such as a country's register; null where nobody knows, which fits everything. */
  scope?: readonly (string | null)[];
  /** A finer part of the value, such as an establishment: it can speak against a match, not against being one. */
  part?: string | null;
}

/** How likely two records are one when they share this and nothing else, 0–1. */
export const keyWeights: Record<KeyKind, number> = {
  iban: 0.98,
  tax_id: 0.95,
  email: 0.95,
  registry: 0.9,
  account_number: 0.9,
  domain: 0.75,
  phone: 0.75,
  legal_name: 0.6,
  name_at_company: 0.6,
};

/** A record has one of these: where two records have different ones, they are two. */
export const singularKinds = new Set<KeyKind>(['iban', 'tax_id', 'registry']);
const weakKinds = new Set<KeyKind>(['legal_name', 'name_at_company']);
/** Kinds that a group of companies, a family or a switchboard shares. */
const shareableKinds = new Set<KeyKind>(['domain', 'email', 'phone']);
/** As many different names may share a key; one more, and it names none of them. */
const NAMES_OF_SHARED_KEY = 2;

const compatible = (left: readonly (string | null)[] = [], right: readonly (string | null)[] = []) =>
  left.every((each, at) => each === null || (right[at] ?? null) === null || each === right[at]);

/** Whether two keys of a kind say the same. */
export const agree = (left: IdentityKey, right: IdentityKey): boolean =>
  left.value === right.value &&
  compatible(left.scope, right.scope) &&
  compatible([left.part ?? null], [right.part ?? null]);

/** Whether two keys of a kind, which a record can have one of, cannot both be the record's. */
export const contradict = (left: IdentityKey, right: IdentityKey): boolean =>
  left.value !== right.value && compatible(left.scope, right.scope);

const idOf = ({ kind, value }: IdentityKey) => `${kind} ${value}`;

/** The records without the keys that too many of them share: a group's domain or a team's mailbox is nobody's own. */
export function withoutSharedKeys<Rec extends { keys: readonly IdentityKey[]; names: readonly string[] }>(
  records: readonly Rec[],
): Rec[] {
  const holders = new Map<string, Set<string>>();
  for (const { keys, names } of records)
    for (const key of keys)
      if (shareableKinds.has(key.kind)) {
        const known = holders.get(idOf(key)) ?? new Set();
        holders.set(idOf(key), known.add(foldText(names[0] ?? '')));
      }
  const isShared = (key: IdentityKey) => (holders.get(idOf(key))?.size ?? 0) > NAMES_OF_SHARED_KEY;
  return records.map((record) => ({ ...record, keys: record.keys.filter((key) => !isShared(key)) }));
}

/** Length of a digest: enough to tell a few keys apart, too little to find a value by. */
const DIGEST_LENGTH = 16;

/** The strong keys of records, as digests in a fixed order: remembered with a claim, they need not be readable. */
export const digestStrongKeys = (...records: readonly { keys: readonly IdentityKey[] }[]): string[] => {
  const digests = records
    .flatMap(({ keys }) => keys)
    .filter(({ kind }) => !weakKinds.has(kind))
    .map(({ kind, value, scope = [], part = null }) =>
      createHash('sha256')
        .update(JSON.stringify([kind, value, scope, part]))
        .digest('hex')
        .slice(0, DIGEST_LENGTH),
    );
  return [...new Set(digests)].sort();
};
