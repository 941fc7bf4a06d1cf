import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrichmentTaskCreate } from '../../../functions/enrichment_task_create/index.ts';
import { loadWorker } from '../../../functions/index.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import { insertInvoice, insertTask } from '../../support/factories.ts';
import { insertMember, type Member, startDoors } from '../start-doors.ts';

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;

beforeAll(async () => {
  doors = await startDoors({
    enrichment_task_create: (host) =>
      serveEndpoint(enrichmentTaskCreate, {
        ...host,
        services: { ...host.services, loadWorker },
      }),
  });
  member = await insertMember(doors.client);
});
afterAll(() => doors.close());

const create = (data: unknown, { by = member, headers = {} as Record<string, string> } = {}) =>
  doors.send('POST', by, '/v1/enrichment-tasks', { data }, headers);

const invoice = async (workspacePk = member.workspacePk) =>
  (await insertInvoice(doors.client, workspacePk)).invoice_id;

const reconcileOf = (invoiceId: string, attributes: object = {}) => ({
  type: 'enrichment_task',
  attributes: {
    enrichment_type: 'reconcile',
    entity_type: 'invoice',
    entity_id: invoiceId,
    input: { invoice_id: invoiceId },
    ...attributes,
  },
});

interface Resource {
  relationships: { parent_task: { data: { id: string } | null } };
}

const countTasks = async () =>
  (await doors.client.query<{ n: number }>('select count(*)::int n from enrichment_tasks')).rows[0]?.n;

test('a task is made, dispatched and answered as the documented resource', async () => {
  const invoiceId = await invoice();

  const { status, headers, body } = await create(reconcileOf(invoiceId));

  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`/v1/enrichment-tasks/${body.data.id}`);
  expect(body.data.attributes).toMatchObject({
    enrichment_type: 'reconcile',
    entity_id: invoiceId,
    status: 'pending',
    source_channel: 'manual',
    batch_id: null,
  });
  expect(doors.queue.messages.map(({ id }) => id)).toContain(body.data.id);
});

test('asking again for the same work answers the task that is there', async () => {
  const asked = reconcileOf(await invoice());
  const first = await create(asked);

  const again = await create(asked);

  expect(again.status).toBe(200);
  expect(again.body.data.id).toBe(first.body.data.id);
  expect(again.body.meta).toEqual({ reused: true });
});

test('a list becomes one batch, in the order it was sent', async () => {
  const ids = [await invoice(), await invoice(), await invoice()];

  const { status, body } = await create(ids.map((id) => reconcileOf(id)));

  expect(status).toBe(201);
  expect(body.data.map((task: { attributes: { entity_id: string } }) => task.attributes.entity_id)).toEqual(
    ids,
  );
  expect(
    new Set(body.data.map((task: { attributes: { batch_id: string } }) => task.attributes.batch_id)),
  ).toEqual(new Set([body.meta.batch_id]));
  expect(body.meta).toMatchObject({ count: 3, reused: 0 });
});

test('a request that is sent again with its key is answered as before', async () => {
  const asked = [reconcileOf(await invoice()), reconcileOf(await invoice())];
  const headers = { 'idempotency-key': 'press-1' };
  const first = await create(asked, { headers });

  const again = await create(asked, { headers });

  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.body).toEqual(first.body);
});

test.each([
  ['an unknown field', { status: 'completed' }, 400, 'data.attributes.status', 'unknown field'],
  [
    'a batch id of its own',
    { batch_id: crypto.randomUUID() },
    400,
    'data.attributes.batch_id',
    'unknown field',
  ],
  [
    'an unknown type',
    { enrichment_type: 'magic' },
    400,
    'data.attributes.enrichment_type',
    'expected one of',
  ],
  [
    'an input its worker cannot take',
    { input: { invoice_id: 'x' } },
    400,
    'data.attributes.input.invoice_id',
    'UUID',
  ],
  ['no target', { entity_id: undefined }, 400, 'data.attributes.entity_id', 'required'],
  ['a target of the wrong kind', { entity_type: 'document' }, 422, 'data', 'works on'],
])('%s is refused by name', async (_what, change, status, path, issue) => {
  const before = await countTasks();

  const answer = await create(reconcileOf(await invoice(), change));

  expect(answer.status).toBe(status);
  expect(answer.body.details.path).toBe(path);
  expect(answer.body.details.issue).toContain(issue);
  expect(await countTasks()).toBe(before);
});

test('one bad task of a batch is named by its place, and none is made', async () => {
  const stranger = await insertMember(doors.client);
  const before = await countTasks();

  const answer = await create([
    reconcileOf(await invoice()),
    reconcileOf(await invoice(stranger.workspacePk)),
  ]);

  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ code: 'ENTITY_NOT_FOUND', details: { path: 'data.1' } });
  expect(await countTasks()).toBe(before);
});

describe('a subtask', () => {
  const parentOf = async (columns: object = {}, workspacePk = member.workspacePk) =>
    insertTask(doors.client, workspacePk, { ...columns });
  const under = (id: string, invoiceId: string) => ({
    ...reconcileOf(invoiceId),
    relationships: { parent_task: { data: { type: 'enrichment_task', id } } },
  });

  test('names its parent and is one step deeper', async () => {
    const parent = await parentOf({ input: { depth: 2 } });

    const { status, body } = await create([
      under(parent.enrichment_task_id, await invoice()),
      reconcileOf(await invoice()),
    ]);

    expect(status).toBe(201);
    expect(body.data.map((task: Resource) => task.relationships.parent_task.data)).toEqual([
      { type: 'enrichment_task', id: parent.enrichment_task_id },
      null,
    ]);
    expect(body.data[0].attributes.input.depth).toBe(3);
    const again = await create(reconcileOf(body.data[0].attributes.entity_id));
    expect(again.body.data.relationships.parent_task.data.id).toBe(parent.enrichment_task_id);
  });

  test.each<[string, () => Promise<{ enrichment_task_id: string }>, string]>([
    ['an unknown parent', async () => ({ enrichment_task_id: randomUUID() }), 'PARENT_TASK_NOT_FOUND'],
    [
      'a parent of another workspace',
      async () => parentOf({}, (await insertMember(doors.client)).workspacePk),
      'PARENT_TASK_NOT_FOUND',
    ],
    ['a deleted parent', () => parentOf({ deleted_at: new Date() }), 'PARENT_TASK_NOT_FOUND'],
    [
      'a parent that ended',
      () => parentOf({ status: 'completed', completed_at: new Date() }),
      'PARENT_TASK_ENDED',
    ],
    ['a parent as deep as can be', () => parentOf({ input: { depth: 5 } }), 'PARENT_TASK_TOO_DEEP'],
  ])('of %s is refused by its place, and nothing is made', async (_what, parent, code) => {
    const { enrichment_task_id } = await parent();
    const before = await countTasks();

    const answer = await create([reconcileOf(await invoice()), under(enrichment_task_id, await invoice())]);

    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect(answer.body.details.path).toBe('data.1.relationships.parent_task');
    expect(await countTasks()).toBe(before);
  });
});

describe('a failed task', () => {
  const retryOf = (id: string, attributes?: object) => ({
    type: 'enrichment_task',
    ...(attributes ? { attributes } : {}),
    relationships: { retry_of: { data: { type: 'enrichment_task', id } } },
  });
  const failedOf = async (columns: object = {}) =>
    insertTask(doors.client, member.workspacePk, {
      ...{ status: 'failed', completed_at: new Date(), error: 'GONE: away', source_channel: 'bank_sync' },
      ...{ entity_type: 'invoice', entity_id: await invoice(), input: { depth: 1 } },
      ...columns,
    });
  const commanded = async (pk: number) =>
    (
      await doors.client.query(
        `select kind, actor, detail from enrichment_task_events
         where enrichment_task_pk = $1 and kind in ('enqueued', 'commanded') order by pk`,
        [pk],
      )
    ).rows;

  test('is repeated as a new task with the same work, once while that lives', async () => {
    const parent = await insertTask(doors.client, member.workspacePk, {});
    const failed = await failedOf({ parent_task_pk: parent.pk });
    const id = failed.enrichment_task_id;

    const answers = await Promise.all([create(retryOf(id)), create(retryOf(id.toUpperCase()))]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
    const made = answers.find(({ status }) => status === 201);
    expect(made?.body.meta).toEqual({ reused: false, retry_of: expect.any(String) });
    expect(made?.body.data).toMatchObject({
      attributes: {
        status: 'pending',
        enrichment_type: 'reconcile',
        source_channel: 'bank_sync',
        error: null,
      },
      relationships: { parent_task: { data: { id: parent.enrichment_task_id } } },
    });
    expect(doors.queue.messages.filter((message) => message.id === made?.body.data.id)).toHaveLength(1);
    expect(await commanded(failed.pk)).toEqual([
      {
        kind: 'commanded',
        actor: `user:${member.personId}`,
        detail: { action: 'retry', retry: made?.body.data.id },
      },
    ]);
    const { rows } = await doors.client.query('select pk from enrichment_tasks where retry_of_pk = $1', [
      failed.pk,
    ]);
    expect(await commanded(rows[0]?.pk)).toMatchObject([{ kind: 'enqueued', detail: { retry_of: id } }]);
  });

  test('can be repeated again once its retry has ended, and opens its batch again', async () => {
    const batchId = randomUUID();
    await doors.client.query(
      'insert into enrichment_batches (workspace_pk, batch_id, expected, completed_at) values ($1, $2, 1, now())',
      [member.workspacePk, batchId],
    );
    const { enrichment_task_id: id } = await failedOf({ batch_id: batchId });
    const first = await create(retryOf(id));
    await doors.client.query(
      `update enrichment_tasks set status = 'failed', completed_at = now() where enrichment_task_id = $1`,
      [first.body.data.id],
    );

    const second = await create(retryOf(id));

    expect(second.status).toBe(201);
    expect(second.body.data.id).not.toBe(first.body.data.id);
    expect(second.body.data.attributes.batch_id).toBe(batchId);
    const batch = await doors.client.query(
      'select expected, completed_at from enrichment_batches where batch_id = $1',
      [batchId],
    );
    expect(batch.rows).toEqual([{ expected: 3, completed_at: null }]);
  });

  test('is told from one that did not fail, is another workspace’s, or lost its target', async () => {
    const stranger = await insertMember(doors.client);
    const pending = await failedOf({ status: 'pending', completed_at: null });
    const foreign = await failedOf();
    const aimless = await failedOf({ entity_id: randomUUID() });

    const answers = [
      await create(retryOf(pending.enrichment_task_id)),
      await create(retryOf(foreign.enrichment_task_id), { by: stranger }),
      await create(retryOf(aimless.enrichment_task_id)),
    ];

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'ENRICHMENT_TASK_NOT_FAILED'],
      [404, 'ENRICHMENT_TASK_NOT_FOUND'],
      [422, 'ENTITY_NOT_FOUND'],
    ]);
  });

  test('says itself what is to be done', async () => {
    const { enrichment_task_id: id } = await failedOf();

    const { status, body } = await create(retryOf(id, { input: { depth: 0 } }));

    expect([status, body.details.path]).toEqual([400, 'data.attributes.input']);
    expect(body.details.issue).toContain('left out of a retry');
  });
});

test('force makes a new task beside a recent one, and none beside a live one', async () => {
  const asked = reconcileOf(await invoice());
  const first = await create(asked);
  await doors.client.query(
    `update enrichment_tasks set status = 'completed', completed_at = now() where enrichment_task_id = $1`,
    [first.body.data.id],
  );
  const forced = { ...asked, attributes: { ...asked.attributes, force: true } };

  const reused = await create(asked);
  const answers = [await create(forced), await create(forced)];

  expect([reused.status, reused.body.data.id]).toEqual([200, first.body.data.id]);
  expect(answers.map(({ status }) => status)).toEqual([201, 200]);
  expect(answers[0]?.body.data.attributes.input.force).toBe(true);
});

test.each([
  ['NUL in a text', { invoice_id: 'a\0b' }, 'data.attributes.input'],
  ['half a surrogate pair in a key', { '\ud800': 1 }, 'data.attributes.input'],
  ['a record id that no index takes', { record_id: 'x'.repeat(256) }, 'data.attributes.input.record_id'],
  ['a record id that is no text', { record_id: { a: 1 } }, 'data.attributes.input.record_id'],
])('an input with %s is refused by name', async (_what, input, path) => {
  const answer = await create(reconcileOf(await invoice(), { input }));

  expect([answer.status, answer.body.details.path]).toEqual([400, path]);
});

test('guests may not ask for work', async () => {
  const guest = await insertMember(doors.client, { role: 'guest' });

  expect((await create(reconcileOf(await invoice()), { by: guest })).status).toBe(403);
});
