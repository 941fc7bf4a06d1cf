import { z } from 'zod';
import { publicId } from './public-id.ts';
import { Decimal, NoRow, sql } from './sql.ts';

/** Whose logo it is: a company of the workspace, or a provider of the global catalogue. */
export const LogoOwner = z.strictObject({
  pk: z.number(),
  /** Public id of the workspace that asks. */
  workspace_id: z.uuid(),
  /** Where its web site is: a domain or an address. */
  site: z.string().nullable(),
});
export type LogoOwner = z.output<typeof LogoOwner>;

/** Null when the company is gone, deleted or another workspace's. */
export const findLogoCompany = ({ workspacePk, companyId }: { workspacePk: number; companyId: string }) =>
  sql.type(LogoOwner)`
    select c.pk, w.workspace_id, coalesce(c.domain_normalized, c.domain) as site
    from companies c
    join workspaces w on w.pk = c.workspace_pk
    where c.company_id = ${publicId(companyId)}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null`;

/** Null when the provider is gone. */
export const findLogoProvider = ({ workspacePk, providerId }: { workspacePk: number; providerId: string }) =>
  sql.type(LogoOwner)`
    select p.pk, w.workspace_id, p.url as site
    from providers p
    join workspaces w on w.pk = ${workspacePk}
    where p.provider_id = ${publicId(providerId)}
      and p.deleted_at is null`;

/** Makes the runs that change the logos of one record wait for each other, to the end of the transaction. */
export const lockLogos = ({ ownerId }: { ownerId: string }) =>
  sql.type(NoRow)`
    select from pg_advisory_xact_lock(hashtext('logo'), hashtext(${ownerId}))`;

/** A live logo, and who set it: without a source it was a user, a connector or nobody who is known. */
export const LogoRow = z.strictObject({
  pk: z.number(),
  media_id: z.uuid(),
  path: z.string().nullable(),
  source: z.string().nullable(),
  confidence: Decimal.nullable(),
});
export type LogoRow = z.output<typeof LogoRow>;

/** The logos of a company, oldest first. One that was linked after enrichment set its own is not enrichment's. */
export const listCompanyLogos = ({ workspacePk, companyPk }: { workspacePk: number; companyPk: number }) =>
  sql.type(LogoRow)`
    select m.pk, m.media_id, m.path, f.source, f.confidence
    from company_media cm
    join media m on m.pk = cm.media_pk and m.workspace_pk = cm.workspace_pk
    join companies c on c.pk = cm.company_pk and c.workspace_pk = cm.workspace_pk
    left join field_provenance f
      on f.workspace_pk = cm.workspace_pk
      and f.entity_type = 'company'
      and f.entity_id = c.company_id::text
      and f.field = 'logo'
      and f.set_at >= cm.created_at
    where cm.workspace_pk = ${workspacePk}
      and cm.company_pk = ${companyPk}
      and cm.deleted_at is null
      and m.media_type = 'logo'
      and m.deleted_at is null
    order by cm.pk`;

/** The logo of a provider, or none; who set it as far as this workspace knows. */
export const listProviderLogos = ({ workspacePk, providerPk }: { workspacePk: number; providerPk: number }) =>
  sql.type(LogoRow)`
    select m.pk, m.media_id, m.path, f.source, f.confidence
    from providers p
    join media m on m.pk = p.logo_media_pk
    left join field_provenance f
      on f.workspace_pk = ${workspacePk}
      and f.entity_type = 'provider'
      and f.entity_id = p.provider_id::text
      and f.field = 'logo'
    where p.pk = ${providerPk}
      and m.deleted_at is null`;

const MediaKey = z.strictObject({ pk: z.number(), media_id: z.uuid() });

/** A file: in a workspace, or of the global catalogue where that is null. */
interface LogoFile {
  workspacePk: number | null;
  path: string;
}

/** Adds the logo at a path; null when one is there already, maybe since this moment. */
export const insertLogoFile = ({ workspacePk, path, label }: LogoFile & { label: string }) =>
  sql.type(MediaKey)`
    insert into media (workspace_pk, media_type, path, label)
    values (${workspacePk}::int, 'logo', ${path}, ${label})
    on conflict do nothing
    returning pk, media_id`;

/** The live logo at a path. */
export const findLogoFile = ({ workspacePk, path }: LogoFile) =>
  sql.type(MediaKey)`
    select pk, media_id
    from media
    where workspace_pk is not distinct from ${workspacePk}::int
      and media_type = 'logo'
      and path = ${path}
      and deleted_at is null`;

interface CompanyLogo {
  workspacePk: number;
  companyPk: number;
  mediaPk: number;
}

/** Gives a company a picture; it may have it already. */
export const linkCompanyMedia = ({ workspacePk, companyPk, mediaPk }: CompanyLogo) =>
  sql.type(NoRow)`
    insert into company_media (workspace_pk, company_pk, media_pk)
    values (${workspacePk}, ${companyPk}, ${mediaPk})
    on conflict do nothing`;

/** Takes a picture from a company; the picture stays, others may have it. */
export const unlinkCompanyMedia = ({ workspacePk, companyPk, mediaPk }: CompanyLogo) =>
  sql.type(NoRow)`
    update company_media
    set deleted_at = now(), updated_at = now()
    where workspace_pk = ${workspacePk}
      and company_pk = ${companyPk}
      and media_pk = ${mediaPk}
      and deleted_at is null`;

/** Sets the logo that all workspaces see. */
export const setProviderLogo = ({ providerPk, mediaPk }: { providerPk: number; mediaPk: number }) =>
  sql.type(NoRow)`
    update providers
    set logo_media_pk = ${mediaPk}
    where pk = ${providerPk}`;
