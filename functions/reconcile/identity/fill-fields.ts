import type { IdentityRecord } from './compare-records.ts';

type Fields = IdentityRecord['fields'];

const isEmpty = (value: Fields[string] | undefined) =>
  value === undefined || value === null || value === '' || value === 'unknown';

/**
 * What a record that stays takes from the one that goes: each group whose first column is empty in the one and known
 * in the other, whole. Answers the columns to write.
 */
export function fillFields(
  { fields: staying }: Pick<IdentityRecord, 'fields'>,
  { fields: going }: Pick<IdentityRecord, 'fields'>,
  groups: readonly (readonly string[])[],
): Record<string, string | number | null> {
  const filled: Record<string, string | number | null> = {};
  for (const group of groups) {
    const [first] = group;
    if (first === undefined || first in filled) continue;
    if (!isEmpty(staying[first]) || isEmpty(going[first])) continue;
    for (const column of group) filled[column] = going[column] ?? null;
  }
  return filled;
}
