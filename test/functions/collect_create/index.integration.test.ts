import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { collectCreate } from '../../../functions/collect_create/index.ts';
import { sql } from '../../../shared/db/sql.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import {
  insertMember,
  insertProvider,
  insertTask,
  type Member,
  startDoors,
  syncLogsOf,
} from '../start-doors.ts';

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;

beforeAll(async () => {
  doors = await startDoors({ collect_create: (host) => serveEndpoint(collectCreate, host) });
});
beforeEach(async () => {
  member = await insertMember(doors.client);
});
afterAll(() => doors.close());

const create = (
  attributes: unknown,
  {
    data = {},
    headers = {},
    path = '/v1/collects',
    by = member,
  }: {
    data?: object;
    headers?: Record<string, string>;
    path?: string;
    by?: Pick<Member, 'subject'>;
  } = {},
) => doors.send('POST', by, path, { data: { type: 'collect', attributes, ...data } }, headers);

const countCollects = async (workspacePk = member.workspacePk) =>
  (await doors.client.query('select from collects where workspace_pk = $1', [workspacePk])).rowCount;

const isoMilliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('the answer', () => {
  test('is the documented resource, key by key', async () => {
    const { status, body, headers } = await create({ provider: 'linkedin' });

    expect(status).toBe(201);
    const { attributes } = body.data;
    expect(body).toEqual({
      data: {
        type: 'collect',
        id: attributes.collect_id,
        attributes: {
          collect_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          provider: 'linkedin',
          status: 'todo',
          started_at: null,
          ended_at: null,
          created_at: expect.stringMatching(isoMilliseconds),
          updated_at: expect.stringMatching(isoMilliseconds),
          deleted_at: null,
        },
        relationships: {
          people: { data: { type: 'people', id: member.personId } },
          workspace: { data: { type: 'workspace', id: member.workspaceId } },
          task: { data: null },
        },
      },
    });
    expect(Object.keys(attributes)).toEqual([
      'collect_id',
      'provider',
      'status',
      'started_at',
      'ended_at',
      'created_at',
      'updated_at',
      'deleted_at',
    ]);
    expect(headers.get('location')).toBe(`/v1/collects/${attributes.collect_id}`);
  });

  test('comes from the role of the API, which row level security binds', async () => {
    const Role = z.strictObject({ name: z.string(), free: z.boolean() });

    const role = await doors.database.connect((db) =>
      db.one(sql.type(Role)`
        select rolname as name, rolbypassrls or rolsuper as free
        from pg_roles
        where rolname = current_user`),
    );

    expect(role).toEqual({ name: 'wellspring_api', free: false });
  });

  test('is the same at the name of the function and for the plural type', async () => {
    const answer = await create({}, { path: '/collect_create', data: { type: 'collects' } });

    expect(answer.status).toBe(201);
    expect(answer.body.data.type).toBe('collect');
  });
});

describe('the first status', () => {
  test('in_progress starts by the clock of the database', async () => {
    const { body } = await create({ status: 'in_progress' });

    expect(body.data.attributes).toMatchObject({ status: 'in_progress', ended_at: null });
    expect(body.data.attributes.started_at).toMatch(isoMilliseconds);
    expect(body.data.attributes.started_at >= body.data.attributes.created_at).toBe(true);
  });

  test.each([
    ['finalized', 'success'],
    ['error', 'error'],
  ])('%s is a run that is over: it has an end and its line in the sync log', async (status, logged) => {
    const { slug } = await insertProvider(doors.client, member.workspacePk, ['enabled']);

    const answer = await create({ status, provider: slug });

    expect(answer.status).toBe(201);
    expect(answer.body.data.attributes).toMatchObject({ status, started_at: null });
    expect(answer.body.data.attributes.ended_at).toMatch(isoMilliseconds);
    const logs = await syncLogsOf(doors.client, answer.body.data.id);
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatchObject({ status: logged, duration_ms: null });
  });

  test('a run that is over without a connector leaves a warning instead of a line', async () => {
    const { body } = await create({ status: 'error', provider: 'popup' });

    expect(await syncLogsOf(doors.client, body.data.id)).toEqual([]);
    expect(doors.lines).toContainEqual(
      expect.objectContaining({ severity: 'WARNING', collect_id: body.data.id }),
    );
  });
});

describe('the triggering task', () => {
  const relationships = (id: string) => ({ relationships: { task: { data: { type: 'task', id } } } });

  test('is linked when it is of the workspace', async () => {
    const taskId = await insertTask(doors.client, member.workspacePk);

    const { status, body } = await create({}, { data: relationships(taskId) });

    expect(status).toBe(201);
    expect(body.data.relationships.task).toEqual({ data: { type: 'task', id: taskId } });
  });

  test('of another workspace is answered like one that does not exist', async () => {
    const other = await insertMember(doors.client);
    const foreign = await insertTask(doors.client, other.workspacePk);

    for (const id of [foreign, randomUUID()]) {
      const { status, body } = await create({}, { data: relationships(id) });
      expect([status, body.code]).toEqual([404, 'TASK_NOT_FOUND']);
    }
    expect(await countCollects()).toBe(0);
  });
});

describe('what a client may not say', () => {
  test.each([
    ['collect_id', { collect_id: randomUUID() }],
    ['created_at', { created_at: '2026-01-01T00:00:00.000Z' }],
    ['deleted_at', { deleted_at: null }],
    ['started_at', { started_at: '2026-01-01T00:00:00.000Z' }],
    ['workspace_id', { workspace_id: randomUUID() }],
    ['status', { status: 'done' }],
    ['provider', { provider: 'x'.repeat(256) }],
    ['provider', { provider: 'with\u0000zero' }],
    ['provider', { provider: '' }],
  ])('the attribute %s of %j', async (name, attributes) => {
    const { status, body } = await create(attributes);

    expect([status, body.code, body.details.path]).toEqual([
      400,
      'SCHEMA_VALIDATION_ERROR',
      `data.attributes.${name}`,
    ]);
    expect(await countCollects()).toBe(0);
  });

  test.each([
    ['data.relationships.people', { relationships: { people: { data: null } } }],
    ['data.relationships.workspace', { relationships: { workspace: { data: null } } }],
    ['data.relationships.task.data.id', { relationships: { task: { data: { type: 'task', id: '7' } } } }],
  ])('%s', async (path, data) => {
    const { status, body } = await create({}, { data });

    expect([status, body.details.path]).toEqual([400, path]);
    expect(await countCollects()).toBe(0);
  });

  test.each([
    ['data.id', { id: randomUUID() }, 403],
    ['data.type', { type: 'enrichment_task' }, 409],
  ])('%s is refused as JSON:API says', async (path, data, expected) => {
    const { status, body } = await create({}, { data });

    expect([status, body.details.path]).toEqual([expected, path]);
    expect(await countCollects()).toBe(0);
  });
});

describe('the workspace', () => {
  test('is the default one unless the query names another of the caller', async () => {
    const second = await insertMember(doors.client, { subject: member.subject, isDefault: false });

    const first = await create({});
    const other = await create({}, { path: `/v1/collects?workspaceId=${second.workspaceId}` });

    expect(first.body.data.relationships.workspace.data.id).toBe(member.workspaceId);
    expect(other.body.data.relationships.workspace.data.id).toBe(second.workspaceId);
    expect(other.body.data.relationships.people.data.id).toBe(second.personId);
  });

  test('of other people is a 403', async () => {
    const other = await insertMember(doors.client);

    const { status, body } = await create({}, { path: `/v1/collects?workspaceId=${other.workspaceId}` });

    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
    expect(await countCollects(other.workspacePk)).toBe(0);
  });

  test('has to be a UUID', async () => {
    const { status, body } = await create({}, { path: '/v1/collects?workspaceId=mine' });

    expect([status, body.details.path]).toEqual([400, 'query.workspaceId']);
  });
});

describe('an Idempotency-Key', () => {
  const keyed = (attributes: object, key: string, by?: Member) =>
    create(attributes, { headers: { 'idempotency-key': key }, ...(by ? { by } : {}) });

  test('makes one row of a request that is sent twice, and the same answer', async () => {
    const key = randomUUID();

    const first = await keyed({ provider: 'popup' }, key);
    const second = await keyed({ provider: 'popup' }, key);

    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await countCollects()).toBe(1);
  });

  test('is refused for another body', async () => {
    const key = randomUUID();
    await keyed({ provider: 'popup' }, key);

    const answer = await keyed({ provider: 'linkedin' }, key);

    expect([answer.status, answer.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await countCollects()).toBe(1);
  });

  test('of one person says nothing about the same text of a colleague', async () => {
    const colleague = await insertMember(doors.client, { workspace: member });
    const key = randomUUID();

    const answers = [await keyed({}, key), await keyed({}, key, colleague)];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[0]?.body.data.id).not.toBe(answers[1]?.body.data.id);
  });

  test('of one workspace says nothing in another', async () => {
    const other = await insertMember(doors.client);
    const key = randomUUID();

    const answers = [await keyed({}, key), await keyed({}, key, other)];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[0]?.body.data.id).not.toBe(answers[1]?.body.data.id);
  });

  test('stays free when the request is refused', async () => {
    const key = randomUUID();
    const unknown = { relationships: { task: { data: { type: 'task', id: randomUUID() } } } };
    const headers = { 'idempotency-key': key };

    const refused = await create({}, { data: unknown, headers });
    const mended = await create({}, { headers });

    expect([refused.status, mended.status]).toEqual([404, 201]);
  });

  test('whose first request is still running is a 409 with a time to come back', async () => {
    const key = randomUUID();
    await doors.client.query('begin');
    // What the new row refers to is held, so the first request stops in the middle of its transaction.
    await doors.client.query('select from peoples where pk = $1 for update', [member.personPk]);
    const first = keyed({}, key);
    const waiting = () => doors.client.query(`select from pg_locks where locktype = 'advisory' and granted`);
    await expect.poll(async () => (await waiting()).rowCount).toBe(1);
    const during = await keyed({}, key);
    await doors.client.query('commit');

    expect([during.status, during.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_IN_USE']);
    expect(during.headers.get('retry-after')).toBe('1');
    expect((await first).status).toBe(201);
    expect((await keyed({}, key)).body).toEqual((await first).body);
  });

  test('that has expired is new again', async () => {
    const key = randomUUID();
    const first = await keyed({ provider: 'popup' }, key);
    await doors.client.query(
      `update idempotency_keys set expires_at = now() - interval '1 s' where key = $1`,
      [key],
    );

    const second = await keyed({ provider: 'linkedin' }, key);
    const third = await keyed({ provider: 'linkedin' }, key);

    expect(second.body.data.id).not.toBe(first.body.data.id);
    expect(third.body).toEqual(second.body);
  });

  test('of twenty requests sent twice at once makes twenty rows', async () => {
    const sent = Array.from({ length: 20 }, () => randomUUID());
    const persist = async (key: string) => {
      for (;;) {
        const answer = await keyed({ provider: 'popup' }, key);
        if (answer.status !== 409) return answer;
      }
    };

    const answers = await Promise.all(sent.map((key) => Promise.all([persist(key), persist(key)])));

    expect(answers.every(([one, two]) => one.status === 201 && two.status === 201)).toBe(true);
    expect(answers.map(([one]) => one.body)).toEqual(answers.map(([, two]) => two.body));
    expect(await countCollects()).toBe(20);
  });
});
