import { listContacts } from '../../shared/db/contact-atoms.ts';
import {
  findLogoCompany,
  findLogoProvider,
  type LogoRow,
  linkCompanyMedia,
  listCompanyLogos,
  listProviderLogos,
  setProviderLogo,
  unlinkCompanyMedia,
} from '../../shared/db/media.ts';
import type { Db } from '../../shared/db/sql.ts';

/** Whose logo is wanted, and how that kind of record keeps its logos. */
export interface LogoHolder {
  record: { entity_type: 'company' | 'provider'; entity_id: string };
  site: string | null;
  emails: string[];
  /** Folder of its pictures in the storage, and the workspace that its media belong to; null for global ones. */
  folder: string;
  mediaWorkspacePk: number | null;
  listLogos(db: Db): Promise<readonly LogoRow[]>;
  /** Puts one logo in the place of others, which may be none. */
  replaceLogos(db: Db, mediaPk: number, others: readonly LogoRow[]): Promise<void>;
}

/** Null when the record is gone or another workspace's. */
export async function findHolder(
  db: Db,
  { workspacePk, entityType, entityId }: { workspacePk: number; entityType: string; entityId: string },
): Promise<LogoHolder | null> {
  return entityType === 'provider'
    ? findProvider(db, workspacePk, entityId)
    : findCompany(db, workspacePk, entityId);
}

async function findCompany(db: Db, workspacePk: number, companyId: string): Promise<LogoHolder | null> {
  const company = await db.maybeOne(findLogoCompany({ workspacePk, companyId }));
  if (!company) return null;
  const companyPk = company.pk;
  const owner = { kind: 'company', pk: companyPk } as const;
  const emails = await db.any(listContacts({ workspacePk, owner, kind: 'email' }));
  return {
    record: { entity_type: 'company', entity_id: companyId },
    site: company.site,
    emails: emails.map(({ value }) => value),
    folder: `${company.workspace_id}/logos`,
    mediaWorkspacePk: workspacePk,
    listLogos: (inner) => inner.any(listCompanyLogos({ workspacePk, companyPk })),
    async replaceLogos(inner, mediaPk, others) {
      for (const other of others)
        await inner.query(unlinkCompanyMedia({ workspacePk, companyPk, mediaPk: other.pk }));
      await inner.query(linkCompanyMedia({ workspacePk, companyPk, mediaPk }));
    },
  };
}

async function findProvider(db: Db, workspacePk: number, providerId: string): Promise<LogoHolder | null> {
  const provider = await db.maybeOne(findLogoProvider({ workspacePk, providerId }));
  if (!provider) return null;
  return {
    record: { entity_type: 'provider', entity_id: providerId },
    site: provider.site,
    emails: [],
    folder: `providers/${providerId}/logos`,
    mediaWorkspacePk: null,
    listLogos: (inner) => inner.any(listProviderLogos({ workspacePk, providerPk: provider.pk })),
    replaceLogos: async (inner, mediaPk) =>
      void (await inner.query(setProviderLogo({ providerPk: provider.pk, mediaPk }))),
  };
}
