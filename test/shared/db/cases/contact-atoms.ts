import { expect } from 'vitest';
import {
  addContact,
  type ContactAtom,
  type ContactOwner,
  findContactAtom,
  insertContactAtom,
  insertContactLink,
  listContacts,
  listPlaces,
} from '../../../../shared/db/contact-atoms.ts';
import { insertCompany, insertPerson, insertWorkspace } from '../../../support/factories.ts';
import type { Cases, Tier } from './tier.ts';

const place = {
  street: '1 Test Street',
  city: 'Lyon',
  postal_code: '69001',
  region: null,
  country: 'FR',
} as const;

async function arrange(tier: Tier) {
  const { pk: workspacePk } = await insertWorkspace(tier.client);
  const company: ContactOwner = { kind: 'company', pk: (await insertCompany(tier.client, workspacePk)).pk };
  const person: ContactOwner = { kind: 'person', pk: (await insertPerson(tier.client, workspacePk)).pk };
  const add = (owner: ContactOwner, atom: ContactAtom) =>
    tier.inWorkspace(workspacePk, (db) => addContact(db, { workspacePk, owner, atom }));
  const emails = (owner: ContactOwner) =>
    tier.inWorkspace(workspacePk, (db) => db.any(listContacts({ workspacePk, owner, kind: 'email' })));
  return { workspacePk, company, person, add, emails };
}

export const contactAtomCases: Cases = {
  'an e-mail that belongs to a person is listed with them, and found whatever its case': async (tier) => {
    const { workspacePk, person, emails } = await arrange(tier);
    const atom = { kind: 'email', value: 'Ada@Firm.example' } as const;

    const { pk } = await tier.inWorkspace(workspacePk, async (db) => {
      const added = await db.one(insertContactAtom({ workspacePk, atom, primary: true }));
      await db.query(insertContactLink({ workspacePk, owner: person, kind: 'email', atomPk: added.pk }));
      return added;
    });

    expect(await emails(person)).toEqual([
      { pk, value: 'Ada@Firm.example', label: 'work', is_primary: true },
    ]);
    const found = await tier.inWorkspace(workspacePk, (db) =>
      db.maybeOne(findContactAtom({ workspacePk, atom: { ...atom, value: 'ada@firm.EXAMPLE' } })),
    );
    expect(found).toEqual({ pk });
  },
  'an atom of another workspace is not found': async (tier) => {
    const { workspacePk } = await arrange(tier);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const atom = { kind: 'phone', value: '+33123456789' } as const;
    await tier.inWorkspace(otherPk, (db) =>
      db.one(insertContactAtom({ workspacePk: otherPk, atom, primary: true })),
    );

    const found = await tier.inWorkspace(workspacePk, (db) =>
      db.maybeOne(findContactAtom({ workspacePk, atom })),
    );

    expect(found).toBeNull();
  },
};

/** Left to the server, see tier.ts. */
export const contactAtomServerCases: Cases = {
  'a contact is added once, and the first of its kind is the primary one': async (tier) => {
    const { company, add, emails } = await arrange(tier);

    const ends = [
      await add(company, { kind: 'email', value: 'first@firm.example' }),
      await add(company, { kind: 'email', value: 'FIRST@firm.example' }),
      await add(company, { kind: 'email', value: 'second@firm.example', label: 'other' }),
    ];

    expect(ends).toEqual(['added', 'kept', 'added']);
    expect(await emails(company)).toMatchObject([
      { value: 'first@firm.example', label: 'work', is_primary: true },
      { value: 'second@firm.example', label: 'other', is_primary: false },
    ]);
  },
  'a company and a person share one atom': async (tier) => {
    const { company, person, add, emails } = await arrange(tier);
    await add(company, { kind: 'email', value: 'ada@firm.example' });

    await add(person, { kind: 'email', value: 'ada@firm.example' });

    expect(await emails(person)).toEqual(await emails(company));
  },
  'what somebody removed stays removed, whether the link or the contact itself': async (tier) => {
    const { person, company, add, emails } = await arrange(tier);
    const [first, second] = ['gone@firm.example', 'dead@firm.example'] as const;
    for (const value of [first, second]) await add(person, { kind: 'email', value });
    const { rows } = await tier.client.query(
      `update person_emails l set deleted_at = now() from emails e
       where e.pk = l.email_pk and e.value = $1 and l.person_pk = $2 returning l.pk`,
      [first, person.pk],
    );
    expect(rows).toHaveLength(1);
    await tier.client.query('update emails set deleted_at = now() where value = $1', [second]);

    expect(await add(person, { kind: 'email', value: first })).toBe('removed');
    expect(await add(person, { kind: 'email', value: second })).toBe('removed');
    expect(await emails(person)).toEqual([]);
    // It was taken from the person, not from the company.
    expect(await add(company, { kind: 'email', value: second })).toBe('added');
  },
  'phones, web links and places are kept alike': async (tier) => {
    const { workspacePk, person, add } = await arrange(tier);
    const atoms: ContactAtom[] = [
      { kind: 'phone', value: '+33612345678', label: 'mobile' },
      { kind: 'web_link', value: 'https://www.linkedin.com/in/ada', label: 'linkedin' },
      { kind: 'location', ...place },
    ];

    for (const atom of atoms) {
      expect(await add(person, atom)).toBe('added');
      expect(await add(person, atom)).toBe('kept');
    }

    expect(await add(person, { kind: 'location', ...place, city: null })).toBe('added');
    const kept = await tier.inWorkspace(workspacePk, async (db) => ({
      phones: await db.any(listContacts({ workspacePk, owner: person, kind: 'phone' })),
      links: await db.any(listContacts({ workspacePk, owner: person, kind: 'web_link' })),
      places: await db.any(listPlaces({ workspacePk, owner: person })),
    }));
    expect(kept.phones).toMatchObject([{ value: '+33612345678', label: 'mobile', is_primary: true }]);
    expect(kept.links).toMatchObject([{ label: 'linkedin', is_primary: false }]);
    expect(kept.places).toMatchObject([place, { ...place, city: null }]);
  },
  'of many who add one contact at a time, one does': async (tier) => {
    const { person, add, emails } = await arrange(tier);

    const ends = await Promise.all(
      Array.from({ length: 6 }, () => add(person, { kind: 'email', value: 'once@firm.example' })),
    );

    expect(ends.toSorted()).toEqual(['added', 'kept', 'kept', 'kept', 'kept', 'kept']);
    expect(await emails(person)).toHaveLength(1);
  },
};
