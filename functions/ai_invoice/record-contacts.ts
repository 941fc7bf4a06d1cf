import { addContact } from '../../shared/db/contact-atoms.ts';
import {
  addToCompany,
  findRemovedPerson,
  insertPerson,
  listCompaniesOfPerson,
  listPeopleByEmail,
  listPeopleByName,
  type PersonRow,
} from '../../shared/db/peoples.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { Provenance } from '../../shared/domain/outcomes.ts';
import type { ContactDraft } from './contact.ts';
import type { Party } from './record-parties.ts';

/** A person whom the invoice names as the contact of a counterparty. */
export interface RecordedContact {
  person: PersonRow;
  companyId: string;
  draft: ContactDraft;
  created: boolean;
  /** They are new, or can now be reached in a new way: worth looking up. */
  news: boolean;
}

interface Scene {
  workspacePk: number;
  ownCompanyPk: number | null;
}

/**
 * Adds the people whom the counterparties name, and how to reach them. Who is known already keeps their name; our own
 * people never become somebody else's contact because a stranger writes so.
 */
export async function recordContacts(
  db: Db,
  { workspacePk, ownCompanyPk, parties }: Scene & { parties: readonly Party[] },
): Promise<RecordedContact[]> {
  const recorded: RecordedContact[] = [];
  for (const { company, draft } of new Map(parties.map((party) => [party.company.pk, party])).values()) {
    if (!draft.contact || company.pk === ownCompanyPk) continue;
    const found = await findOrAdd(db, { workspacePk, ownCompanyPk }, company.pk, draft.contact);
    if (!found) continue;
    const news = await reachable(db, workspacePk, found.person.pk, draft.contact);
    const { company_id: companyId } = company;
    recorded.push({ ...found, companyId, draft: draft.contact, news: found.created || news });
  }
  return recorded;
}

async function findOrAdd(
  db: Db,
  { workspacePk, ownCompanyPk }: Scene,
  companyPk: number,
  draft: ContactDraft,
): Promise<{ person: PersonRow; created: boolean } | null> {
  const { email, full_name: fullName, first_name, last_name } = draft;
  const [known] = email ? await db.any(listPeopleByEmail({ workspacePk, email })) : [];
  const [colleague] = known ? [] : await db.any(listPeopleByName({ workspacePk, companyPk, fullName }));
  const found = known ?? colleague;
  if (found && (await isOurs(db, { workspacePk, ownCompanyPk }, found.pk))) return null;
  // Somebody took them out; the next invoice of the same sender says the same again.
  if (!found && (await db.maybeOne(findRemovedPerson({ workspacePk, companyPk, fullName })))) return null;

  const added = { full_name: fullName, first_name, last_name, job_title: null };
  const person = found ?? (await db.one(insertPerson({ workspacePk, person: added })));
  const link = { workspacePk, companyPk, personPk: person.pk, relationshipType: 'contact' as const };
  if ((await addToCompany(db, link)) === 'removed') return null;
  return { person, created: found === undefined };
}

async function isOurs(db: Db, { workspacePk, ownCompanyPk }: Scene, personPk: number) {
  const companies = await db.any(listCompaniesOfPerson({ workspacePk, personPk }));
  return companies.some(({ company_pk, removed }) => !removed && company_pk === ownCompanyPk);
}

/** Answers whether there is a new way to reach them. */
async function reachable(db: Db, workspacePk: number, personPk: number, { email, phone }: ContactDraft) {
  const owner = { kind: 'person', pk: personPk } as const;
  const atoms = [...(email ? [{ kind: 'email' as const, value: email }] : []), ...(phone ? [phone] : [])];
  let news = false;
  for (const atom of atoms) news = (await addContact(db, { workspacePk, owner, atom })) === 'added' || news;
  return news;
}

/** Who said the names of the people that were added. */
export const provenanceOfContacts = (contacts: readonly RecordedContact[]): Provenance[] =>
  contacts
    .filter(({ created }) => created)
    .flatMap(({ person, draft: { source, confidence } }) =>
      ['full_name', 'first_name', 'last_name'].map((field) => ({
        ...{ entity_type: 'person' as const, entity_id: person.person_id },
        ...{ field, source, confidence },
      })),
    );

/** The people to look up, with what the document says of them. */
export const peopleToLookUp = (contacts: readonly RecordedContact[]) =>
  contacts
    .filter(({ news }) => news)
    .map(({ person, companyId, draft }) => ({
      personId: person.person_id,
      hints: {
        full_name: person.full_name,
        email: draft.email,
        phone: draft.phone?.value ?? null,
        company_id: companyId,
      },
    }));
