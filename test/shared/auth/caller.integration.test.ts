import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveCaller as resolve, type WantedWorkspace } from '../../../shared/auth/caller.ts';
import { type Database, openDatabase } from '../../../shared/db/pool.ts';
import { HttpProblem } from '../../../shared/errors.ts';
import { insertMember, insertWorkspace } from '../../functions/start-doors.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { owner } from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let client: pg.Client;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  client = await owner(fresh.url);
  database = openDatabase({ url: fresh.url, role: 'wellspring_api' });
});
afterAll(async () => {
  await database.close();
  await client.end();
  await fresh.drop();
});

const resolveCaller = (subject: string, wanted?: WantedWorkspace, { writes = false } = {}) =>
  resolve(database, { kind: 'user', subject }, { wanted, writes });

const refusal = async (subject: string, wanted?: WantedWorkspace) => {
  const problem = await resolveCaller(subject, wanted).then(
    (caller) => caller,
    (error: unknown) => error,
  );
  return problem instanceof HttpProblem ? `${problem.status} ${problem.code}` : problem;
};

test('a member is their person in their default workspace', async () => {
  const member = await insertMember(client, { role: 'guest' });
  await insertMember(client, { subject: member.subject, isDefault: false });

  const caller = await resolveCaller(member.subject);

  expect(caller).toEqual({
    principal: { kind: 'user', subject: member.subject },
    workspacePk: member.workspacePk,
    workspaceId: member.workspaceId,
    membershipPk: expect.any(Number),
    peoplePk: member.personPk,
    personId: member.personId,
    role: 'guest',
  });
});

describe('another workspace of the caller', () => {
  test('is reached by its id, whatever the case of its letters', async () => {
    const first = await insertMember(client);
    const second = await insertMember(client, { subject: first.subject, isDefault: false });

    for (const id of [second.workspaceId, second.workspaceId.toUpperCase()])
      expect(await resolveCaller(first.subject, id)).toMatchObject({
        workspaceId: second.workspaceId,
        personId: second.personId,
      });
  });

  test('is reached by the key of the integrator', async () => {
    const first = await insertMember(client);
    const externalId = `customer-${randomUUID()}`;
    const workspace = await insertWorkspace(client, { externalId });
    await insertMember(client, { subject: first.subject, workspace, isDefault: false });

    expect(await resolveCaller(first.subject, { externalId })).toMatchObject(workspace);
  });
});

test('the only membership counts without being the default one', async () => {
  const member = await insertMember(client, { isDefault: false });

  expect(await resolveCaller(member.subject)).toMatchObject({ workspaceId: member.workspaceId });
});

test('one transaction is enough', async () => {
  const member = await insertMember(client);
  const opened: string[] = [];
  const onlyAsCaller: Database = {
    ...database,
    asCaller: (subject, work) => {
      opened.push(subject);
      return database.asCaller(subject, work);
    },
    inWorkspace: () => Promise.reject(new Error('a second transaction')),
  };

  await resolve(onlyAsCaller, { kind: 'user', subject: member.subject }, { writes: true });

  expect(opened).toEqual([member.subject]);
});

test('an API key was found with its member, so nothing more is asked', async () => {
  const nobody = () => Promise.reject(new Error('a statement'));
  const silent: Database = { ...database, asCaller: nobody, asKey: nobody, inWorkspace: nobody };
  const membership = {
    ...{ workspace_pk: 1, workspace_id: randomUUID(), external_workspace_id: 'ours', membership_pk: 2 },
    ...{ person_pk: 3, person_id: randomUUID(), is_person_deleted: false, is_default: true },
    role: 'member' as const,
  };
  const key = { kind: 'key' as const, apiKeyId: randomUUID(), membership };

  for (const wanted of [undefined, membership.workspace_id, { externalId: 'ours' }])
    expect(await resolve(silent, key, { wanted, writes: true })).toMatchObject({
      peoplePk: 3,
      principal: key,
    });
  for (const wanted of [randomUUID(), { externalId: 'theirs' }])
    await expect(resolve(silent, key, { wanted, writes: false })).rejects.toMatchObject({ status: 403 });
});

describe('a 403 answers', () => {
  test('a guest who wants to write', async () => {
    const guest = await insertMember(client, { role: 'guest' });

    await expect(resolveCaller(guest.subject, undefined, { writes: true })).rejects.toMatchObject({
      status: 403,
    });
  });

  test('a subject without a membership', async () => {
    expect(await refusal(randomUUID())).toBe('403 FORBIDDEN');
  });

  test('several memberships of which none is the default', async () => {
    const member = await insertMember(client, { isDefault: false });
    await insertMember(client, { subject: member.subject, isDefault: false });

    expect(await refusal(member.subject)).toBe('403 FORBIDDEN');
  });

  test('a workspace of others and one that does not exist', async () => {
    const member = await insertMember(client);
    const other = await insertMember(client);

    for (const wanted of [other.workspaceId, randomUUID(), { externalId: 'nobody' }])
      expect(await refusal(member.subject, wanted)).toBe('403 FORBIDDEN');
  });

  test.each([
    ['pending', { status: 'pending' }],
    ['revoked', { deleted: true }],
  ] as const)('a membership that is %s', async (_what, parts) => {
    const member = await insertMember(client, parts);

    expect(await refusal(member.subject)).toBe('403 FORBIDDEN');
    expect(await refusal(member.subject, member.workspaceId)).toBe('403 FORBIDDEN');
  });

  test('a workspace that was deleted', async () => {
    const member = await insertMember(client);
    await client.query('update workspaces set deleted_at = now() where pk = $1', [member.workspacePk]);

    expect(await refusal(member.subject)).toBe('403 FORBIDDEN');
  });

  test('a person that was deleted', async () => {
    const member = await insertMember(client);
    await client.query('update peoples set deleted_at = now() where pk = $1', [member.personPk]);

    expect(await refusal(member.subject)).toBe('403 FORBIDDEN');
  });
});
