import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collectUpdate } from '../../../functions/collect_update/index.ts';
import { lockUploadTarget } from '../../../shared/db/collects.ts';
import { insertDocument } from '../../../shared/db/document-uploads.ts';
import { collectStatuses } from '../../../shared/domain/collect-states.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import {
  insertCollectRow,
  insertMember,
  insertProvider,
  type Member,
  POOL_SIZE,
  startDoors,
  syncLogsOf,
} from '../start-doors.ts';

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;

beforeAll(async () => {
  doors = await startDoors({ collect_update: (host) => serveEndpoint(collectUpdate, host) });
});
beforeEach(async () => {
  member = await insertMember(doors.client);
});
afterAll(() => doors.close());

const collect = (parts: Parameters<typeof insertCollectRow>[2] = {}) =>
  insertCollectRow(doors.client, member, parts);
const patch = (
  id: string,
  attributes: object,
  { data = {}, path = `/v1/collects/${id}`, by = member } = {},
) => doors.send('PATCH', by, path, { data: { type: 'collect', attributes, ...data } });
const rowOf = async (id: string) =>
  (await doors.client.query('select * from collects where collect_id = $1', [id])).rows[0];
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const shapes = {
  todo: { status: 'todo' },
  in_progress: { status: 'in_progress', startedAt: minutesAgo(5) },
  finalized: { status: 'finalized', startedAt: minutesAgo(5), endedAt: minutesAgo(1) },
  error: { status: 'error', endedAt: minutesAgo(1) },
};
const file = {
  ...{ bucket: 'b', path: 'p', filename: 'f.txt', type: 'text/plain', size: 1 },
  ...{ contentChecksum: '0'.repeat(64), documentType: null },
};
const edges = ['todo in_progress', 'todo error', 'in_progress finalized', 'in_progress error'];

describe('the state table', () => {
  const pairs = collectStatuses.flatMap((from) => collectStatuses.map((to) => [from, to] as const));

  test.each(pairs)('from %s to %s', async (from, to) => {
    const id = await collect(shapes[from]);
    const before = await rowOf(id);

    const { status, body } = await patch(id, { status: to });

    const legal = edges.includes(`${from} ${to}`);
    if (legal || from === to) {
      expect(status).toBe(200);
      expect(body.data.attributes.status).toBe(to);
    } else {
      expect([status, body.code, body.details.path]).toEqual([
        409,
        'COLLECT_INVALID_TRANSITION',
        'data.attributes.status',
      ]);
    }
    if (!legal) expect(await rowOf(id)).toEqual(before);
  });
});

test('a keyed change that comes again after another one answers as it did, and changes nothing', async () => {
  const id = await collect();
  const start = { data: { type: 'collect', attributes: { status: 'in_progress' } } };
  const send = () =>
    doors.send('PATCH', member, `/v1/collects/${id}`, start, { 'idempotency-key': 'key of one change' });
  const first = await send();
  await patch(id, { status: 'finalized' });

  const again = await send();

  expect(again.body).toEqual(first.body);
  expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  expect((await rowOf(id)).status).toBe('finalized');
});

test('the answer is the documented resource after the change', async () => {
  const id = await collect({ provider: 'linkedin' });
  const started_at = minutesAgo(2);

  const { status, body } = await patch(id, { status: 'in_progress', started_at });

  expect(status).toBe(200);
  expect(body).toEqual({
    data: {
      type: 'collect',
      id,
      attributes: {
        collect_id: id,
        provider: 'linkedin',
        status: 'in_progress',
        started_at,
        ended_at: null,
        created_at: expect.any(String),
        updated_at: expect.any(String),
        deleted_at: null,
      },
      relationships: {
        people: { data: { type: 'people', id: member.personId } },
        workspace: { data: { type: 'workspace', id: member.workspaceId } },
        task: { data: null },
      },
    },
  });
  expect(body.data.attributes.updated_at > body.data.attributes.created_at).toBe(true);
});

test('a time with an offset that Postgres does not know is taken in UTC', async () => {
  const id = await collect();
  const local = new Date(Date.now() + 23 * 3_600_000).toISOString().replace('Z', '+23:00');

  const { status, body } = await patch(id, { status: 'in_progress', started_at: local });

  expect(status).toBe(200);
  expect(body.data.attributes.started_at).toBe(new Date(local).toISOString());
});

test('a time out of bounds is a 422 that names it', async () => {
  const id = await collect();

  const { status, body } = await patch(id, {
    status: 'in_progress',
    started_at: '9999-12-31T23:59:59Z',
  });

  expect([status, body.code, body.details.path]).toEqual([
    422,
    'COLLECT_TIMESTAMP_INVALID',
    'data.attributes.started_at',
  ]);
  expect(await rowOf(id)).toMatchObject({ status: 'todo', started_at: null });
});

describe('what a client may not change', () => {
  test.each([
    ['data.attributes.created_at', { attributes: { created_at: minutesAgo(0) } }],
    ['data.attributes.updated_at', { attributes: { updated_at: minutesAgo(0) } }],
    ['data.attributes.deleted_at', { attributes: { deleted_at: minutesAgo(0) } }],
    ['data.attributes.started_at', { attributes: { started_at: 'yesterday' } }],
    ['data.attributes.error', { attributes: { status: 'finalized', error: 'no' } }],
    ['data.relationships.people', { relationships: { people: { data: null } } }],
    ['data.relationships.workspace', { relationships: { workspace: { data: null } } }],
    ['data.relationships.task', { relationships: { task: { data: null } } }],
  ])('%s', async (path, data) => {
    const id = await collect();
    const before = await rowOf(id);

    const { status, body } = await patch(id, {}, { data });

    expect([status, body.details.path]).toEqual([path.includes('relationships') ? 403 : 400, path]);
    expect(await rowOf(id)).toEqual(before);
  });

  test('the body may repeat the id of the path, and name no other', async () => {
    const id = await collect();
    const other = randomUUID();

    for (const answer of [
      await patch(id, { status: 'in_progress' }, { data: { id: other } }),
      await patch(id, { status: 'in_progress', collect_id: other }),
    ])
      expect([answer.status, answer.body.code]).toEqual([409, 'RESOURCE_ID_MISMATCH']);
    expect((await patch(id, { status: 'in_progress', collect_id: id }, { data: { id } })).status).toBe(200);
  });

  test('a change under If-Match is made once, to the state that was read', async () => {
    const id = await collect();
    const read = await patch(id, {});
    const tag = { 'if-match': read.headers.get('etag') ?? '' };
    const move = (status: string) =>
      doors.send(
        'PATCH',
        member,
        `/v1/collects/${id}`,
        { data: { type: 'collect', attributes: { status } } },
        tag,
      );

    const answers = [await move('in_progress'), await move('error')];

    expect(answers.map(({ status }) => status)).toEqual([200, 412]);
    expect((await rowOf(id)).status).toBe('in_progress');
  });

  test('an id that is no UUID is a 400', async () => {
    const { status, body } = await patch('7', { status: 'in_progress' });

    expect([status, body.details.path]).toEqual([400, 'params.id']);
  });
});

describe('a 404 answers', () => {
  const refused = async (id: string, by: Member = member) => {
    const { status, body } = await patch(id, { status: 'in_progress' }, { by });
    return `${status} ${body.code}`;
  };

  test('an unknown collect', async () => {
    expect(await refused(randomUUID())).toBe('404 COLLECT_NOT_FOUND');
  });

  test('one of another workspace, which stays as it is', async () => {
    const id = await collect();
    const stranger = await insertMember(doors.client);

    expect(await refused(id, stranger)).toBe('404 COLLECT_NOT_FOUND');
    expect(await rowOf(id)).toMatchObject({ status: 'todo' });
  });

  test('one of a second workspace of the caller, unless the query names it', async () => {
    const second = await insertMember(doors.client, { subject: member.subject, isDefault: false });
    const id = await insertCollectRow(doors.client, second);

    expect(await refused(id)).toBe('404 COLLECT_NOT_FOUND');
    const path = `/v1/collects/${id}?workspaceId=${second.workspaceId}`;
    expect((await patch(id, { status: 'in_progress' }, { path })).status).toBe(200);
  });

  test('a deleted one and a legacy one without a workspace', async () => {
    expect(await refused(await collect({ deleted: true }))).toBe('404 COLLECT_NOT_FOUND');
    expect(await refused(await collect({ legacy: true }))).toBe('404 COLLECT_NOT_FOUND');
  });
});

describe('the sync log', () => {
  test('gets one line with the times, the files and the outcome of the run', async () => {
    const { slug, connectorPks } = await insertProvider(doors.client, member.workspacePk, ['enabled']);
    const id = await collect({ ...shapes.in_progress, provider: slug });
    const { pk } = await rowOf(id);
    await doors.client.query(
      `insert into documents (workspace_pk, collect_pk, bucket, path, filename, type, size, deleted_at)
       select $1, $2, 'b', 'p' || n, 'f', 'text/plain', 1, case when n = 3 then now() end
       from generate_series(1, 3) n`,
      [member.workspacePk, pk],
    );
    const ended_at = minutesAgo(1);

    await patch(id, { status: 'finalized', ended_at });

    const logs = await syncLogsOf(doors.client, id);
    expect(logs).toHaveLength(1);
    const row = await rowOf(id);
    expect(logs[0]).toMatchObject({
      workspace_pk: member.workspacePk,
      workspace_connector_pk: connectorPks[0],
      status: 'success',
      trigger_type: 'manual',
      cloud_task_id: null,
      started_at: row.started_at,
      completed_at: new Date(ended_at),
      duration_ms: Date.parse(ended_at) - row.started_at.getTime(),
      error: null,
      metadata: { collect_id: id, provider: slug, records_synced: 2 },
    });
  });

  test('says what went wrong, and nothing about a start that never was', async () => {
    const { slug } = await insertProvider(doors.client, member.workspacePk, ['enabled']);
    const id = await collect({ provider: slug });

    const { status, body } = await patch(id, { status: 'error', error: 'the portal asked for a code\u0000' });

    expect(status).toBe(200);
    expect(body.data.attributes).not.toHaveProperty('error');
    expect(await syncLogsOf(doors.client, id)).toMatchObject([
      { status: 'error', error: 'the portal asked for a code', started_at: null, duration_ms: null },
    ]);
  });

  test('prefers an enabled connector and passes over deleted ones', async () => {
    const { slug, connectorPks } = await insertProvider(doors.client, member.workspacePk, [
      'error',
      'enabled',
      'enabled',
    ]);
    await doors.client.query('update workspace_connectors set deleted_at = now() where pk = $1', [
      connectorPks[1],
    ]);
    const id = await collect({ provider: slug });

    await patch(id, { status: 'error' });

    expect(await syncLogsOf(doors.client, id)).toMatchObject([{ workspace_connector_pk: connectorPks[2] }]);
  });

  test('takes a run that was left open longer than an integer of milliseconds holds', async () => {
    const { slug } = await insertProvider(doors.client, member.workspacePk, ['enabled']);
    const id = await collect({
      status: 'in_progress',
      startedAt: minutesAgo(30 * 24 * 60),
      provider: slug,
    });

    expect((await patch(id, { status: 'error' })).status).toBe(200);
    expect(await syncLogsOf(doors.client, id)).toMatchObject([{ duration_ms: 2_147_483_647 }]);
  });

  test.each([
    ['a surface', () => Promise.resolve('popup')],
    ['no provider', () => Promise.resolve(null)],
    [
      "another workspace's connector",
      async () => {
        const other = await insertMember(doors.client);
        return (await insertProvider(doors.client, other.workspacePk, ['enabled'])).slug;
      },
    ],
  ])('with %s has no line, and a warning says so', async (_what, provider) => {
    const id = await collect({ provider: await provider() });

    const { status } = await patch(id, { status: 'error' });

    expect(status).toBe(200);
    expect(await syncLogsOf(doors.client, id)).toEqual([]);
    expect(doors.lines).toContainEqual(expect.objectContaining({ severity: 'WARNING', collect_id: id }));
  });
});

describe('races', () => {
  const countWaiting = async () => {
    // Within a transaction the view would stand still.
    await doors.client.query('select pg_stat_clear_snapshot()');
    const { rowCount } = await doors.client.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rowCount ?? 0;
  };

  test('twenty ends at once leave one end and one line', async () => {
    const { slug } = await insertProvider(doors.client, member.workspacePk, ['enabled']);
    const id = await collect({ ...shapes.in_progress, provider: slug });
    const asked = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 'finalized' : 'error'));

    // Held back until a pool full of them wait for the row, so that they really meet.
    await doors.client.query('begin');
    await doors.client.query('select from collects where collect_id = $1 for no key update', [id]);
    const patching = asked.map((status) => patch(id, { status }));
    while ((await countWaiting()) < POOL_SIZE);
    await doors.client.query('commit');
    const answers = await Promise.all(patching);

    const { status: end } = await rowOf(id);
    expect(answers.map(({ status }) => status)).toEqual(asked.map((status) => (status === end ? 200 : 409)));
    expect(await syncLogsOf(doors.client, id)).toMatchObject([
      { status: end === 'finalized' ? 'success' : 'error' },
    ]);
    const times = answers
      .filter(({ status }) => status === 200)
      .map(({ body }) => body.data.attributes.ended_at);
    expect(new Set(times).size).toBe(1);
  });

  test('an upload that is being written when its run ends is counted', async () => {
    const { slug } = await insertProvider(doors.client, member.workspacePk, ['enabled']);
    const id = await collect({ ...shapes.in_progress, provider: slug });
    const { workspacePk } = member;

    const ending = await doors.database.inWorkspace(workspacePk, async (db) => {
      const { pk } = await db.one(lockUploadTarget({ workspacePk, collectId: id }));
      await db.one(insertDocument({ ...file, workspacePk, collectPk: pk }));
      const patching = patch(id, { status: 'finalized' });
      while ((await countWaiting()) === 0);
      return { patching };
    });
    await ending.patching;

    expect(await syncLogsOf(doors.client, id)).toMatchObject([{ metadata: { records_synced: 1 } }]);
  });

  test('shuffled changes never leave the state table and log an end once', async () => {
    const { slug } = await insertProvider(doors.client, member.workspacePk, ['enabled']);
    const time = fc.integer({ min: -3_000, max: 3_000 }).map(minutesAgo);
    const change = fc.record(
      { status: fc.constantFrom(...collectStatuses), started_at: time, ended_at: time },
      { requiredKeys: [] },
    );

    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const id = await collect({ provider: slug });

        const answers = await Promise.all(changes.map((attributes) => patch(id, attributes)));

        const { status, started_at, ended_at } = await rowOf(id);
        const ended = status === 'finalized' || status === 'error';
        expect(answers.every((answer) => [200, 409, 422].includes(answer.status))).toBe(true);
        expect(await syncLogsOf(doors.client, id)).toHaveLength(ended ? 1 : 0);
        expect(ended_at !== null).toBe(ended);
        if (status === 'in_progress' || status === 'finalized') expect(started_at).not.toBeNull();
        if (started_at && ended_at) expect(ended_at >= started_at).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
