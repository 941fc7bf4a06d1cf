import type { CompanyIdentity } from '../../shared/db/companies.ts';
import type { RelationshipType } from '../../shared/db/peoples.ts';

/** A company that the person belongs to, and why. */
export interface CompanyChoice {
  company: CompanyIdentity;
  relationship: RelationshipType;
}

export interface CompanyEvidence {
  /** The company that a hint names; null when there is none. */
  hinted: CompanyIdentity | null;
  /** Companies at the domains where the person alone has a mailbox, oldest first. */
  atDomains: readonly CompanyIdentity[];
}

/**
 * Who has a mailbox of their own at a company's domain is an employee there; whom a hint ties to a company is a
 * contact of it. Of several companies with one domain only a hint says which.
 */
export function chooseCompanies({ hinted, atDomains }: CompanyEvidence): {
  choices: CompanyChoice[];
  isAmbiguous: boolean;
} {
  const byDomain = Map.groupBy(atDomains, ({ domain_normalized }) => domain_normalized);
  const groups = [...byDomain.values()].map(
    (group) => group.filter(({ pk }) => pk === hinted?.pk).concat(group.length === 1 ? group : [])[0] ?? null,
  );
  const employers = groups.filter((company) => company !== null);
  const choices: CompanyChoice[] = employers.map((company) => ({ company, relationship: 'employee' }));
  if (hinted && !employers.some(({ pk }) => pk === hinted.pk))
    choices.push({ company: hinted, relationship: 'contact' });
  return { choices, isAmbiguous: groups.includes(null) };
}
