import type { EnrichableCompanyField } from '../../shared/db/company-profiles.ts';

/** Columns that are decided about; the others go with one of them. */
export const headFields = [
  'name',
  'description',
  'domain',
  'registered_name',
  'trade_name',
  'tax_id_value',
  'registered_value',
  'business_type',
  'locale',
] as const satisfies readonly EnrichableCompanyField[];
export type HeadField = (typeof headFields)[number];

/** Columns that are written with another one, and mean nothing without it. */
export const companionsOf: Partial<Record<HeadField, readonly EnrichableCompanyField[]>> = {
  tax_id_value: ['tax_id_type'],
  registered_value: ['registry_name', 'registry_country'],
};

/**
 * How sure a value is by what it rests on, in the order of trust: a number whose checksum agrees, a register, what a
 * site states for machines, its legal notice, the company's own invoices, what somebody knew before, what the site calls
 * itself, an e-mail's domain, and what only lies near.
 */
export const trust = {
  checked: 0.95,
  registered: 0.95,
  jsonld: 0.85,
  legal: 0.8,
  invoice: 0.75,
  hint: 0.7,
  site_name: 0.7,
  title: 0.65,
  email_domain: 0.6,
  placed: 0.5,
} as const;

/** Who speaks: two different ones that say the same are surer than one, and may contradict each other. */
export type Witness = 'legal' | 'jsonld' | 'site' | 'invoice' | 'hint' | 'record' | 'registry' | 'model';

/** One statement about one column. */
export interface Evidence {
  field: HeadField;
  value: string;
  /** 0–1, before others agree or differ. */
  confidence: number;
  /** As provenance names it. */
  source: 'jsonld' | 'html' | 'text' | 'rule' | 'registry' | 'model';
  witness: Witness;
  /** Where it stands. */
  evidence: string;
  /** Something speaks against it, so that it needs a second witness. */
  doubt?: boolean;
  companions?: Partial<Record<EnrichableCompanyField, string>>;
}
