import { type CompanyProfile, findCompanyProfile } from '../../shared/db/company-profiles.ts';
import { listContacts, listPlaces } from '../../shared/db/contact-atoms.ts';
import { listReadingsOfIssuer } from '../../shared/db/document-structured-extractions.ts';
import { listProvenance } from '../../shared/db/field-provenance.ts';
import type { Db } from '../../shared/db/sql.ts';
import { type SetBy, setByField } from '../../shared/domain/field-writes.ts';
import { type InvoiceParty, suppliersOf } from './invoice-party.ts';

/** Invoices of the company that are read as evidence about it. */
const INVOICES_MAX = 5;

/** What the workspace has about the company before anybody is asked. */
export interface Known {
  company: CompanyProfile;
  setBy: ReadonlyMap<string, SetBy>;
  emails: string[];
  /** Kinds of contact that the company has any of. */
  has: { emails: boolean; phones: boolean; web_links: boolean; locations: boolean };
  /** The company as its own invoices name it, the newest first. */
  suppliers: InvoiceParty[];
}

/** Null when there is no such company in the workspace. */
export async function findKnown(db: Db, workspacePk: number, companyId: string): Promise<Known | null> {
  const company = await db.maybeOne(findCompanyProfile({ workspacePk, companyId }));
  if (!company) return null;
  const owner = { kind: 'company', pk: company.pk } as const;
  const [emails, phones, links] = [
    await db.any(listContacts({ workspacePk, owner, kind: 'email' })),
    await db.any(listContacts({ workspacePk, owner, kind: 'phone' })),
    await db.any(listContacts({ workspacePk, owner, kind: 'web_link' })),
  ];
  const places = await db.any(listPlaces({ workspacePk, owner }));
  const readings = await db.any(
    listReadingsOfIssuer({ workspacePk, companyPk: company.pk, limit: INVOICES_MAX }),
  );
  return {
    company,
    setBy: setByField(
      await db.any(listProvenance({ workspacePk, entityType: 'company', entityId: companyId })),
    ),
    emails: emails.map(({ value }) => value),
    has: {
      emails: emails.length > 0,
      phones: phones.length > 0,
      web_links: links.length > 0,
      locations: places.length > 0,
    },
    suppliers: suppliersOf(readings.map(({ result }) => result)),
  };
}
