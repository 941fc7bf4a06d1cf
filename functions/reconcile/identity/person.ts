import {
  findPersonRecord,
  listPersonTwins,
  lockPersonRecords,
  type PersonRecord,
} from '../../../shared/db/person-identity.ts';
import { foldText } from '../../../shared/domain/names.ts';
import type { IdentityRecord } from './compare-records.ts';
import type { IdentityKey } from './keys.ts';
import type { IdentityKind } from './kinds.ts';

/** Mailboxes of a task, not of a person: whoever does it reads them. */
const roleMailboxes = new Set(
  (
    'info contact hello hallo bonjour hola ciao kontakt contatti mail email post office team sales vente ventes commercial ' +
    'vertrieb support help helpdesk service services kundenservice customercare admin administration administrator ' +
    'accounting accounts accountspayable accountsreceivable compta comptabilite buchhaltung contabilita administracion ' +
    'billing invoice invoices facture factures facturation rechnung rechnungen fatture finance finances payments paiements ' +
    'hr rh jobs careers recrutement legal press presse marketing newsletter webmaster postmaster noreply donotreply'
  ).split(' '),
);

/** An address that is somebody's own: not one that many people answer. */
const isPersonal = (email: string) => {
  const mailbox = email
    .slice(0, email.lastIndexOf('@'))
    .replace(/\+.*$/, '')
    .replace(/[^a-z]/g, '');
  return !roleMailboxes.has(mailbox);
};

/** A name written in any order, with or without accents. */
const nameForm = (name: string) => foldText(name).split(' ').sort().join(' ');

/** An address, or its mailbox, stands where the name should. */
const isPlaceholder = (name: string, emails: readonly string[]) =>
  emails.some((email) => [email, email.slice(0, email.lastIndexOf('@'))].includes(name.toLowerCase()));

const keysOf = ({ emails, phones, company_pks, full_name }: PersonRecord): IdentityKey[] => {
  const name = nameForm(full_name);
  // One word is a first name: too little, even among colleagues.
  const telling = name.includes(' ') ? company_pks : [];
  return [
    ...emails.filter(isPersonal).map((value) => ({ kind: 'email', value }) as const),
    ...phones.map((value) => ({ kind: 'phone', value }) as const),
    ...telling.map((companyPk) => ({ kind: 'name_at_company', value: `${companyPk} ${name}` }) as const),
  ];
};

/** A person as identity matching sees them. */
export function personRecord(row: PersonRecord): IdentityRecord {
  const { pk, person_id, created_at, full_name, first_name, last_name, job_title, external_person_id } = row;
  return {
    ...{ pk, id: person_id, created_at, currency: null },
    names: full_name === '' || isPlaceholder(full_name, row.emails) ? [] : [full_name],
    keys: keysOf(row),
    fields: { full_name, first_name, last_name, job_title, external_person_id },
  };
}

export const personKind: IdentityKind = {
  type: 'person',
  table: 'peoples',
  meansColumn: 'person_pk',
  groups: [['full_name'], ['first_name'], ['last_name'], ['job_title'], ['external_person_id']],
  derive: () => ({}),

  async find(db, { workspacePk, id }) {
    const row = await db.maybeOne(findPersonRecord({ workspacePk, personId: id }));
    return row && personRecord(row);
  },
  async listTwins(db, { workspacePk, record: { pk, keys, fields } }) {
    const valuesOf = (kind: IdentityKey['kind']) =>
      keys.filter((key) => key.kind === kind).map(({ value }) => value);
    const rows = await db.any(
      listPersonTwins({
        ...{ workspacePk, pk, emails: valuesOf('email'), phones: valuesOf('phone') },
        companyPks: valuesOf('name_at_company').map((value) => Number.parseInt(value, 10)),
        fullName: String(fields.full_name),
      }),
    );
    return rows.map(personRecord);
  },
  async lock(db, { workspacePk, ids }) {
    return (await db.any(lockPersonRecords({ workspacePk, personIds: ids }))).map(personRecord);
  },
  findTies: async () => [],
};
