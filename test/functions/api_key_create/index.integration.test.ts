import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiKeyCreate } from '../../../functions/api_key_create/index.ts';
import { apiKeyDelete } from '../../../functions/api_key_delete/index.ts';
import { apiKeyList } from '../../../functions/api_key_list/index.ts';
import { collectCreate } from '../../../functions/collect_create/index.ts';
import { documentCreate } from '../../../functions/document_create/index.ts';
import { makeApiKey } from '../../../shared/auth/api-key.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import { insertMember, insertWorkspace, type Member, startDoors, type TestCaller } from '../start-doors.ts';

let doors: Awaited<ReturnType<typeof startDoors>>;
let owner: Member;

beforeAll(async () => {
  doors = await startDoors({
    api_key_create: (host) => serveEndpoint(apiKeyCreate, host),
    api_key_delete: (host) => serveEndpoint(apiKeyDelete, host),
    api_key_list: (host) => serveEndpoint(apiKeyList, host),
    collect_create: (host) => serveEndpoint(collectCreate, host),
    document_create: (host) => serveEndpoint(documentCreate, host),
  });
  owner = await insertMember(doors.client, { role: 'owner' });
});
afterAll(() => doors.close());

const create = (
  by: TestCaller,
  attributes: object = { name: 'Nightly import' },
  headers: Record<string, string> = {},
) => doors.send('POST', by, '/v1/api-key', { data: { type: 'api_key', attributes } }, headers);

interface MadeKey {
  id: string;
  key: string;
  member: Member;
}

/** A key of a member; an owner of a workspace of their own unless one is given. */
const makeKey = async (parts: { member?: Member; expires_at?: string } = {}): Promise<MadeKey> => {
  const member = parts.member ?? (await insertMember(doors.client, { role: 'owner' }));
  const { expires_at } = parts;
  const { body } = await create(member, { name: 'Import', ...(expires_at ? { expires_at } : {}) });
  return { id: body.data.id, key: body.data.attributes.secret, member };
};

/** Starts a collect, which any member may. */
const use = (by: TestCaller, query = '') =>
  doors.send('POST', by, `/v1/collects${query}`, { data: { type: 'collect' } });
const keysOf = (by: TestCaller, query = '') => doors.call(by, `/v1/api-key${query}`);
const end = (by: TestCaller, id: string) => doors.call(by, `/v1/api-key/${id}`, { method: 'DELETE' });

const stored = async (id: string) =>
  (await doors.client.query('select * from api_keys where api_key_id = $1', [id])).rows[0];

describe('making a key', () => {
  test('answers its secret once and keeps a hash', async () => {
    const { status, body, headers } = await create(owner, {
      name: 'Nightly import',
      expires_at: '2150-01-01T00:00:00+01:00',
    });

    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    const { secret, prefix } = body.data.attributes;
    expect(secret.startsWith(`${prefix}_`)).toBe(true);
    expect(body.data).toMatchObject({
      type: 'api_key',
      attributes: { name: 'Nightly import', expires_at: '2149-12-31T23:00:00.000Z', last_used_at: null },
      relationships: {
        people: { data: { type: 'people', id: owner.personId } },
        workspace: { data: { type: 'workspace', id: owner.workspaceId } },
      },
    });
    expect(JSON.stringify(await stored(body.data.id))).not.toContain(secret.slice(prefix.length + 1));
  });

  test('twice with one Idempotency-Key makes one key, whose secret is not kept to be shown again', async () => {
    const member = await insertMember(doors.client, { role: 'admin' });
    const headers = { 'idempotency-key': randomUUID() };

    const first = await create(member, { name: 'Import' }, headers);
    const again = await create(member, { name: 'Import' }, headers);

    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    const { secret, ...attributes } = first.body.data.attributes;
    expect(again.body.data).toEqual({ ...first.body.data, attributes: { ...attributes, secret: null } });
    const kept = await doors.client.query('select * from idempotency_keys');
    expect(JSON.stringify(kept.rows)).not.toContain(secret);
    expect((await keysOf(member)).body.meta.total).toBe(1);
  });

  test.each([
    ['an end that is over', { name: 'n', expires_at: '2020-01-01T00:00:00Z' }, 'data.attributes.expires_at'],
    ['no name', {}, 'data.attributes.name'],
    ['a prefix of the caller', { name: 'n', prefix: 'wsk_00000000000' }, 'data.attributes.prefix'],
  ])('with %s is a 400', async (_what, attributes, path) => {
    const { status, body } = await create(owner, attributes);

    expect([status, body.details?.path]).toEqual([400, path]);
  });
});

test('owners and admins manage keys with tokens of their own, and nobody else does', async () => {
  const { id, key } = await makeKey({ member: owner });
  const members = await Promise.all(
    ['member', 'guest'].map((role) => insertMember(doors.client, { workspace: owner, role })),
  );

  for (const by of [...members, { key }])
    for (const answer of [await create(by), await keysOf(by), await end(by, id)])
      expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);

  const admin = await insertMember(doors.client, { workspace: owner, role: 'admin' });
  expect((await end(admin, id)).status).toBe(204);
});

test('a deletion under a tag that no key has is undone', async () => {
  const { id, member } = await makeKey();
  const endIf = (tag: string) =>
    doors.call(member, `/v1/api-key/${id}`, { method: 'DELETE', headers: { 'if-match': tag } });

  const refused = await endIf('"another"');

  expect([refused.status, refused.body.code]).toEqual([412, 'PRECONDITION_FAILED']);
  expect((await stored(id)).deleted_at).toBeNull();
  expect((await endIf('*')).status).toBe(204);
});

test('a list shows the live keys of the workspace, newest first, and nothing that proves one', async () => {
  const member = await insertMember(doors.client, { role: 'owner' });
  const [first, gone, last] = [
    await makeKey({ member }),
    await makeKey({ member }),
    await makeKey({ member }),
  ];
  await end(member, gone.id);

  const page = await keysOf(member, '?limit=1');
  const next = await doors.call(member, page.body.links.next);

  expect([...page.body.data, ...next.body.data].map(({ id }) => id)).toEqual([last.id, first.id]);
  expect(page.body.meta).toEqual({ count: 1, total: 2, total_is_exact: true });
  expect(next.body.links.next).toBeNull();
  expect(JSON.stringify(page.body)).not.toMatch(/secret|sha256/);
});

describe('a key', () => {
  test('acts as the member who made it, with their role of the day', async () => {
    const { key, member } = await makeKey();

    const { status, body } = await use({ key });
    await doors.client.query(`update memberships set membership_role = 'guest' where firebase_id = $1`, [
      member.subject,
    ]);

    expect(status).toBe(201);
    expect(body.data.relationships).toMatchObject({
      people: { data: { id: member.personId } },
      workspace: { data: { id: member.workspaceId } },
    });
    expect((await use({ key })).status).toBe(403);
  });

  test('acts in its own workspace, whichever others its member belongs to', async () => {
    const { key, member } = await makeKey();
    const workspace = await insertWorkspace(doors.client, { externalId: randomUUID() });
    await insertMember(doors.client, { subject: member.subject, workspace, isDefault: false });
    const upload = new FormData();
    upload.set('data.attributes.workspace_id', workspace.workspaceId);
    upload.set('file', new Blob(['text']), 'a.txt');

    const answers = [
      await use({ key }, `?workspaceId=${member.workspaceId}`),
      await use({ key }, `?workspaceId=${workspace.workspaceId}`),
      await use({ key }, `?workspaceId=${randomUUID()}`),
      await doors.call({ key }, '/v1/documents', { method: 'POST', body: upload }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([201, 403, 403, 403]);
  });

  const endings: [string, (made: MadeKey) => Promise<unknown>][] = [
    ['it was deleted', ({ id, member }) => end(member, id)],
    [
      'its time was over',
      ({ id }) => doors.client.query(`update api_keys set expires_at = now() where api_key_id = $1`, [id]),
    ],
    [
      'its membership was revoked',
      ({ member }) =>
        doors.client.query('update memberships set deleted_at = now() where firebase_id = $1', [
          member.subject,
        ]),
    ],
    [
      'its membership was suspended',
      ({ member }) =>
        doors.client.query(`update memberships set status = 'pending' where firebase_id = $1`, [
          member.subject,
        ]),
    ],
    [
      'its person was deleted',
      ({ member }) =>
        doors.client.query('update peoples set deleted_at = now() where pk = $1', [member.personPk]),
    ],
    [
      'its workspace was deleted',
      ({ member }) =>
        doors.client.query('update workspaces set deleted_at = now() where pk = $1', [member.workspacePk]),
    ],
  ];
  test.each(endings)('proves nothing from the moment on that %s', async (_what, happen) => {
    const made = await makeKey();
    expect((await use(made)).status).toBe(201);

    await happen(made);

    const { status, body } = await use(made);
    expect([status, body.code, body.message]).toEqual([
      401,
      'UNAUTHORIZED',
      'The API key is not valid here.',
    ]);
  });

  test('stays dead when its member is invited again', async () => {
    const made = await makeKey();
    await doors.client.query('update memberships set deleted_at = now() where firebase_id = $1', [
      made.member.subject,
    ]);
    await doors.client.query(
      `insert into memberships (workspace_pk, person_pk, firebase_id, membership_role, status, is_default)
       values ($1, $2, $3, 'owner', 'active', true)`,
      [made.member.workspacePk, made.member.personPk, made.member.subject],
    );

    expect((await use(made.member)).status).toBe(201);
    expect((await use(made)).status).toBe(401);
  });

  test('is noted as used once an hour, which is no change of it', async () => {
    const made = await makeKey();
    const usedAt = async () => (await stored(made.id)).last_used_at;

    await Promise.all([use(made), use(made), use(made)]);
    await vi.waitFor(async () => expect(await usedAt()).not.toBeNull());
    const first = await usedAt();
    await use(made);
    expect(await usedAt()).toEqual(first);

    await doors.client.query(
      `update api_keys set last_used_at = now() - interval '61 minutes' where api_key_id = $1`,
      [made.id],
    );
    await use(made);
    await vi.waitFor(async () => expect((await usedAt()).getTime()).toBeGreaterThanOrEqual(first.getTime()));
    const { updated_at, created_at } = await stored(made.id);
    expect(updated_at).toEqual(created_at);
  });
});

describe('what is no key is a 401 before its body is read', () => {
  const notJson = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } };
  const stranger = makeApiKey();

  test.each([
    ['one that nobody made', () => stranger.text, /not valid here/],
    [
      'another secret behind a prefix that is there',
      async () => {
        const { key } = await makeKey({ member: owner });
        await doors.client.query('update api_keys set prefix = $1 where prefix = $2', [
          stranger.prefix,
          key.slice(0, stranger.prefix.length),
        ]);
        return stranger.text;
      },
      /not valid here/,
    ],
    ['a mistyped one', async () => (await makeKey({ member: owner })).key.replace(/.$/, '-'), /mistyped/],
    ['a prefix alone', () => stranger.prefix, /mistyped/],
  ])('%s', async (_what, keyOf, message) => {
    const { status, body, headers } = await doors.call({ key: await keyOf() }, '/v1/collects', notJson);

    expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'UNAUTHORIZED', 'Bearer']);
    expect(body.message).toMatch(message);
  });
});

test('no line of the log holds a key, its hash or a token; a line of the access log names the key', async () => {
  const { id, key, member } = await makeKey();
  doors.lines.length = 0;

  await use({ key });
  await use({ key: key.replace(/.$/, '-') });
  await use({ key: makeApiKey().text });
  await use(member);
  await create(member);

  await vi.waitFor(() => expect(doors.lines.filter(({ message }) => message === 'request').length).toBe(5));
  const text = JSON.stringify(doors.lines);
  expect(text).not.toMatch(/wsk_|sha256|eyJ|Bearer/);
  expect(doors.lines.filter(({ api_key_id }) => api_key_id === id)).toHaveLength(1);
});
