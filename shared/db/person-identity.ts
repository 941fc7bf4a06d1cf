import { z } from 'zod';
import { publicId } from './public-id.ts';
import { sql, Timestamp } from './sql.ts';

/** A person with all that tells them from others, and all that a merge may fill. */
export const PersonRecord = z.strictObject({
  pk: z.number(),
  person_id: z.uuid(),
  created_at: Timestamp,
  full_name: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  job_title: z.string().nullable(),
  external_person_id: z.string().nullable(),
  emails: z.array(z.string()),
  phones: z.array(z.string()),
  company_pks: z.array(z.number()),
});
export type PersonRecord = z.output<typeof PersonRecord>;

const columns = sql.fragment`
  p.pk, p.person_id, p.created_at, p.full_name, p.first_name, p.last_name, p.job_title, p.external_person_id,
  array(
    select distinct lower(e.value)
    from person_emails l
    join emails e on e.pk = l.email_pk and e.deleted_at is null
    where l.person_pk = p.pk and l.workspace_pk = p.workspace_pk and l.deleted_at is null
    order by 1
  ) as emails,
  array(
    select distinct t.e164_number::text
    from person_phones l
    join phones t on t.pk = l.phone_pk and t.deleted_at is null
    where l.person_pk = p.pk and l.workspace_pk = p.workspace_pk and l.deleted_at is null
    order by 1
  ) as phones,
  array(
    select distinct l.company_pk
    from company_people l
    join companies c on c.pk = l.company_pk and c.deleted_at is null
    where l.person_pk = p.pk and l.workspace_pk = p.workspace_pk and l.deleted_at is null
    order by 1
  ) as company_pks`;

/** Null when they are gone, deleted or another workspace's. */
export const findPersonRecord = ({ workspacePk, personId }: { workspacePk: number; personId: string }) =>
  sql.type(PersonRecord)`
    select ${columns}
    from peoples p
    where p.person_id = ${publicId(personId)}
      and p.workspace_pk = ${workspacePk}
      and p.deleted_at is null`;

/** The live ones of these, locked so that nothing new can point at them, in the order of their keys. */
export const lockPersonRecords = ({
  workspacePk,
  personIds,
}: {
  workspacePk: number;
  personIds: readonly string[];
}) =>
  sql.type(PersonRecord)`
    select ${columns}
    from peoples p
    where p.person_id = any(${sql.array(personIds, 'uuid')})
      and p.workspace_pk = ${workspacePk}
      and p.deleted_at is null
    order by p.pk
    for update of p`;

/** People that one kind of key finds at most. */
const PER_KEY_MAX = 50;
/** Colleagues whose names are looked at; accents are folded by the caller, so most of them are not meant. */
const COLLEAGUES_MAX = 200;

/**
 * Other live people with one of these e-mail addresses or phone numbers, and those of the same companies, the ones who
 * are called the same first.
 */
export const listPersonTwins = ({
  workspacePk,
  pk,
  emails,
  phones,
  companyPks,
  fullName,
}: {
  workspacePk: number;
  pk: number;
  /** In lower case. */
  emails: readonly string[];
  phones: readonly string[];
  companyPks: readonly number[];
  fullName: string;
}) =>
  sql.type(PersonRecord)`
    select ${columns}
    from peoples p
    where p.pk in (
      (
        select l.person_pk
        from emails e
        join person_emails l on l.email_pk = e.pk and l.deleted_at is null
        join peoples o on o.pk = l.person_pk and o.deleted_at is null
        where e.workspace_pk = ${workspacePk}
          and lower(e.value) = any(${sql.array(emails, 'text')})
          and e.deleted_at is null
        order by l.person_pk
        limit ${PER_KEY_MAX}
      ) union (
        select l.person_pk
        from phones t
        join person_phones l on l.phone_pk = t.pk and l.deleted_at is null
        join peoples o on o.pk = l.person_pk and o.deleted_at is null
        where t.workspace_pk = ${workspacePk}
          and t.e164_number = any(${sql.array(phones, 'text')})
          and t.deleted_at is null
        order by l.person_pk
        limit ${PER_KEY_MAX}
      ) union (
        select o.pk
        from company_people l
        join peoples o on o.pk = l.person_pk and o.deleted_at is null
        where l.workspace_pk = ${workspacePk}
          and l.company_pk = any(${sql.array(companyPks, 'int4')})
          and l.deleted_at is null
        order by lower(o.full_name) = lower(${fullName}) desc, o.pk
        limit ${COLLEAGUES_MAX}
      )
    )
      and p.workspace_pk = ${workspacePk}
      and p.pk <> ${pk}
    order by p.pk`;
