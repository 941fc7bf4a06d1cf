import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveCaller } from '../../shared/auth/caller.ts';
import { openApiKeys } from '../../shared/auth/key-check.ts';
import { type Database, openDatabase } from '../../shared/db/pool.ts';
import { findMergeSettings } from '../../shared/db/workspaces.ts';
import { createLog } from '../../shared/log.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { owner } from '../support/pipeline.ts';
import { endAll, run } from './run-command.ts';

let fresh: FreshDatabase;
let api: Database;
let client: pg.Client;
/** As the owner is on Cloud SQL: may write all tables, and is held to the policies like everybody. */
const plainOwner = `owner_${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  fresh = await freshDatabase();
  client = await owner(fresh.url);
  await client.query(`
    create role ${plainOwner};
    grant all on all tables in schema public to ${plainOwner};
    grant all on all sequences in schema public to ${plainOwner}`);
  api = openDatabase({ url: fresh.url, role: 'wellspring_api', poolSize: 1 });
});
afterAll(async () => {
  await endAll();
  await api.close();
  await client.query(`drop owned by ${plainOwner}; drop role ${plainOwner}`);
  await client.end();
  await fresh.drop();
});

const workspace = (...args: string[]) =>
  run('workspace.ts', args, { DATABASE_URL: `${fresh.url}?options=-c%20role%3D${plainOwner}` });

const callerWith = async (key: string) => {
  const apiKeys = openApiKeys({ database: api, log: createLog({ level: 'silent' }) });
  try {
    return await resolveCaller(api, await apiKeys.prove(key), { writes: true });
  } finally {
    await apiKeys.close();
  }
};

test('the first workspace has an owner, a key that acts as them, and a company of its own', async () => {
  const { code, stdout } = await workspace(
    '--name',
    'Atelier, Boréal',
    '--country',
    'FR',
    '--person',
    'Ada de Vries',
  );

  expect(code).toBe(0);
  const { key, ...ids } = JSON.parse(stdout) as { key: string; workspace_id: string; person_id: string };
  const caller = await callerWith(key);
  expect(caller).toMatchObject({ role: 'owner', workspaceId: ids.workspace_id, personId: ids.person_id });
  const settings = await api.inWorkspace(caller.workspacePk, (db) =>
    db.one(findMergeSettings({ workspacePk: caller.workspacePk })),
  );
  expect(settings.own_company_pk).not.toBeNull();
});

test('a key that was made elsewhere is known by its hash only, and making it twice changes nothing', async () => {
  const { stdout } = await run('workspace.ts', ['--make-key'], {});
  const [id = '', prefix = '', hash = '', key = ''] = stdout.trimEnd().split('\t');
  const make = () => workspace('--name', 'W', '--id', id, '--key-prefix', prefix, '--key-hash', hash);

  const first = await make();
  const second = await make();

  expect([first.code, second.code]).toEqual([0, 0]);
  expect(second.stderr).toContain('is there already');
  expect(await callerWith(key)).toMatchObject({ workspaceId: id });
  for (const { stdout, stderr } of [first, second]) expect(stdout + stderr).not.toContain(key.slice(16));
});

test('what it lacks is said in a sentence', async () => {
  const said = async (...args: string[]) => (await workspace(...args)).stderr.trim();

  expect(await said()).toMatch(/--name is missing/);
  expect(await said('--name', 'W', '--country', 'france')).toMatch(/--country is two capital letters/);
  expect(await said('--name', 'W', '--key-hash', 'h')).toMatch(/go together/);
});
