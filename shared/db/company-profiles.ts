import { z } from 'zod';
import { publicId } from './public-id.ts';
import { sql } from './sql.ts';

/** The columns of a company that enrichment may fill. */
export const enrichableCompanyFields = [
  'name',
  'description',
  'domain',
  'registered_name',
  'trade_name',
  'tax_id_value',
  'tax_id_type',
  'registered_value',
  'registry_name',
  'registry_country',
  'business_type',
  'locale',
] as const;
export type EnrichableCompanyField = (typeof enrichableCompanyFields)[number];

/** The columns by which companies are told from each other, made from the others. */
export const canonicalCompanyFields = [
  'domain_normalized',
  'canonical_legal_name',
  'canonical_tax_id',
  'canonical_registry',
] as const;
export type CanonicalCompanyField = (typeof canonicalCompanyFields)[number];

/** A company as enrichment reads and fills it. */
export const CompanyProfile = z.strictObject({
  pk: z.number(),
  company_id: z.uuid(),
  name: z.string(),
  description: z.string().nullable(),
  domain: z.string().nullable(),
  registered_name: z.string().nullable(),
  trade_name: z.string().nullable(),
  tax_id_value: z.string().nullable(),
  tax_id_type: z.string().nullable(),
  registered_value: z.string().nullable(),
  registry_name: z.string().nullable(),
  registry_country: z.string().nullable(),
  business_type: z.string().nullable(),
  locale: z.string().nullable(),
  domain_normalized: z.string().nullable(),
  canonical_legal_name: z.string().nullable(),
  canonical_tax_id: z.string().nullable(),
  canonical_registry: z.string().nullable(),
  has_logo: z.boolean(),
});
export type CompanyProfile = z.output<typeof CompanyProfile>;

const columns = sql.fragment`
  c.pk, c.company_id, c.name, c.description, c.domain, c.registered_name, c.trade_name, c.tax_id_value, c.tax_id_type,
  c.registered_value, c.registry_name, c.registry_country, c.business_type, c.locale, c.domain_normalized,
  c.canonical_legal_name, c.canonical_tax_id, c.canonical_registry,
  exists (
    select
    from company_media l
    join media m on m.pk = l.media_pk
    where l.company_pk = c.pk
      and l.workspace_pk = c.workspace_pk
      and l.deleted_at is null
      and m.media_type = 'logo'
      and m.deleted_at is null
  ) as has_logo`;

/** Null when it is gone, deleted or another workspace's. */
export const findCompanyProfile = ({ workspacePk, companyId }: { workspacePk: number; companyId: string }) =>
  sql.type(CompanyProfile)`
    select ${columns}
    from companies c
    where c.company_id = ${publicId(companyId)}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null`;

/** The same, locked for a write of its fields. */
export const lockCompanyProfile = ({ workspacePk, companyId }: { workspacePk: number; companyId: string }) =>
  sql.type(CompanyProfile)`
    select ${columns}
    from companies c
    where c.company_id = ${publicId(companyId)}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null
    for no key update of c`;

/** Writes these fields and keys and leaves the others. */
export const updateCompanyFields = ({
  workspacePk,
  companyPk,
  fields,
}: {
  workspacePk: number;
  companyPk: number;
  fields: Partial<Record<EnrichableCompanyField | CanonicalCompanyField, string | null>>;
}) =>
  sql.type(CompanyProfile)`
    update companies c
    set name = coalesce(f.name, c.name),
        description = coalesce(f.description, c.description),
        domain = coalesce(f.domain, c.domain),
        registered_name = coalesce(f.registered_name, c.registered_name),
        trade_name = coalesce(f.trade_name, c.trade_name),
        tax_id_value = coalesce(f.tax_id_value, c.tax_id_value),
        tax_id_type = coalesce(f.tax_id_type, c.tax_id_type),
        registered_value = coalesce(f.registered_value, c.registered_value),
        registry_name = coalesce(f.registry_name, c.registry_name),
        registry_country = coalesce(f.registry_country, c.registry_country),
        business_type = coalesce(f.business_type, c.business_type),
        locale = coalesce(f.locale, c.locale),
        domain_normalized = coalesce(f.domain_normalized, c.domain_normalized),
        canonical_legal_name = coalesce(f.canonical_legal_name, c.canonical_legal_name),
        canonical_tax_id = coalesce(f.canonical_tax_id, c.canonical_tax_id),
        canonical_registry = coalesce(f.canonical_registry, c.canonical_registry),
        updated_at = now()
    from jsonb_to_record(${JSON.stringify(fields)}::jsonb) as f (
      name text, description text, domain text, registered_name text, trade_name text, tax_id_value text,
      tax_id_type text, registered_value text, registry_name text, registry_country text, business_type text,
      locale text, domain_normalized text, canonical_legal_name text, canonical_tax_id text, canonical_registry text
    )
    where c.pk = ${companyPk}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null
    returning ${columns}`;
