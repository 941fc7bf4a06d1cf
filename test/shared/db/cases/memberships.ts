import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { listMemberships } from '../../../../shared/db/memberships.ts';
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
  const { rows } = await tier.client.query(
    `insert into memberships (workspace_pk, person_pk, firebase_id, status, is_default, membership_role)
    values ($1, $2, $3, $4, $5, 'admin') returning pk`,
    [pk, person.pk, firebaseId, status, isDefault],
  );
  const { pk: person_pk, person_id } = person;
  return { workspace_pk: pk, workspace_id, membership_pk: rows[0].pk, person_pk, person_id };
};

/** Left to the server, see tier.ts. */
export const membershipCases: Cases = {
  'a caller has their active memberships of live workspaces, the default first': async (tier) => {
    const subject = randomUUID();
    const other = await join(tier, subject, {});
    const usual = await join(tier, subject, { isDefault: true });
    await join(tier, subject, { status: 'pending' });
    await join(tier, subject, { workspace: { deleted_at: '2026-01-01T00:00:00Z' } });
    await join(tier, randomUUID(), {});

    const memberships = await tier.asCaller(subject, (db) => db.any(listMemberships({ subject })));

    const common = { external_workspace_id: null, is_person_deleted: false, role: 'admin' };
    expect(memberships).toEqual([
      { ...usual, ...common, is_default: true },
      { ...other, ...common, is_default: false },
    ]);
  },
};
