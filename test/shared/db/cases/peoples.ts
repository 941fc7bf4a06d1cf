import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { addContact } from '../../../../shared/db/contact-atoms.ts';
import {
  addToCompany,
  findPerson,
  insertPerson as insertPersonRow,
  listCompaniesOfPerson,
  listPeopleByEmail,
  listPeopleByName,
  lockPerson,
  updatePersonFields,
} from '../../../../shared/db/peoples.ts';
import { insertCompany, insertPerson, insertWorkspace } from '../../../support/factories.ts';
import type { Cases } from './tier.ts';

const ada = { full_name: "Ada O'Lace", first_name: 'Ada', last_name: "O'Lace", job_title: null };

export const peopleCases: Cases = {
  'an added person is found by their id, and their fields change one by one': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const added = await tier.inWorkspace(workspacePk, (db) =>
      db.one(insertPersonRow({ workspacePk, person: ada })),
    );

    const changed = await tier.inWorkspace(workspacePk, (db) =>
      db.one(updatePersonFields({ workspacePk, personPk: added.pk, fields: { job_title: 'Engineer' } })),
    );

    expect(changed).toEqual({ ...added, ...ada, job_title: 'Engineer' });
    const key = { workspacePk, personId: added.person_id };
    expect(await tier.inWorkspace(workspacePk, (db) => db.maybeOne(findPerson(key)))).toEqual(changed);
    expect(await tier.inWorkspace(workspacePk, (db) => db.maybeOne(lockPerson(key)))).toEqual(changed);
  },
  'a person of another workspace, a deleted one and no id at all are not found': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const other = await insertPerson(tier.client, otherPk);
    const deleted = await insertPerson(tier.client, workspacePk, { deleted_at: '2026-01-01T00:00:00Z' });

    for (const personId of [other.person_id, deleted.person_id, randomUUID(), 'x'])
      expect(
        await tier.inWorkspace(workspacePk, (db) => db.maybeOne(findPerson({ workspacePk, personId }))),
      ).toBeNull();
  },
};

/** Left to the server, see tier.ts. */
export const peopleServerCases: Cases = {
  'people are found by their e-mail, and by their name within one company': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const firm = await insertCompany(tier.client, workspacePk);
    const other = await insertCompany(tier.client, workspacePk);
    const { pk: personPk } = await insertPerson(tier.client, workspacePk, ada);
    const { pk: namesake } = await insertPerson(tier.client, workspacePk, ada);

    const found = await tier.inWorkspace(workspacePk, async (db) => {
      const owner = { kind: 'person', pk: personPk } as const;
      await addContact(db, { workspacePk, owner, atom: { kind: 'email', value: 'ada@firm.example' } });
      await addToCompany(db, { workspacePk, personPk, companyPk: firm.pk, relationshipType: 'contact' });
      await addToCompany(db, {
        workspacePk,
        personPk: namesake,
        companyPk: other.pk,
        relationshipType: 'other',
      });
      return {
        byEmail: await db.any(listPeopleByEmail({ workspacePk, email: 'ADA@firm.example' })),
        byName: await db.any(listPeopleByName({ workspacePk, companyPk: firm.pk, fullName: "ADA O'LACE" })),
      };
    });

    expect(found.byEmail.map(({ pk }) => pk)).toEqual([personPk]);
    expect(found.byName.map(({ pk }) => pk)).toEqual([personPk]);
  },
  'a person is put into a company once, and not again where somebody took them out': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const company = await insertCompany(tier.client, workspacePk);
    const { pk: personPk } = await insertPerson(tier.client, workspacePk);
    const link = { workspacePk, personPk, companyPk: company.pk } as const;
    const add = (relationshipType: 'contact' | 'employee') =>
      tier.inWorkspace(workspacePk, (db) => addToCompany(db, { ...link, relationshipType }));
    const list = () =>
      tier.inWorkspace(workspacePk, (db) => db.any(listCompaniesOfPerson({ workspacePk, personPk })));

    expect([await add('employee'), await add('contact')]).toEqual(['added', 'kept']);
    expect(await list()).toEqual([
      {
        company_pk: company.pk,
        company_id: company.company_id,
        relationship_type: 'employee',
        removed: false,
      },
    ]);
    await tier.client.query('update company_people set deleted_at = now() where person_pk = $1', [personPk]);
    expect(await add('employee')).toBe('removed');
    expect(await list()).toMatchObject([{ removed: true }]);
  },
};
