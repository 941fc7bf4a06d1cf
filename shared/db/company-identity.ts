import { z } from 'zod';
import { publicId } from './public-id.ts';
import { sql, Timestamp } from './sql.ts';

/** A company with all that tells it from others, and all that a merge may fill. */
export const CompanyRecord = z.strictObject({
  pk: z.number(),
  company_id: z.uuid(),
  created_at: Timestamp,
  name: z.string(),
  description: z.string().nullable(),
  domain: z.string().nullable(),
  domain_normalized: z.string().nullable(),
  registered_name: z.string().nullable(),
  trade_name: z.string().nullable(),
  tax_id_value: z.string().nullable(),
  tax_id_type: z.string().nullable(),
  registered_value: z.string().nullable(),
  registry_name: z.string().nullable(),
  registry_country: z.string().nullable(),
  establishment_no: z.string().nullable(),
  business_type: z.string().nullable(),
  locale: z.string().nullable(),
  canonical_legal_name: z.string().nullable(),
  canonical_tax_id: z.string().nullable(),
  canonical_registry: z.string().nullable(),
  entity_kind: z.string(),
  company_origin: z.string(),
});
export type CompanyRecord = z.output<typeof CompanyRecord>;

const columns = sql.fragment`
  c.pk, c.company_id, c.created_at, c.name, c.description, c.domain, c.domain_normalized, c.registered_name,
  c.trade_name, c.tax_id_value, c.tax_id_type, c.registered_value, c.registry_name, c.registry_country,
  c.establishment_no, c.business_type, c.locale, c.canonical_legal_name, c.canonical_tax_id, c.canonical_registry,
  c.entity_kind, c.company_origin`;

/** Null when it is gone, deleted or another workspace's. */
export const findCompanyRecord = ({ workspacePk, companyId }: { workspacePk: number; companyId: string }) =>
  sql.type(CompanyRecord)`
    select ${columns}
    from companies c
    where c.company_id = ${publicId(companyId)}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null`;

/** The live ones of these, locked so that nothing new can point at them, in the order of their keys. */
export const lockCompanyRecords = ({
  workspacePk,
  companyIds,
}: {
  workspacePk: number;
  companyIds: readonly string[];
}) =>
  sql.type(CompanyRecord)`
    select ${columns}
    from companies c
    where c.company_id = any(${sql.array(companyIds, 'uuid')})
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null
    order by c.pk
    for update`;

/** Companies that one key finds at most. */
const PER_KEY_MAX = 50;

const keyColumns = [
  'canonical_tax_id',
  'domain_normalized',
  'canonical_registry',
  'canonical_legal_name',
] as const;

/** Other live companies that share one of the canonical keys, as far as these are known; the oldest of each key. */
export const listCompanyTwins = ({
  workspacePk,
  pk,
  keys,
}: {
  workspacePk: number;
  pk: number;
  keys: Record<(typeof keyColumns)[number], string | null>;
}) =>
  sql.type(CompanyRecord)`
    select ${columns}
    from companies c
    where c.pk in (${sql.join(
      keyColumns.map(
        (key) => sql.fragment`(
          select k.pk
          from companies k
          where k.workspace_pk = ${workspacePk}
            and k.${sql.identifier([key])} = ${keys[key]}
            and k.deleted_at is null
          order by k.pk
          limit ${PER_KEY_MAX}
        )`,
      ),
      sql.fragment` union `,
    )})
      and c.pk <> ${pk}
    order by c.pk`;

const CompanyTies = z.strictObject({ one_owns_the_other: z.boolean(), one_billed_the_other: z.boolean() });

/** What shows that two companies are two, whatever they share: one belongs to the other, or has sent it an invoice. */
export const findCompanyTies = ({
  workspacePk,
  leftPk,
  rightPk,
}: {
  workspacePk: number;
  leftPk: number;
  rightPk: number;
}) =>
  sql.type(CompanyTies)`
    with recursive owners as (
      select c.pk as of_pk, c.parent_company_pk as pk
      from companies c
      where c.workspace_pk = ${workspacePk} and c.pk in (${leftPk}, ${rightPk})
      union
      select o.of_pk, c.parent_company_pk
      from owners o
      join companies c on c.pk = o.pk and c.workspace_pk = ${workspacePk}
    )
    select
      exists (
        select from owners o where o.pk in (${leftPk}, ${rightPk}) and o.pk <> o.of_pk
      ) as one_owns_the_other,
      exists (
        select
        from invoices i
        where i.workspace_pk = ${workspacePk}
          and (
            i.issuer_pk = ${leftPk} and i.receiver_pk = ${rightPk}
            or i.issuer_pk = ${rightPk} and i.receiver_pk = ${leftPk}
          )
          and i.deleted_at is null
      ) as one_billed_the_other`;
