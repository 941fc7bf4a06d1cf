import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeApiKey } from '../../shared/auth/api-key.ts';
import { type DoorRequest, doorRequests, insertTenant, type Tenant } from './door-requests.ts';
import { doorEntries as entries, startEveryDoor } from './every-door.ts';
import type { Answered, TestCaller } from './start-doors.ts';

// Who may do what, for every door of the catalogue, as it is put together when deployed.

const rowOf = (name: string) => {
  const row = doorRequests[name];
  if (!row) throw new Error(`test/functions/door-requests.ts has no row for ${name}`);
  return row;
};

let doors: Awaited<ReturnType<typeof startEveryDoor>>;
let there: Tenant;

beforeAll(async () => {
  doors = await startEveryDoor();
  there = await insertTenant(doors.client);
});
afterAll(() => doors.close());

const initOf = ({ method, body }: DoorRequest): RequestInit => {
  if (body === undefined) return { method };
  if (body instanceof FormData) return { method, body };
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
};
const ask = (by: TestCaller, request: DoorRequest, search = '') =>
  doors.call(by, withSearch(request.path, search), initOf(request));
const withSearch = (path: string, search: string) =>
  search === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${search}`;

/** All of an answer that a caller could tell another one by; only the id asked for is taken out. */
const without = (id: string, { status, headers, body }: Answered) => ({
  status,
  headers: [...headers].filter(([name]) => !/^(date|traceparent|x-request-id|ratelimit.*)$/.test(name)),
  body: JSON.stringify(body ?? null)
    .replaceAll(id, '<id>')
    .replace(/"(trace_id|log_id)":"[^"]*"/g, '"$1":"<trace>"'),
});

test('the table has a row for each door', () => {
  expect(Object.keys(doorRequests).sort()).toEqual(entries.map(({ name }) => name).sort());
});

describe.each(entries)('$name', ({ name, method, route }) => {
  const { allowed, legal, places } = rowOf(name);

  test('answers 401 without a token, or with one that proves nothing', async () => {
    const request = await legal(there);
    const url = `${doors.origin}${request.path}`;
    const key = makeApiKey().text;

    for (const authorization of [undefined, 'Bearer e30.e30.e30', `Bearer ${key}`]) {
      const init = initOf(request);
      const headers = { ...init.headers, ...(authorization ? { authorization } : {}) };
      const response = await fetch(url, { ...init, headers });

      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await response.json()).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    }
  });

  test('answers 403 to who is no member, there or anywhere', async () => {
    const here = await insertTenant(doors.client);
    const request = await legal(here);
    const stranger = { subject: randomUUID() };
    const absent = randomUUID();
    const { workspaceId } = there.member;

    const nowhere = await ask(stranger, request);
    const foreign = await ask(here.member, request, `workspaceId=${workspaceId}`);
    const missing = await ask(here.member, request, `workspaceId=${absent}`);

    expect([nowhere.status, nowhere.body.code]).toEqual([403, 'FORBIDDEN']);
    expect([foreign.status, foreign.body.code]).toEqual([403, 'FORBIDDEN']);
    expect(without(workspaceId, foreign)).toEqual(without(absent, missing));
  });

  test(`is for ${allowed === 'guest' ? 'every member' : `each ${allowed} and above`}`, async () => {
    const roles = ['guest', 'member', 'admin', 'owner'];
    const may: Record<string, boolean> = {};
    for (const role of roles) {
      const caller = await insertTenant(doors.client, role);
      may[role] = (await ask(caller.member, await legal(caller))).status < 300;
    }

    expect(may).toEqual(Object.fromEntries(roles.map((role, at) => [role, at >= roles.indexOf(allowed)])));
    if (method !== 'GET') expect(allowed).not.toBe('guest');
  });

  test('names each place where an id stands', () => {
    expect('path' in places).toBe(route.includes(':id'));
  });

  test.each(Object.entries(places))(
    'tells nobody by %s whether an id is there',
    async (_place, { thing, ask: askFor, missing = 404 }) => {
      const here = await insertTenant(doors.client);
      const [absent, foreign, own] = [randomUUID(), await there[thing](), await here[thing]()];

      const nothing = await ask(here.member, await askFor(absent, here));
      const theirs = await ask(here.member, await askFor(foreign, here));
      const mine = await ask(here.member, await askFor(own, here));

      expect(nothing.status).toBe(missing);
      expect(without(foreign, theirs)).toEqual(without(absent, nothing));
      expect(without(own, mine)).not.toEqual(without(absent, nothing));
    },
  );
});

test('a token in the query is no token, and beside one in the header an unknown parameter', async () => {
  const path = `/v1/collects?access_token=${makeApiKey().text}`;

  const alone = await fetch(`${doors.origin}${path}`);
  const { status, body } = await doors.call(there.member, path);

  expect(alone.status).toBe(401);
  expect([status, body.details]).toEqual([
    400,
    { path: 'query.access_token', issue: expect.stringMatching(/^unknown parameter/) },
  ]);
});

test('nothing of the other tenant was changed by all of that', async () => {
  const { workspacePk } = there.member;
  for (const table of ['api_keys', 'collects', 'enrichment_tasks', 'custom_columns', 'invoices', 'tasks']) {
    const { rows } = await doors.client.query(
      `select count(*)::int as made, count(*) filter (where updated_at <> created_at or deleted_at is not null)::int as changed
       from ${table} where workspace_pk = $1`,
      [workspacePk],
    );
    expect([table, rows[0].changed]).toEqual([table, 0]);
  }
  expect(JSON.stringify(doors.lines)).not.toMatch(/eyJ|wsk_|access_token/);
});
