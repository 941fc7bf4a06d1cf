import { z } from 'zod';
import { lockRecordCreation } from './companies.ts';
import { publicId } from './public-id.ts';
import { type Db, NoRow, sql } from './sql.ts';

/** A person as far as enrichment reads and writes them. */
export const PersonRow = z.strictObject({
  pk: z.number(),
  person_id: z.uuid(),
  full_name: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  job_title: z.string().nullable(),
});
export type PersonRow = z.output<typeof PersonRow>;

const columns = sql.fragment`pk, person_id, full_name, first_name, last_name, job_title`;
const columnsOfP = sql.fragment`p.pk, p.person_id, p.full_name, p.first_name, p.last_name, p.job_title`;

interface PersonId {
  workspacePk: number;
  /** Public id. */
  personId: string;
}

/** Null when they are gone, deleted or another workspace's. */
export const findPerson = ({ workspacePk, personId }: PersonId) =>
  sql.type(PersonRow)`
    select ${columns}
    from peoples
    where person_id = ${publicId(personId)}
      and workspace_pk = ${workspacePk}
      and deleted_at is null`;

/** The same, held to the end of the transaction. */
export const lockPerson = ({ workspacePk, personId }: PersonId) =>
  sql.type(PersonRow)`
    select ${columns}
    from peoples
    where person_id = ${publicId(personId)}
      and workspace_pk = ${workspacePk}
      and deleted_at is null
    for no key update`;

/** Live people who have this e-mail address, whatever its case; the oldest first. */
export const listPeopleByEmail = ({ workspacePk, email }: { workspacePk: number; email: string }) =>
  sql.type(PersonRow)`
    select ${columnsOfP}
    from emails e
    join person_emails l on l.email_pk = e.pk and l.workspace_pk = e.workspace_pk and l.deleted_at is null
    join peoples p on p.pk = l.person_pk and p.workspace_pk = l.workspace_pk and p.deleted_at is null
    where e.workspace_pk = ${workspacePk}
      and lower(e.value) = lower(${email})
      and e.deleted_at is null
    order by p.pk
    limit 50`;

/** Live people of a company who carry this full name, whatever its case; the oldest first. */
export const listPeopleByName = ({
  workspacePk,
  companyPk,
  fullName,
}: {
  workspacePk: number;
  companyPk: number;
  fullName: string;
}) =>
  sql.type(PersonRow)`
    select ${columnsOfP}
    from company_people l
    join peoples p on p.pk = l.person_pk and p.workspace_pk = l.workspace_pk and p.deleted_at is null
    where l.workspace_pk = ${workspacePk}
      and l.company_pk = ${companyPk}
      and lower(p.full_name) = lower(${fullName})
      and l.deleted_at is null
    order by p.pk
    limit 50`;

/** The newest person of this full name whom somebody took out of a company, or deleted; null when nobody did. */
export const findRemovedPerson = ({
  workspacePk,
  companyPk,
  fullName,
}: {
  workspacePk: number;
  companyPk: number;
  fullName: string;
}) =>
  sql.type(PersonRow)`
    select ${columnsOfP}
    from company_people l
    join peoples p on p.pk = l.person_pk and p.workspace_pk = l.workspace_pk
    where l.workspace_pk = ${workspacePk}
      and l.company_pk = ${companyPk}
      and lower(p.full_name) = lower(${fullName})
      and (l.deleted_at is not null or p.deleted_at is not null)
    order by p.pk desc
    limit 1`;

/** Columns that enrichment may write. */
export const enrichablePersonFields = ['first_name', 'last_name', 'full_name', 'job_title'] as const;
export type EnrichablePersonField = (typeof enrichablePersonFields)[number];

/** Names are never null in the table: a part that nobody knows is the empty string. */
export interface NewPerson {
  full_name: string;
  first_name: string;
  last_name: string;
  job_title: string | null;
}

/** Adds a person that evidence names. */
export const insertPerson = ({ workspacePk, person }: { workspacePk: number; person: NewPerson }) =>
  sql.type(PersonRow)`
    insert into peoples (workspace_pk, full_name, first_name, last_name, job_title)
    values (${workspacePk}, ${person.full_name}, ${person.first_name}, ${person.last_name}, ${person.job_title})
    returning ${columns}`;

/** Writes these fields and leaves the others; no row when the person was deleted meanwhile. */
export const updatePersonFields = ({
  workspacePk,
  personPk,
  fields,
}: {
  workspacePk: number;
  personPk: number;
  fields: Partial<Record<EnrichablePersonField, string>>;
}) =>
  sql.type(PersonRow)`
    update peoples
    set full_name = coalesce(${fields.full_name ?? null}, full_name),
        first_name = coalesce(${fields.first_name ?? null}, first_name),
        last_name = coalesce(${fields.last_name ?? null}, last_name),
        job_title = coalesce(${fields.job_title ?? null}, job_title),
        updated_at = now()
    where pk = ${personPk}
      and workspace_pk = ${workspacePk}
      and deleted_at is null
    returning ${columns}`;

/** What a person is to a company, native enum `company_people_relationship_enum`. */
export const relationshipTypes = ['owner', 'employee', 'contact', 'other'] as const;
export type RelationshipType = (typeof relationshipTypes)[number];

const CompanyLink = z.strictObject({
  company_pk: z.number(),
  company_id: z.uuid(),
  relationship_type: z.enum(relationshipTypes),
  removed: z.boolean(),
});
export type CompanyLink = z.output<typeof CompanyLink>;

/** The live companies that a person belongs to, and those that somebody took them out of, by age of the link. */
export const listCompaniesOfPerson = ({ workspacePk, personPk }: { workspacePk: number; personPk: number }) =>
  sql.type(CompanyLink)`
    select c.pk as company_pk, c.company_id, l.relationship_type, l.deleted_at is not null as removed
    from company_people l
    join companies c on c.pk = l.company_pk and c.workspace_pk = l.workspace_pk and c.deleted_at is null
    where l.workspace_pk = ${workspacePk}
      and l.person_pk = ${personPk}
    order by l.pk`;

interface Membership {
  workspacePk: number;
  personPk: number;
  companyPk: number;
  relationshipType: RelationshipType;
}

/** Puts a person into a company that they have no live link to. */
export const insertCompanyPerson = ({ workspacePk, personPk, companyPk, relationshipType }: Membership) =>
  sql.type(NoRow)`
    insert into company_people (workspace_pk, company_pk, person_pk, relationship_type)
    values (
      ${workspacePk}, ${companyPk}, ${personPk}, ${relationshipType}::company_people_relationship_enum
    )`;

/**
 * Puts a person into a company, in the caller's transaction, which from here on is the only one of the workspace that
 * adds records: `kept` when they are in it, in whatever relationship, `removed` when somebody took them out, which stands.
 */
export async function addToCompany(db: Db, link: Membership): Promise<'added' | 'kept' | 'removed'> {
  await db.query(lockRecordCreation(link));
  const known = await db.any(listCompaniesOfPerson(link));
  const same = known.filter(({ company_pk }) => company_pk === link.companyPk);
  if (same.some(({ removed }) => !removed)) return 'kept';
  if (same.length > 0) return 'removed';
  await db.query(insertCompanyPerson(link));
  return 'added';
}
