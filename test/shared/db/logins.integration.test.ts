import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../../shared/config.ts';
import { makeLogins, scramVerifier } from '../../../shared/db/logins.ts';
import { openDatabase } from '../../../shared/db/pool.ts';
import { sql } from '../../../shared/db/sql.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { insertWorkspace } from '../../support/factories.ts';
import { owner } from '../../support/pipeline.ts';

const suffix = randomUUID().slice(0, 8);
const nameOf = (who: string) => `${who}_${suffix}`;
// The owner goes last: it gave the others their roles.
const all = ['member', 'extra', 'stranger', 'api', 'worker', 'resolve', 'owner'].map(nameOf);

let fresh: FreshDatabase;
let client: pg.Client;

/** The address of a login, by password. */
const urlOf = (who: string, password: string): string => {
  const url = new URL(fresh.url);
  url.username = nameOf(who);
  url.password = password;
  return url.href;
};
const loginsWith = (password: string) => [
  { setting: 'A', url: urlOf('api', password), roles: ['wellspring_api'] as const },
  { setting: 'W', url: urlOf('worker', password), roles: ['wellspring_worker'] as const },
  { setting: 'R', url: urlOf('resolve', password), roles: ['wellspring_api', 'wellspring_worker'] as const },
];

// As on Cloud SQL: no superuser, and it made the two roles, so that it may give them away.
beforeAll(async () => {
  fresh = await freshDatabase();
  client = await owner(fresh.url);
  await client.query(`create role ${nameOf('owner')} login createrole`);
  await client.query(`grant wellspring_api, wellspring_worker to ${nameOf('owner')} with admin option`);
});
afterAll(async () => {
  await client.query(`drop role if exists ${all.join(', ')}`);
  await client.end();
  await fresh.drop();
});

const verifierOf = async (who: string): Promise<string> => {
  const { rows } = await client.query<{ rolpassword: string }>(
    'select rolpassword from pg_authid where rolname = $1',
    [nameOf(who)],
  );
  return rows[0]?.rolpassword ?? '';
};
const saltOf = (verifier: string) => Buffer.from(verifier.split(/[:$]/)[2] ?? '', 'base64');

test('three logins are made by an owner who is no superuser, and a changed password is theirs with the next run', async () => {
  const ownerUrl = urlOf('owner', 'o');

  expect(await makeLogins(ownerUrl, loginsWith('first'))).toEqual(['api', 'worker', 'resolve'].map(nameOf));
  const first = await verifierOf('api');
  await makeLogins(ownerUrl, loginsWith('second'));
  const second = await verifierOf('api');

  expect(first).toBe(scramVerifier('first', saltOf(first)));
  expect(second).toBe(scramVerifier('second', saltOf(second)));
});

test('the server keeps the same of a password that it is given itself', async () => {
  const password = "it's a 'pass%word";
  await client.query(`create role ${nameOf('stranger')} password '${password.replaceAll("'", "''")}'`);

  const kept = await verifierOf('stranger');

  expect(kept).toBe(scramVerifier(password, saltOf(kept)));
  expect(() => scramVerifier('pässword')).toThrow('printable ASCII');
});

test('a login through the socket of Cloud SQL has its role, no other, and no way around the policies', async () => {
  await makeLogins(urlOf('owner', 'o'), loginsWith('third'));
  await insertWorkspace(client);
  const { hostname, port } = new URL(fresh.url);
  const folder = await mkdtemp(join(tmpdir(), 'ws-'));
  const place = join(folder, 'p:r:i');
  await mkdir(place);
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on('error', () => end.destroy());
  }).listen(join(place, '.s.PGSQL.5432'));
  await once(proxy, 'listening');
  const { pathname } = new URL(fresh.url);
  const config = readConfig({
    DATABASE_URL: `postgres://${nameOf('api')}:third@${encodeURIComponent(place)}${pathname}`,
  });
  const Row = z.strictObject({ role: z.string(), login: z.string(), rows: z.number(), may_own: z.boolean() });
  const look = sql.type(Row)`
    select current_user::text as role, session_user::text as login, (select count(*)::int from workspaces) as rows,
      pg_has_role(session_user, (select relowner from pg_class where oid = 'workspaces'::regclass), 'member') as may_own`;
  const database = openDatabase({ url: config.DATABASE_URL, role: 'wellspring_api', poolSize: 1 });
  const other = openDatabase({ url: config.DATABASE_URL, role: 'wellspring_worker', poolSize: 1 });
  const bare = openDatabase({ url: config.DATABASE_URL, poolSize: 1 });
  try {
    const row = await database.connect((db) => db.one(look));

    expect(row).toEqual({ role: 'wellspring_api', login: nameOf('api'), rows: 0, may_own: false });
    await expect(other.connect((db) => db.one(look))).rejects.toThrow();
    // By itself it may not even look.
    await expect(bare.connect((db) => db.one(look))).rejects.toThrow('permission denied');
  } finally {
    for (const each of [database, other, bare]) await each.close();
    proxy.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a login that could do more is refused, and nothing is changed', async () => {
  await client.query(
    `create role ${nameOf('extra')}; create role ${nameOf('member')} in role ${nameOf('extra')}`,
  );
  const wanted = (url: string) => [
    { setting: 'NEW', url: urlOf('new', 'x'), roles: ['wellspring_api'] as const },
    { setting: 'BAD', url, roles: ['wellspring_api'] as const },
  ];
  const make = (url: string) => makeLogins(urlOf('owner', 'o'), wanted(url));

  await expect(make(urlOf('owner', 'x'))).rejects.toThrow(`BAD: ${nameOf('owner')} may do more`);
  await expect(make(urlOf('member', 'x'))).rejects.toThrow(`is a member of ${nameOf('extra')}`);
  await expect(make(urlOf('new', 'y'))).rejects.toThrow('NEW and BAD name the same login');
  await expect(make(urlOf('nobody', ''))).rejects.toThrow('BAD has no name or no password');
  await expect(make('nowhere')).rejects.toThrow('BAD is not an address');
  const { rows } = await client.query('select from pg_roles where rolname = $1', [nameOf('new')]);
  expect(rows).toEqual([]);
});
