import type { CompanyIdentity, IdentityKeys, NewCompany } from '../../shared/db/companies.ts';
import {
  canonicalDomain,
  canonicalLegalName,
  canonicalNumber,
  companyDomain,
} from '../../shared/domain/canonical.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { type ContactDraft, contactOf } from './contact.ts';
import type { Fact } from './facts.ts';

/** A side of the invoice: who it would be as a new company, by what it is recognised, and how sure each value is. */
export interface PartyDraft {
  keys: IdentityKeys;
  company: NewCompany;
  /** Columns of `company` with who said so. */
  setBy: { field: keyof NewCompany; source: string; confidence: number }[];
  /** Whom it names to be asked. */
  contact: ContactDraft | null;
}

const NAME_MAX = 250;
const ID_MAX = 64;

/** What a document says about one side, as far as it is sure; null when that does not name anybody. */
export function partyOf(facts: Record<string, Fact>, side: 'supplier' | 'customer'): PartyDraft | null {
  const sure = (key: string) => {
    const fact = facts[`${side}.${key}`];
    return fact && fact.confidence >= CONFIDENCE_FILL ? fact : undefined;
  };
  const textOf = (fact: Fact | undefined, max = NAME_MAX) =>
    fact ? String(fact.value).trim().slice(0, max).toWellFormed() || null : null;

  const [name, trade, email] = [sure('name'), sure('trading_name'), sure('email')];
  const [vatId, taxNumber] = [sure('vat_id'), sure('tax_number')];
  const taxId = vatId ?? taxNumber;
  const registration = sure('registration_id');
  const country = textOf(sure('country'), 2)?.toUpperCase() ?? null;
  const domain = email ? companyDomain(String(email.value)) : null;

  const display = textOf(name) ?? textOf(trade) ?? textOf(taxId, ID_MAX);
  if (display === null) return null;
  const taxValue = textOf(taxId, ID_MAX);
  const registered = textOf(registration, ID_MAX);
  const company: NewCompany = {
    name: display,
    domain,
    domain_normalized: domain && canonicalDomain(domain),
    registered_name: textOf(name),
    trade_name: textOf(trade),
    tax_id_value: taxValue,
    tax_id_type: taxValue && (vatId ? 'vat' : 'tax_number'),
    registered_value: registered,
    registry_country: registered && country && /^[A-Z]{2}$/.test(country) ? country : null,
    canonical_legal_name: name ? canonicalLegalName(display) : null,
    canonical_tax_id: taxValue && canonicalNumber(taxValue),
    canonical_registry: registered && canonicalNumber(registered),
  };
  const from: [keyof NewCompany, Fact | undefined][] = [
    ['name', name ?? trade ?? taxId],
    ['registered_name', name],
    ['trade_name', trade],
    ['domain', email],
    ['tax_id_value', taxId],
    ['registered_value', registration],
  ];
  return {
    keys: {
      taxId: company.canonical_tax_id,
      domain: company.domain_normalized,
      registry: company.canonical_registry,
      legalName: company.canonical_legal_name,
    },
    company,
    contact: contactOf(facts, side),
    setBy: from.flatMap(([field, fact]) =>
      fact && company[field] !== null ? [{ field, source: fact.source, confidence: fact.confidence }] : [],
    ),
  };
}

const isVatId = (id: string | null): id is string => id !== null && /^[A-Z]{2}/.test(id);

/** Two VAT numbers that differ are two companies, whatever else is equal; other tax numbers have no country. */
const contradicts = (company: CompanyIdentity, { taxId }: IdentityKeys) =>
  isVatId(taxId) && isVatId(company.canonical_tax_id) && taxId !== company.canonical_tax_id;

/**
 * Which of the companies that share a key is meant: by tax id, else domain, else register number, else name. The
 * oldest of several; null means that it is a new one.
 */
export function chooseCompany(
  candidates: readonly CompanyIdentity[],
  { keys, company: { registry_country } }: Pick<PartyDraft, 'keys' | 'company'>,
): CompanyIdentity | null {
  const possible = candidates.filter((company) => !contradicts(company, keys));
  const tiers: ((company: CompanyIdentity) => boolean)[] = [
    (company) => keys.taxId !== null && company.canonical_tax_id === keys.taxId,
    (company) => keys.domain !== null && company.domain_normalized === keys.domain,
    (company) =>
      keys.registry !== null &&
      company.canonical_registry === keys.registry &&
      (company.registry_country === null ||
        registry_country === null ||
        company.registry_country === registry_country),
    (company) => keys.legalName !== null && company.canonical_legal_name === keys.legalName,
  ];
  for (const tier of tiers) {
    const found = possible.filter(tier).sort((left, right) => left.pk - right.pk)[0];
    if (found) return found;
  }
  return null;
}
