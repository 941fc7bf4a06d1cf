import { canonicalDomain, canonicalNumber, companyDomain } from '../../shared/domain/canonical.ts';
import { nameSimilarity } from '../../shared/domain/names.ts';
import { vatIdValidity } from '../../shared/extraction/invoice/text/identifiers.ts';
import { legalFormIn } from '../../shared/extraction/site/legal-forms.ts';
import { fitsDomain } from '../../shared/extraction/site/site-name.ts';
import type { Clues } from './clues.ts';
import { type Evidence, trust } from './evidence.ts';
import type { InvoiceParty } from './invoice-party.ts';
import type { Known } from './known.ts';
import type { AiCompanyInput } from './schema.ts';
import { clip, NAME_MAX } from './texts.ts';

/** What is known already as evidence: the record's own domain, the hints, e-mail addresses and the invoices. */
export const ownEvidence = (
  { company, emails, suppliers }: Known,
  hints: AiCompanyInput['hints'],
): Evidence[] => {
  const domainOf = (
    domain: string | null,
    evidence: Omit<Evidence, 'field' | 'value' | 'source'>,
  ): Evidence[] => (domain ? [{ field: 'domain', value: domain, source: 'rule', ...evidence }] : []);
  return [
    ...domainOf(canonicalDomain(company.domain ?? ''), {
      ...{ confidence: trust.hint, witness: 'record', evidence: 'the company itself' },
    }),
    ...domainOf(canonicalDomain(hints?.domain ?? ''), {
      ...{ confidence: trust.hint, witness: 'hint', evidence: 'hints' },
    }),
    ...emails.flatMap((email) =>
      domainOf(companyDomain(email), {
        ...{
          confidence: trust.email_domain,
          witness: 'record',
          evidence: 'an e-mail address of the company',
        },
      }),
    ),
    ...numberOf(hints?.tax_id ?? null, { confidence: trust.hint, witness: 'hint', evidence: 'hints' }),
    ...suppliers.flatMap(invoiceEvidence),
  ];
};

type Said = Pick<Evidence, 'confidence' | 'witness' | 'evidence'>;

const numberOf = (text: string | null, said: Said): Evidence[] => {
  const value = canonicalNumber(text ?? '');
  if (!value || !/^[A-Z]{2}[0-9A-Z]{6,13}$/.test(value) || vatIdValidity(value) === 'invalid') return [];
  return [{ field: 'tax_id_value', value, source: 'text', ...said, companions: { tax_id_type: 'vat' } }];
};

const invoiceEvidence = (supplier: InvoiceParty): Evidence[] => {
  const said = { confidence: trust.invoice, witness: 'invoice', evidence: 'an invoice it issued' } as const;
  const says = (field: Evidence['field'], value: string | null): Evidence[] =>
    value ? [{ field, value: clip(value, NAME_MAX), source: 'text', ...said }] : [];
  const domain = supplier.email ? companyDomain(supplier.email) : null;
  return [
    ...says('registered_name', supplier.name),
    ...says('business_type', supplier.name && legalFormIn(supplier.name)),
    ...says('trade_name', supplier.trading_name),
    ...numberOf(supplier.vat_id, said),
    ...(domain
      ? [{ field: 'domain', value: domain, source: 'text', ...said, confidence: trust.email_domain } as const]
      : []),
  ];
};

/** From how alike two names count as the same company's. */
const SAME_COMPANY = 0.6;

/**
 * Whether a site is the company's: by their numbers, else by their names, else by a name and the domain. `unknown` where
 * neither says anything.
 */
export const fitOf = (
  { names, taxId, registeredValue }: Clues,
  domain: string,
  evidence: readonly Evidence[],
): 'same' | 'other' | 'unknown' => {
  const known = [taxId, registeredValue].filter((number) => number !== null);
  const stated = evidence
    .filter(({ field }) => field === 'tax_id_value' || field === 'registered_value')
    .map(({ value }) => canonicalNumber(value) ?? '');
  const matches = (left: string, right: string) =>
    left === right || left.endsWith(right) || right.endsWith(left);
  if (
    known.some(
      (number) => number.length >= 8 && stated.some((other) => other.length >= 8 && matches(number, other)),
    )
  )
    return 'same';
  const rivals = stated.filter((number) => taxId !== null && number.slice(0, 2) === taxId.slice(0, 2));
  if (/^[A-Z]{2}/.test(taxId ?? '') && rivals.length > 0) return 'other';
  const siteNames = evidence
    .filter(({ field }) => field === 'registered_name' || field === 'trade_name')
    .map(({ value }) => value);
  const alike = names.some((name) => siteNames.some((other) => nameSimilarity(name, other) >= SAME_COMPANY));
  if (alike || names.some((name) => fitsDomain(name, `https://${domain}/`) >= SAME_COMPANY)) return 'same';
  return 'unknown';
};
