import type { CompanyProfile, EnrichableCompanyField } from '../../shared/db/company-profiles.ts';
import { canonicalNumber } from '../../shared/domain/canonical.ts';
import type { SetBy } from '../../shared/domain/field-writes.ts';
import { foldText } from '../../shared/domain/names.ts';
import { companionsOf, type HeadField, headFields } from './evidence.ts';
import type { Known } from './known.ts';

/** Kinds of contact as `target_fields` names them. */
export const contactFields = ['emails', 'phones', 'web_links', 'locations'] as const;
export type ContactField = (typeof contactFields)[number];

/** What this run may fill. */
export interface Wanted {
  fields: HeadField[];
  /** Columns that go with one that stands already, and are empty. */
  companions: EnrichableCompanyField[];
  contacts: ContactField[];
}

/**
 * Whether a name only stands where a name should: nothing, the company's own domain or its own number. Whatever else
 * stands there, however it looks, may be what somebody wants to read.
 */
export const isPlaceholder = (
  { name, domain, domain_normalized, tax_id_value, registered_value }: CompanyProfile,
  setBy: SetBy | null,
): boolean => {
  if (setBy?.source === 'user') return false;
  const host = name
    .trim()
    .toLowerCase()
    .replace(/^(?:https?:\/\/)?(?:www\.)?/, '')
    .replace(/\/$/, '');
  return (
    foldText(name) === '' ||
    (host.includes('.') && [domain?.toLowerCase(), domain_normalized].includes(host)) ||
    [tax_id_value, registered_value].some(
      (number) => number !== null && canonicalNumber(number) === canonicalNumber(name) && /\d{5}/.test(name),
    )
  );
};

/** What stands in a column, with a placeholder counting as nothing. */
export const standing = (
  company: CompanyProfile,
  field: HeadField,
  setBy: ReadonlyMap<string, SetBy>,
): string | null =>
  field === 'name' && isPlaceholder(company, setBy.get('name') ?? null) ? null : company[field] || null;

/** The columns and kinds of contact to fill: those named, else all that are empty; a real name is never replaced. */
export const wantedOf = (
  { company, setBy, has }: Known,
  targetFields: readonly string[] | null,
  force: boolean,
): Wanted => {
  const named = (field: string) => targetFields?.includes(field) ?? false;
  const isEmpty = (field: HeadField) => standing(company, field, setBy) === null;
  const all = targetFields === null && force;
  const missing = (column: EnrichableCompanyField) =>
    !company[column] && (targetFields === null || named(column));
  return {
    fields: headFields.filter((field) => {
      if (field === 'name') return isEmpty(field) && (targetFields === null || named(field));
      if (targetFields === null) return all || isEmpty(field);
      return named(field) || (companionsOf[field] ?? []).some(named);
    }),
    companions: Object.values(companionsOf).flat().filter(missing),
    contacts: contactFields.filter((field) => (targetFields === null ? all || !has[field] : named(field))),
  };
};
