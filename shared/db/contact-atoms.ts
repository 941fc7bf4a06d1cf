import { z } from 'zod';
import { lockRecordCreation } from './companies.ts';
import { type Db, NoRow, sql } from './sql.ts';

/** A record that contacts belong to, by its key. */
export interface ContactOwner {
  kind: 'company' | 'person';
  pk: number;
}

export type EmailLabel = 'work' | 'personal' | 'other';
export type PhoneLabel = 'mobile' | 'work' | 'home' | 'other';
export type WebPlatform = 'website' | 'linkedin' | 'x' | 'github' | 'other';

/** A postal address; the country as ISO 3166-1 alpha-2. */
export interface Place {
  street: string | null;
  city: string | null;
  postal_code: string | null;
  region: string | null;
  country: string | null;
}

/** One way to reach a company or a person; phone numbers in E.164. */
export type ContactAtom =
  | { kind: 'email'; value: string; label?: EmailLabel }
  | { kind: 'phone'; value: string; label?: PhoneLabel }
  | { kind: 'web_link'; value: string; label?: WebPlatform }
  | ({ kind: 'location' } & Place);

/** Contacts that are one value with a label. */
export type ContactKind = Exclude<ContactAtom['kind'], 'location'>;

/** Where each kind is kept; pivots are named after the owner and the table. */
const kinds = {
  email: { table: 'emails', value: 'value', label: 'label' },
  phone: { table: 'phones', value: 'e164_number', label: 'label' },
  web_link: { table: 'web_links', value: 'url', label: 'platform' },
  location: { table: 'locations' },
} as const;

const hasPrimary = (kind: ContactAtom['kind']) => kind === 'email' || kind === 'phone';

/** The names of one pivot and of what it links, as identifiers: the pivot is `l`, the atom `a`. */
const namesOf = (owner: ContactOwner['kind'], kind: ContactAtom['kind']) => {
  const { table } = kinds[kind];
  return {
    table: sql.identifier([table]),
    pivot: sql.identifier([`${owner}_${table}`]),
    ownerPk: sql.identifier([`${owner}_pk`]),
    atomPk: sql.identifier([`${kind}_pk`]),
    isPrimary: hasPrimary(kind) ? sql.fragment`a.is_primary` : sql.fragment`false`,
  };
};

const ContactRow = z.strictObject({
  pk: z.number(),
  value: z.string(),
  label: z.string(),
  is_primary: z.boolean(),
});
export type ContactRow = z.output<typeof ContactRow>;

interface OfOwner {
  workspacePk: number;
  owner: ContactOwner;
}

/** The e-mails, phones or web links of a record, the primary one first; the label of a web link is its platform. */
export const listContacts = ({ workspacePk, owner, kind }: OfOwner & { kind: ContactKind }) => {
  const { table, pivot, ownerPk, atomPk, isPrimary } = namesOf(owner.kind, kind);
  return sql.type(ContactRow)`
    select
      a.pk,
      ${sql.identifier(['a', kinds[kind].value])} as value,
      ${sql.identifier(['a', kinds[kind].label])}::text as label,
      ${isPrimary} as is_primary
    from ${pivot} l
    join ${table} a on a.pk = l.${atomPk} and a.workspace_pk = l.workspace_pk
    where l.workspace_pk = ${workspacePk}
      and l.${ownerPk} = ${owner.pk}
      and l.deleted_at is null
      and a.deleted_at is null
    order by is_primary desc, l.pk`;
};

const PlaceRow = z.strictObject({
  pk: z.number(),
  street: z.string().nullable(),
  city: z.string().nullable(),
  postal_code: z.string().nullable(),
  region: z.string().nullable(),
  country: z.string().nullable(),
});
export type PlaceRow = z.output<typeof PlaceRow>;

/** The postal addresses of a record, the oldest first. */
export const listPlaces = ({ workspacePk, owner }: OfOwner) => {
  const { table, pivot, ownerPk, atomPk } = namesOf(owner.kind, 'location');
  return sql.type(PlaceRow)`
    select a.pk, a.street, a.city, a.postal_code, a.region, a.country
    from ${pivot} l
    join ${table} a on a.pk = l.${atomPk} and a.workspace_pk = l.workspace_pk
    where l.workspace_pk = ${workspacePk}
      and l.${ownerPk} = ${owner.pk}
      and l.deleted_at is null
      and a.deleted_at is null
    order by l.pk`;
};

/** True for an atom `a` that says the same, whatever its case; the region of a place does not tell it from another. */
const saysTheSame = (atom: ContactAtom) => {
  if (atom.kind !== 'location')
    return sql.fragment`lower(${sql.identifier(['a', kinds[atom.kind].value])}) = lower(${atom.value})`;
  return sql.join(
    (['street', 'city', 'postal_code', 'country'] as const).map((column) => {
      const said = atom[column];
      return said === null
        ? sql.fragment`${sql.identifier(['a', column])} is null`
        : sql.fragment`lower(${sql.identifier(['a', column])}) = lower(${said})`;
    }),
    sql.fragment` and `,
  );
};

const ContactLink = z.strictObject({ same: z.boolean(), removed: z.boolean() });

/** Every link that a record has or had to atoms of this kind: whether it says the same, and whether it was removed. */
export const listContactLinks = ({ workspacePk, owner, atom }: OfOwner & { atom: ContactAtom }) => {
  const { table, pivot, ownerPk, atomPk } = namesOf(owner.kind, atom.kind);
  return sql.type(ContactLink)`
    select
      coalesce(${saysTheSame(atom)}, false) as same,
      (l.deleted_at is not null or a.deleted_at is not null) as removed
    from ${pivot} l
    join ${table} a on a.pk = l.${atomPk} and a.workspace_pk = l.workspace_pk
    where l.workspace_pk = ${workspacePk}
      and l.${ownerPk} = ${owner.pk}`;
};

const AtomKey = z.strictObject({ pk: z.number() });

/** The oldest live atom of the workspace that says the same, whoever it belongs to. */
export const findContactAtom = ({ workspacePk, atom }: { workspacePk: number; atom: ContactAtom }) =>
  sql.type(AtomKey)`
    select a.pk
    from ${sql.identifier([kinds[atom.kind].table])} a
    where a.workspace_pk = ${workspacePk}
      and ${saysTheSame(atom)}
      and a.deleted_at is null
    order by a.pk
    limit 1`;

interface NewAtom {
  workspacePk: number;
  atom: ContactAtom;
  /** Ignored for web links and places, which have none. */
  primary: boolean;
}

const columnsAndValues = ({ atom, primary }: NewAtom) => {
  switch (atom.kind) {
    case 'email':
      return {
        columns: sql.fragment`value, label, is_primary`,
        values: sql.fragment`${atom.value}, ${atom.label ?? 'work'}::email_label_enum, ${primary}`,
      };
    case 'phone':
      return {
        columns: sql.fragment`e164_number, label, is_primary`,
        values: sql.fragment`${atom.value}, ${atom.label ?? 'work'}::phone_label_enum, ${primary}`,
      };
    case 'web_link':
      return {
        columns: sql.fragment`url, platform`,
        values: sql.fragment`${atom.value}, ${atom.label ?? 'website'}::web_link_platform_enum`,
      };
    case 'location':
      return {
        columns: sql.fragment`street, city, postal_code, region, country`,
        values: sql.fragment`${atom.street}, ${atom.city}, ${atom.postal_code}, ${atom.region}, ${atom.country}`,
      };
  }
};

/** Adds an atom that belongs to nobody yet. */
export const insertContactAtom = (added: NewAtom) => {
  const { columns, values } = columnsAndValues(added);
  return sql.type(AtomKey)`
    insert into ${sql.identifier([kinds[added.atom.kind].table])} (workspace_pk, ${columns})
    values (${added.workspacePk}, ${values})
    returning pk`;
};

/** Gives an atom to a record that has no live link to it. */
export const insertContactLink = ({
  workspacePk,
  owner,
  kind,
  atomPk,
}: OfOwner & { kind: ContactAtom['kind']; atomPk: number }) => {
  const names = namesOf(owner.kind, kind);
  return sql.type(NoRow)`
    insert into ${names.pivot} (workspace_pk, ${names.ownerPk}, ${names.atomPk})
    values (${workspacePk}, ${owner.pk}, ${atomPk})`;
};

/**
 * Gives a record one more contact, in the caller's transaction, which from here on is the only one of the workspace
 * that adds records: `kept` when it has it already, `removed` when somebody took it away, which stands. A live atom
 * that says the same is shared; a new one is the primary one when it is the record's first of its kind.
 */
export async function addContact(
  db: Db,
  { workspacePk, owner, atom }: OfOwner & { atom: ContactAtom },
): Promise<'added' | 'kept' | 'removed'> {
  await db.query(lockRecordCreation({ workspacePk }));
  const links = await db.any(listContactLinks({ workspacePk, owner, atom }));
  const same = links.filter((link) => link.same);
  if (same.some((link) => !link.removed)) return 'kept';
  if (same.length > 0) return 'removed';
  const primary = links.every((link) => link.removed);
  const { pk: atomPk } =
    (await db.maybeOne(findContactAtom({ workspacePk, atom }))) ??
    (await db.one(insertContactAtom({ workspacePk, atom, primary })));
  await db.query(insertContactLink({ workspacePk, owner, kind: atom.kind, atomPk }));
  return 'added';
}
