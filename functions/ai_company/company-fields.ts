import type {
  CanonicalCompanyField,
  CompanyProfile,
  EnrichableCompanyField,
} from '../../shared/db/company-profiles.ts';
import { canonicalCompanyFields, updateCompanyFields } from '../../shared/db/company-profiles.ts';
import type { Db } from '../../shared/db/sql.ts';
import { canonicalDomain, canonicalLegalName, canonicalNumber } from '../../shared/domain/canonical.ts';
import type { FieldState, SetBy } from '../../shared/domain/field-writes.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { companionsOf } from './evidence.ts';
import { standing, type Wanted } from './wanted.ts';
import { type FoundFields, sayTheSame } from './weigh.ts';

export type CompanyFields = Partial<Record<EnrichableCompanyField, string>>;

/** The columns to decide about. Other spellings of what a person wrote are no news; sources that differ are no answer. */
export const fieldStates = (
  company: CompanyProfile,
  setBy: ReadonlyMap<string, SetBy>,
  found: FoundFields,
  { fields }: Wanted,
): FieldState[] =>
  fields.flatMap((field) => {
    const proposal = found[field];
    if (!proposal || proposal.rivals.length > 0) return [];
    const current = standing(company, field, setBy);
    if (current !== null && sayTheSame(field, current, proposal.value)) return [];
    return [{ field, current, setBy: setBy.get(field) ?? null, proposal }];
  });

/** The values of these columns with those that go with them. */
export const withCompanions = (fields: readonly string[], found: FoundFields): CompanyFields =>
  Object.fromEntries(
    Object.values(found)
      .filter(({ field }) => fields.includes(field))
      .flatMap(({ field, value, companions = {} }) => [
        [field, value],
        ...(companionsOf[field] ?? []).flatMap((name) =>
          companions[name] ? [[name, companions[name]]] : [],
        ),
      ]),
  );

/** Empty columns beside one that stands already and that the evidence agrees with to the letter. */
export const companionFields = (
  company: CompanyProfile,
  found: FoundFields,
  { companions }: Wanted,
): CompanyFields =>
  Object.fromEntries(
    Object.values(found)
      .filter(
        ({ field, value, confidence, rivals }) =>
          rivals.length === 0 &&
          confidence >= CONFIDENCE_FILL &&
          canonicalNumber(company[field] ?? '') === canonicalNumber(value),
      )
      .flatMap(({ field, companions: beside = {} }) =>
        (companionsOf[field] ?? []).flatMap((name) =>
          companions.includes(name) && beside[name] ? [[name, beside[name]]] : [],
        ),
      ),
  );

/** The keys that companies are told from each other by, of these columns; one without evidence stays as it is. */
export const canonicalOf = (
  company: Pick<CompanyProfile, EnrichableCompanyField>,
): Partial<Record<CanonicalCompanyField, string | null>> => ({
  domain_normalized: company.domain ? canonicalDomain(company.domain) : null,
  canonical_legal_name: company.registered_name ? canonicalLegalName(company.registered_name) : null,
  canonical_tax_id: company.tax_id_value ? canonicalNumber(company.tax_id_value) : null,
  canonical_registry: company.registered_value ? canonicalNumber(company.registered_value) : null,
});

/** Writes columns and the keys made of them, and says whether a key came out another one. */
export async function writeCompany(
  db: Db,
  workspacePk: number,
  company: CompanyProfile,
  fields: CompanyFields,
): Promise<{ company: CompanyProfile; identityChanged: boolean }> {
  if (Object.keys(fields).length === 0) return { company, identityChanged: false };
  const keys = canonicalOf({ ...company, ...fields });
  const written = await db.one(
    updateCompanyFields({ workspacePk, companyPk: company.pk, fields: { ...fields, ...keys } }),
  );
  return {
    company: written,
    identityChanged: canonicalCompanyFields.some((key) => written[key] !== company[key]),
  };
}
