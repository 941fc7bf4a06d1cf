import { z } from 'zod';
import { publicId } from './public-id.ts';
import { NoRow, sql } from './sql.ts';

/** A company as far as telling it from others needs. */
export const CompanyIdentity = z.strictObject({
  pk: z.number(),
  company_id: z.uuid(),
  name: z.string(),
  domain_normalized: z.string().nullable(),
  registry_country: z.string().nullable(),
  canonical_legal_name: z.string().nullable(),
  canonical_tax_id: z.string().nullable(),
  canonical_registry: z.string().nullable(),
});
export type CompanyIdentity = z.output<typeof CompanyIdentity>;

const columns = sql.fragment`
  c.pk, c.company_id, c.name, c.domain_normalized, c.registry_country, c.canonical_legal_name, c.canonical_tax_id,
  c.canonical_registry`;

/** Null when it is gone, deleted or another workspace's. */
export const findCompanyByPk = ({ workspacePk, pk }: { workspacePk: number; pk: number }) =>
  sql.type(CompanyIdentity)`
    select ${columns}
    from companies c
    where c.pk = ${pk}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null`;

/** The same by public id. */
export const findCompany = ({ workspacePk, companyId }: { workspacePk: number; companyId: string }) =>
  sql.type(CompanyIdentity)`
    select ${columns}
    from companies c
    where c.company_id = ${publicId(companyId)}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null`;

export interface IdentityKeys {
  taxId: string | null;
  domain: string | null;
  registry: string | null;
  legalName: string | null;
}

/** Live companies that share one of these canonical keys, oldest first. */
export const listCompaniesLike = ({
  workspacePk,
  taxId,
  domain,
  registry,
  legalName,
}: { workspacePk: number } & IdentityKeys) =>
  sql.type(CompanyIdentity)`
    select ${columns}
    from companies c
    where c.workspace_pk = ${workspacePk}
      and (
        c.canonical_tax_id = ${taxId}
        or c.domain_normalized = ${domain}
        or c.canonical_registry = ${registry}
        or c.canonical_legal_name = ${legalName}
      )
      and c.deleted_at is null
    order by c.pk
    limit 50`;

export interface NewCompany {
  name: string;
  domain: string | null;
  domain_normalized: string | null;
  registered_name: string | null;
  trade_name: string | null;
  tax_id_value: string | null;
  tax_id_type: string | null;
  registered_value: string | null;
  registry_country: string | null;
  canonical_legal_name: string | null;
  canonical_tax_id: string | null;
  canonical_registry: string | null;
}

/** Adds a counterparty that evidence names. */
export const insertCounterparty = ({ workspacePk, company }: { workspacePk: number; company: NewCompany }) =>
  sql.type(CompanyIdentity)`
    insert into companies as c (
      workspace_pk, name, domain, domain_normalized, registered_name, trade_name, tax_id_value, tax_id_type,
      registered_value, registry_country, canonical_legal_name, canonical_tax_id, canonical_registry, entity_kind,
      company_origin
    )
    values (
      ${workspacePk}, ${company.name}, ${company.domain}, ${company.domain_normalized}, ${company.registered_name},
      ${company.trade_name}, ${company.tax_id_value}, ${company.tax_id_type}, ${company.registered_value},
      ${company.registry_country}, ${company.canonical_legal_name}, ${company.canonical_tax_id},
      ${company.canonical_registry}, 'counterparty', 'counterparty'
    )
    returning ${columns}`;

/**
 * Makes the transactions that turn documents into records of one workspace wait for each other, to the end of the
 * transaction: who looks for a company or an invoice and then adds it must be alone, and no unique index can say that
 * two names are one company.
 */
export const lockRecordCreation = ({ workspacePk }: { workspacePk: number }) =>
  sql.type(NoRow)`
    select from pg_advisory_xact_lock(hashtext('record creation'), ${workspacePk})`;
