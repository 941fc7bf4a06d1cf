import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { findPersonId, listMemberships } from '../../../../shared/db/memberships.ts';
import { insertWorkspace } from '../../../support/factories.ts';
import type { Cases, Tier } from './tier.ts';

const insertPerson = async (tier: Tier, workspacePk: number): Promise<{ pk: number; person_id: string }> => {
  const { rows } = await tier.client.query(
    `insert into peoples (workspace_pk, full_name, first_name, last_name) values ($1, 'A B', 'A', 'B')
    returning pk, person_id`,
    [workspacePk],
  );
  return rows[0];
};

const join = async (
  tier: Tier,
  firebaseId: string,
  { status = 'active', isDefault = false, workspace = {} },
) => {
  const { pk, workspace_id } = await insertWorkspace(tier.client, workspace);
  const person = await insertPerson(tier, pk);
  await tier.client.query(
    `insert into memberships (workspace_pk, person_pk, firebase_id, status, is_default, membership_role)
    values ($1, $2, $3, $4, $5, 'admin')`,
    [pk, person.pk, firebaseId, status, isDefault],
  );
  return { workspace_pk: pk, workspace_id, person_pk: person.pk };
};

export const membershipCases: Cases = {
  'a person is known by public id in their own workspace': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const person = await insertPerson(tier, workspacePk);
    const find = (pk: number) =>
      tier.inWorkspace(pk, (db) => db.maybeOne(findPersonId({ workspacePk: pk, personPk: person.pk })));

    expect(await find(workspacePk)).toEqual({ person_id: person.person_id });
    expect(await find(otherPk)).toBeNull();
  },
};

/** Left to the server, see tier.ts. */
export const membershipServerCases: Cases = {
  'a caller has their active memberships of live workspaces, the default first': async (tier) => {
    const subject = randomUUID();
    const other = await join(tier, subject, {});
    const usual = await join(tier, subject, { isDefault: true });
    await join(tier, subject, { status: 'pending' });
    await join(tier, subject, { workspace: { deleted_at: '2026-01-01T00:00:00Z' } });
    await join(tier, randomUUID(), {});

    const memberships = await tier.asCaller(subject, (db) => db.any(listMemberships({ subject })));

    const common = { external_workspace_id: null, role: 'admin' };
    expect(memberships).toEqual([
      { ...usual, ...common, is_default: true },
      { ...other, ...common, is_default: false },
    ]);
  },
};
