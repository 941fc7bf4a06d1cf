import { lockRecordCreation } from '../../shared/db/companies.ts';
import { lockCompanyProfile } from '../../shared/db/company-profiles.ts';
import { addContact, type ContactAtom } from '../../shared/db/contact-atoms.ts';
import { listProvenance } from '../../shared/db/field-provenance.ts';
import type { Db } from '../../shared/db/sql.ts';
import { decideWrites, setByField } from '../../shared/domain/field-writes.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { failed, type Outcome, type Provenance } from '../../shared/domain/outcomes.ts';
import { companionFields, fieldStates, withCompanions, writeCompany } from './company-fields.ts';
import { companionsOf } from './evidence.ts';
import type { Gathered } from './gather-facts.ts';
import { report } from './report.ts';
import type { StatedContact } from './site-contacts.ts';
import type { ContactField, Wanted } from './wanted.ts';
import type { FoundFields } from './weigh.ts';

export interface CompanyJob {
  workspacePk: number;
  companyId: string;
  wanted: Wanted;
  force: boolean;
  gathered: Gathered;
}

/** Everything that a look at a company changes, in the closing transaction: its columns, keys and contacts. */
export async function recordCompany(db: Db, job: CompanyJob): Promise<Outcome> {
  const { workspacePk, companyId, wanted, force, gathered } = job;
  const { found } = gathered;
  // Before the row: who adds records locks in this order.
  await db.query(lockRecordCreation({ workspacePk }));
  const before = await db.maybeOne(lockCompanyProfile({ workspacePk, companyId }));
  if (!before) return failed('NOT_FOUND', 'the company was deleted meanwhile');

  const entity = { entity_type: 'company', entity_id: companyId } as const;
  const setBy = setByField(
    await db.any(listProvenance({ workspacePk, entityType: 'company', entityId: companyId })),
  );
  const decided = decideWrites(fieldStates(before, setBy, found, wanted), { force });
  const written = decided.write.map(({ field }) => field);
  const fields = { ...companionFields(before, found, wanted), ...withCompanions(written, found) };
  const { company, identityChanged } = await writeCompany(db, workspacePk, before, fields);
  const contacts = await writeContacts(db, workspacePk, company.pk, job);
  return report(job, {
    before,
    company,
    identityChanged,
    setBy,
    decided,
    applied: [...Object.keys(fields), ...contacts.added],
    provenance: [
      ...Object.keys(fields).map((field): Provenance => ({ ...entity, field, ...saidBy(field, found) })),
      ...contacts.provenance.map((each): Provenance => ({ ...entity, ...each })),
    ],
  });
}

/** Who said a column: the same who said the one that it goes with. */
const saidBy = (column: string, found: FoundFields): Pick<Provenance, 'source' | 'confidence'> => {
  const said = Object.values(found).find(
    ({ field }) => field === column || (companionsOf[field] ?? []).some((name) => name === column),
  );
  if (!said) throw new Error(`nobody said the ${column}`);
  return { source: said.source, confidence: said.confidence };
};

const fieldOf: Record<ContactAtom['kind'], ContactField> = {
  email: 'emails',
  phone: 'phones',
  web_link: 'web_links',
  location: 'locations',
};

interface AddedContacts {
  /** Kinds of which any was added. */
  added: ContactField[];
  provenance: { field: ContactField; source: string; confidence: number }[];
}

/** Adds the contacts that are wanted; one that somebody took away stays away. */
async function writeContacts(
  db: Db,
  workspacePk: number,
  companyPk: number,
  { wanted, gathered }: CompanyJob,
): Promise<AddedContacts> {
  const added = new Map<ContactField, StatedContact>();
  for (const contact of gathered.contacts) {
    const field = fieldOf[contact.atom.kind];
    if (!wanted.contacts.includes(field) || contact.confidence < CONFIDENCE_FILL) continue;
    if (field === 'locations' && added.has(field)) continue;
    const owner = { kind: 'company', pk: companyPk } as const;
    const end = await addContact(db, { workspacePk, owner, atom: contact.atom });
    if (end === 'added' && !added.has(field)) added.set(field, contact);
  }
  return {
    added: [...added.keys()],
    provenance: [...added].map(([field, { source, confidence }]) => ({ field, source, confidence })),
  };
}
