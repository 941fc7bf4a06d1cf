import { findCompany, listCompaniesLike, lockRecordCreation } from '../../shared/db/companies.ts';
import { addContact, type ContactAtom, listContacts } from '../../shared/db/contact-atoms.ts';
import { listProvenance } from '../../shared/db/field-provenance.ts';
import { addToCompany, lockPerson, type PersonRow, updatePersonFields } from '../../shared/db/peoples.ts';
import type { Db } from '../../shared/db/sql.ts';
import { companyDomain } from '../../shared/domain/canonical.ts';
import { decideWrites, type FieldWrites, setByField } from '../../shared/domain/field-writes.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { failed, type Outcome } from '../../shared/domain/outcomes.ts';
import { isRoleMailbox } from '../../shared/domain/person/role-mailbox.ts';
import { chooseCompanies } from './choose-companies.ts';
import type { Chosen } from './choose-fields.ts';
import type { Fact } from './facts.ts';
import { addressesOf, fieldStates, type PersonTarget, withFullName } from './person-fields.ts';
import { readLinkedin } from './read-linkedin.ts';
import { type Done, report } from './report.ts';

export interface PersonJob {
  workspacePk: number;
  /** Public id. */
  personId: string;
  targetFields: readonly string[] | null;
  force: boolean;
  chosen: Chosen;
  /** Addresses on file and given, lower-case. */
  addresses: readonly string[];
  /** Public id. */
  companyId: string | null;
  /** What became of the question to a model, where one was put and not answered. */
  modelRefused: string | null;
}

/** Everything that enriching a person changes, in the closing transaction. */
export async function recordPerson(db: Db, job: PersonJob): Promise<Outcome> {
  const { workspacePk, personId, chosen, force, targetFields } = job;
  const wants = (field: PersonTarget) => targetFields === null || targetFields.includes(field);
  await db.query(lockRecordCreation({ workspacePk }));
  const person = await db.maybeOne(lockPerson({ workspacePk, personId }));
  if (!person) return failed('NOT_FOUND', 'the person was deleted meanwhile');

  const setBy = setByField(
    await db.any(listProvenance({ workspacePk, entityType: 'person', entityId: personId })),
  );
  const owner = { kind: 'person', pk: person.pk } as const;
  const onFile = await db.any(listContacts({ workspacePk, owner, kind: 'email' }));
  const emails = [...addressesOf(onFile), ...job.addresses];
  const fields = decideWrites(fieldStates(person, { chosen, emails, setBy }, wants), { force });
  await writeFields(db, workspacePk, person, fields);
  const contacts = await recordContacts(db, { workspacePk, personPk: person.pk, chosen, wants });
  const companies = wants('companies') ? await recordCompanies(db, job, person.pk) : NO_COMPANIES;
  return report(job, { fields, contacts, companies });
}

async function writeFields(db: Db, workspacePk: number, person: PersonRow, fields: FieldWrites) {
  const values = Object.fromEntries(fields.write.map(({ field, value }) => [field, String(value)]));
  const written = withFullName(person, values);
  if (Object.keys(written).length === 0) return;
  await db.one(updatePersonFields({ workspacePk, personPk: person.pk, fields: written }));
  if (written.full_name === undefined || values.full_name !== undefined) return;
  const [part] = fields.write.filter(({ field }) => field !== 'job_title');
  if (part) fields.write.push({ ...part, field: 'full_name', value: written.full_name });
}

async function recordContacts(
  db: Db,
  {
    workspacePk,
    personPk,
    chosen,
    wants,
  }: { workspacePk: number; personPk: number; chosen: Chosen; wants: (field: PersonTarget) => boolean },
): Promise<Done['contacts']> {
  const owner = { kind: 'person', pk: personPk } as const;
  const done: Done['contacts'] = { added: [], skipped: [] };
  const add = async ({ confidence, source }: Fact<unknown>, field: PersonTarget, atom: ContactAtom) => {
    if (!wants(field)) return;
    if (confidence < CONFIDENCE_FILL) {
      done.skipped.push({ field, reason: 'low_confidence' });
      return;
    }
    const end = await addContact(db, { workspacePk, owner, atom });
    if (end === 'added') done.added.push({ field, confidence, source });
    if (end === 'removed') done.skipped.push({ field, reason: 'removed' });
  };
  for (const email of chosen.emails) await add(email, 'emails', { kind: 'email', value: email.value });
  for (const phone of chosen.phones)
    await add(phone, 'phones', { kind: 'phone', value: phone.value.number, label: phone.value.label });
  if (chosen.linkedin) {
    const known = await db.any(listContacts({ workspacePk, owner, kind: 'web_link' }));
    const profiles = known
      .filter(({ label }) => label === 'linkedin')
      .map(({ value }) => readLinkedin(value));
    // Nobody has two profiles: the one that is there stands.
    if (profiles.some((profile) => profile !== chosen.linkedin?.value))
      done.skipped.push({ field: 'web_links', reason: 'has_another' });
    else if (profiles.length === 0)
      await add(chosen.linkedin, 'web_links', {
        kind: 'web_link',
        value: chosen.linkedin.value,
        label: 'linkedin',
      });
  }
  return done;
}

const NO_COMPANIES: Done['companies'] = { links: [], skipped: [], known: 0 };

async function recordCompanies(
  db: Db,
  { workspacePk, chosen, addresses, companyId }: PersonJob,
  personPk: number,
): Promise<Done['companies']> {
  const hinted = companyId ? await db.maybeOne(findCompany({ workspacePk, companyId })) : null;
  const found = chosen.emails.filter(({ confidence }) => confidence >= CONFIDENCE_FILL);
  const mailboxes = [...addresses, ...found.map(({ value }) => value)].filter(
    (email) => !isRoleMailbox(email),
  );
  const domains = new Set(mailboxes.flatMap((email) => companyDomain(email) ?? []));
  const atDomains = [];
  for (const domain of domains)
    atDomains.push(
      ...(await db.any(
        listCompaniesLike({ workspacePk, taxId: null, domain, registry: null, legalName: null }),
      )),
    );
  const { choices, isAmbiguous } = chooseCompanies({ hinted, atDomains });
  const done: Done['companies'] = { links: [], skipped: [], known: 0 };
  if (companyId && !hinted) done.skipped.push({ field: 'companies', reason: 'not_found' });
  if (isAmbiguous) done.skipped.push({ field: 'companies', reason: 'ambiguous' });
  for (const { company, relationship } of choices) {
    const link = { workspacePk, personPk, companyPk: company.pk, relationshipType: relationship };
    const end = await addToCompany(db, link);
    if (end === 'kept') done.known += 1;
    if (end === 'removed') done.skipped.push({ field: 'companies', reason: 'removed' });
    if (end === 'added') done.links.push({ company_id: company.company_id, relationship_type: relationship });
  }
  return done;
}
