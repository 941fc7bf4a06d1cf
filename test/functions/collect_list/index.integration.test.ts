import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collectDelete } from '../../../functions/collect_delete/index.ts';
import { collectList } from '../../../functions/collect_list/index.ts';
import { collectRetrieve } from '../../../functions/collect_retrieve/index.ts';
import { collectUpdate } from '../../../functions/collect_update/index.ts';
import { lockUploadTarget } from '../../../shared/db/collects.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import {
  insertCollectRow,
  insertMember,
  insertProvider,
  insertTask,
  type Member,
  startDoors,
  syncLogsOf,
} from '../start-doors.ts';

// The doors that read collects and take them away, on one database.

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;

beforeAll(async () => {
  doors = await startDoors({
    collect_list: (host) => serveEndpoint(collectList, host),
    collect_retrieve: (host) => serveEndpoint(collectRetrieve, host),
    collect_delete: (host) => serveEndpoint(collectDelete, host),
    collect_update: (host) => serveEndpoint(collectUpdate, host),
  });
});
beforeEach(async () => {
  member = await insertMember(doors.client);
});
afterAll(() => doors.close());

const collect = (parts: Parameters<typeof insertCollectRow>[2] = {}, of = member) =>
  insertCollectRow(doors.client, of, parts);
const get = (path: string, by = member) => doors.call(by, path);
const list = (search = '', by = member) => get(`/v1/collects${search}`, by);
const remove = (id: string, by = member) => doors.call(by, `/v1/collects/${id}`, { method: 'DELETE' });
const idsOf = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id);

/** Collects made at these times, oldest first. */
const madeAt = async (...times: string[]): Promise<string[]> => {
  const { rows } = await doors.client.query<{ collect_id: string }>(
    `insert into collects (workspace_pk, people_pk, created_at)
     select $1, $2, time from unnest($3::timestamptz[]) with ordinality t (time, n) order by n returning collect_id`,
    [member.workspacePk, member.personPk, times],
  );
  return rows.map(({ collect_id }) => collect_id);
};

test('a list holds the documented resources, newest first', async () => {
  const [older = '', newer = ''] = await madeAt('2026-06-02T09:14:58.123456Z', '2026-06-02T09:15:00Z');

  const { status, body } = await list();

  expect(status).toBe(200);
  expect(body).toEqual({
    data: [newer, older].map((id) => ({
      type: 'collect',
      id,
      attributes: {
        collect_id: id,
        provider: null,
        status: 'todo',
        started_at: null,
        ended_at: null,
        created_at: id === older ? '2026-06-02T09:14:58.123Z' : '2026-06-02T09:15:00.000Z',
        updated_at: expect.any(String),
        deleted_at: null,
      },
      relationships: {
        people: { data: { type: 'people', id: member.personId } },
        workspace: { data: { type: 'workspace', id: member.workspaceId } },
        task: { data: null },
      },
    })),
    links: { self: '/v1/collects', next: null },
    meta: { count: 2, total: 2, total_is_exact: true },
  });
  expect(await get(`/v1/collects/${older}`)).toMatchObject({
    status: 200,
    body: { data: body.data[1] },
  });
});

test('a workspace without runs has an empty list', async () => {
  expect((await list()).body).toEqual({
    data: [],
    links: { self: '/v1/collects', next: null },
    meta: { count: 0, total: 0, total_is_exact: true },
  });
});

describe('pages', () => {
  // Times that answers cannot tell apart, and times that nobody can.
  const times = [
    '2026-06-02T09:14:58.123100Z',
    '2026-06-02T09:14:58.123456Z',
    '2026-06-02T09:14:58.123456Z',
    '2026-06-02T09:14:58.123456Z',
    '2026-06-02T09:14:58.123457Z',
    '2026-06-02T09:14:58.123999Z',
    '2026-06-02T09:14:59Z',
  ];
  const walk = async (first: string, between: (seen: string[]) => Promise<unknown> = async () => {}) => {
    const seen: string[] = [];
    const metas: unknown[] = [];
    for (let next: string | null = `/v1/collects?${first}`; next !== null; ) {
      const { status, body } = await get(next);
      expect(status).toBe(200);
      expect(body.links.self).toBe(next.replaceAll('[', '%5B').replaceAll(']', '%5D'));
      seen.push(...idsOf({ body }));
      metas.push(body.meta);
      await between(seen);
      next = body.links.next;
    }
    return { seen, metas };
  };

  test.each(['limit=3', 'page[size]=2', 'limit=7'])('of %s show every run once', async (spelling) => {
    const ids = await madeAt(...times);

    expect((await walk(`${spelling}&sort=created_at`)).seen).toEqual(ids);
    expect((await walk(spelling)).seen).toEqual(ids.toReversed());
  });

  test('say how many there are', async () => {
    await madeAt(...times);

    expect((await walk('limit=4')).metas).toEqual([
      { count: 4, total: 7, total_is_exact: true },
      { count: 3, total: 7, total_is_exact: true },
    ]);
  });

  test('go on where they were, though runs came and went', async () => {
    const ids = await madeAt(...times);

    const { seen } = await walk('limit=3', async ([, , last = '', fourth]) => {
      if (fourth !== undefined) return;
      await remove(last);
      await madeAt('2026-06-03T00:00:00Z');
    });

    expect(seen).toEqual(ids.toReversed());
  });

  test('keep the workspace, the filters and the rest of the query', async () => {
    await madeAt(...times);
    const search = `?filter[status]=todo&include=task&limit=2&workspaceId=${member.workspaceId}`;

    const { body } = await list(search);

    const next = new URL(body.links.next, doors.origin).searchParams;
    expect(next.get('cursor')).toBeTruthy();
    next.delete('cursor');
    expect(Object.fromEntries(next)).toEqual(Object.fromEntries(new URLSearchParams(search)));
  });

  test('do not go on in another list', async () => {
    await madeAt(...times);
    const { body } = await list('?limit=2');
    const cursor = new URL(body.links.next, doors.origin).searchParams.get('cursor');

    const answers = await Promise.all([
      list(`?limit=2&cursor=${cursor}&sort=created_at`),
      list(`?limit=2&cursor=${cursor}&filter[status]=todo`),
    ]);

    for (const { status, body } of answers)
      expect([status, body.code, body.details.path]).toEqual([
        400,
        'SCHEMA_VALIDATION_ERROR',
        'query.cursor',
      ]);
  });

  test('also answer at the name of the function', async () => {
    await madeAt(...times);

    const { body } = await get('/collect_list?limit=5');
    const { body: second } = await get(body.links.next);

    expect([...idsOf({ body }), ...idsOf({ body: second })]).toHaveLength(7);
  });
});

test('filters narrow a list and its total', async () => {
  const taskId = await insertTask(doors.client, member.workspacePk);
  const task = [
    await collect({ provider: 'popup' }),
    await collect({ provider: 'linkedin', status: 'in_progress' }),
    await collect({ provider: 'popup', status: 'error' }),
    await collect({ status: 'finalized' }),
  ];
  await doors.client.query(
    `update collects set task_pk = (select pk from tasks where task_id = $1) where collect_id = $2`,
    [taskId, task[1]],
  );
  const { rows } = await doors.client.query<{ at: Date }>(
    'select created_at as at from collects where collect_id = $1',
    [task[2]],
  );
  const at = rows[0]?.at.toISOString() ?? '';
  const found = async (search: string) => {
    const answer = await list(`?sort=created_at&${search}`);
    const ids = idsOf(answer).map((id) => task.indexOf(id));
    expect(answer.body.meta).toMatchObject({ count: ids.length, total: ids.length });
    return ids;
  };

  expect(await found('filter[status]=todo')).toEqual([0]);
  expect(await found('filter[status]=error,in_progress')).toEqual([1, 2]);
  expect(await found('filter[provider]=popup')).toEqual([0, 2]);
  expect(await found('filter[provider]=popup,linkedin&filter[status]=in_progress,todo')).toEqual([0, 1]);
  expect(await found('filter[provider]=nobody')).toEqual([]);
  expect(await found(`filter[task]=${taskId}`)).toEqual([1]);
  expect(await found(`filter[task]=${randomUUID()}`)).toEqual([]);
  expect(await found('filter[created_at][lt]=2026-01-01')).toEqual([]);
  // A time read from an answer finds its own row.
  expect(await found(`filter[created_at][gte]=${at}`)).toEqual(expect.arrayContaining([2, 3]));
});

test.each([
  ['filter[colour]=red', 'query.filter[colour]'],
  ['filter[provider]=%00', 'query.filter[provider]'],
  ['fields[collect]=pk', 'query.fields[collect]'],
])('%s is a 400 that names it', async (search, path) => {
  const { status, body } = await list(`?${search}`);

  expect([status, body.code, body.details.path]).toEqual([400, 'SCHEMA_VALIDATION_ERROR', path]);
});

describe('what a caller chooses', () => {
  test('is all that the resources show', async () => {
    const id = await collect({ provider: 'popup' });
    const search = '?fields[collect]=provider,people&fields[people]=full_name&include=people';

    const expected = {
      type: 'collect',
      id,
      attributes: { provider: 'popup' },
      relationships: { people: { data: { type: 'people', id: member.personId } } },
    };
    const included = [{ type: 'people', id: member.personId, attributes: { full_name: 'A Person' } }];
    expect((await list(search)).body).toMatchObject({ data: [expected], included });
    expect((await get(`/v1/collects/${id}${search}`)).body).toEqual({ data: expected, included });
  });

  test('comes along once', async () => {
    const taskId = await insertTask(doors.client, member.workspacePk);
    const ids = [await collect(), await collect()];
    await doors.client.query(
      `update collects set task_pk = (select pk from tasks where task_id = $1) where collect_id = any($2)`,
      [taskId, ids],
    );

    const { body } = await list('?include=people,workspace,task');

    expect(body.included).toMatchObject([
      { type: 'people', id: member.personId, attributes: { person_id: member.personId, job_title: null } },
      { type: 'workspace', id: member.workspaceId, attributes: { name: 'Workspace' } },
      { type: 'task', id: taskId, attributes: { title: 'Fetch invoices', status: 'open' } },
    ]);
    expect(body.included).toHaveLength(3);
  });

  test('may be nothing', async () => {
    const id = await collect();

    expect((await get(`/v1/collects/${id}?include=task`)).body).toMatchObject({ included: [] });
    expect((await list('?include=')).body).toMatchObject({ included: [] });
  });
});

test('a tag that was read is the one that a change needs, also of a part', async () => {
  const id = await collect();
  const whole = (await get(`/v1/collects/${id}`)).headers.get('etag') ?? '';
  const part = (await get(`/v1/collects/${id}?fields[collect]=status`)).headers.get('etag');
  const removeIf = (tag: string) =>
    doors.call(member, `/v1/collects/${id}`, { method: 'DELETE', headers: { 'if-match': tag } });

  expect(part).toBe(whole);
  expect((await get(`/v1/collects/${id}?include=people`)).headers.get('etag')).toBeNull();
  expect((await removeIf('"another"')).status).toBe(412);
  expect((await removeIf(whole)).status).toBe(204);
});

describe('nobody sees', () => {
  const hidden = {
    'a run of another workspace': async () => collect({}, await insertMember(doors.client)),
    'a legacy run without a workspace': () => collect({ legacy: true }),
    'a deleted run': () => collect({ deleted: true }),
  };

  test.each(Object.entries(hidden))('%s, which looks like no run at all', async (_what, insert) => {
    const id = await insert();
    const absent = randomUUID();
    const plain = ({ status, body }: { status: number; body: object }) =>
      JSON.stringify([status, { ...body, meta: null }]).replaceAll(absent, id);
    const before = (await doors.client.query('select * from collects where collect_id = $1', [id])).rows;

    expect(plain(await get(`/v1/collects/${id}`))).toBe(plain(await get(`/v1/collects/${absent}`)));
    expect(plain(await remove(id))).toBe(plain(await remove(absent)));
    expect((await get(`/v1/collects/${id}`)).body.code).toBe('COLLECT_NOT_FOUND');
    expect((await list('?limit=500')).body).toMatchObject({ data: [], meta: { total: 0 } });
    expect((await doors.client.query('select * from collects where collect_id = $1', [id])).rows).toEqual(
      before,
    );
  });

  test('the runs of a second workspace, unless the query names it', async () => {
    const second = await insertMember(doors.client, { subject: member.subject, isDefault: false });
    const id = await collect({}, second);

    expect(idsOf(await list())).toEqual([]);
    expect(idsOf(await list(`?workspaceId=${second.workspaceId}`))).toEqual([id]);
  });
});

describe('a run that is deleted', () => {
  test('is gone for everyone, also while it is running, and leaves no line in the sync log', async () => {
    const { slug } = await insertProvider(doors.client, member.workspacePk, ['enabled']);
    const id = await collect({ status: 'in_progress', provider: slug });

    const { status, body } = await remove(id);

    expect([status, body]).toEqual([204, undefined]);
    const patched = await doors.send('PATCH', member, `/v1/collects/${id}`, {
      data: { type: 'collect', attributes: { status: 'finalized' } },
    });
    const upload = await doors.database.inWorkspace(member.workspacePk, (db) =>
      db.maybeOne(lockUploadTarget({ workspacePk: member.workspacePk, collectId: id })),
    );
    expect([(await get(`/v1/collects/${id}`)).status, patched.status, (await remove(id)).status]).toEqual([
      404, 404, 404,
    ]);
    expect(upload).toBeNull();
    expect(idsOf(await list())).toEqual([]);
    expect(await syncLogsOf(doors.client, id)).toEqual([]);
    const { rows } = await doors.client.query(
      'select status, deleted_at is not null as deleted from collects where collect_id = $1',
      [id],
    );
    expect(rows).toEqual([{ status: 'in_progress', deleted: true }]);
  });

  test.each(['/v1/collects/7', '/collect_delete'])('needs an id: %s', async (path) => {
    expect(await doors.call(member, path, { method: 'DELETE' })).toMatchObject({
      status: 400,
      body: { details: { path: 'params.id' } },
    });
  });
});
