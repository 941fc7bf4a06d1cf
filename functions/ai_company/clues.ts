import { canonicalDomain, canonicalNumber, companyDomain } from '../../shared/domain/canonical.ts';
import { foldText } from '../../shared/domain/names.ts';
import type { Known } from './known.ts';
import type { AiCompanyInput } from './schema.ts';
import { isPlaceholder } from './wanted.ts';

/** What a search for the company may start from; null or empty where nothing is known. */
export interface Clues {
  names: string[];
  /** A VAT number with its country, or another number; letters and digits only. */
  taxId: string | null;
  registeredValue: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** Where its site may be, the surest first. */
  domains: { domain: string; isOwn: boolean }[];
}

const textsOf = (...texts: (string | null | undefined)[]): string[] => [
  ...new Set(texts.filter((text): text is string => !!text && foldText(text) !== '')),
];

/** What the record, the hints and the company's invoices give to start from; null when that is nothing. */
export const cluesOf = (known: Known, hints: AiCompanyInput['hints']): Clues | null => {
  const { company, setBy, emails, suppliers } = known;
  const name = isPlaceholder(company, setBy.get('name') ?? null) ? null : company.name;
  const names = textsOf(
    company.registered_name,
    name,
    company.trade_name,
    hints?.name,
    ...suppliers.flatMap((supplier) => [supplier.name, supplier.trading_name]),
  );
  const [taxId] = textsOf(company.tax_id_value, hints?.tax_id, ...suppliers.map(({ vat_id }) => vat_id));
  const own = canonicalDomain(company.domain ?? company.domain_normalized ?? '');
  const guessed = [
    canonicalDomain(hints?.domain ?? ''),
    ...emails.map(companyDomain),
    ...suppliers.map(({ email }) => (email ? companyDomain(email) : null)),
  ];
  const domains = textsOf(own, ...guessed).map((domain) => ({ domain, isOwn: domain === own }));
  const [country] = textsOf(
    company.registry_country,
    hints?.country,
    ...suppliers.map((each) => each.country),
  );
  if (names.length === 0 && !taxId && domains.length === 0) return null;
  return {
    names,
    taxId: taxId ? canonicalNumber(taxId) : null,
    registeredValue: company.registered_value ? canonicalNumber(company.registered_value) : null,
    country: country?.toUpperCase() ?? null,
    domains,
  };
};
