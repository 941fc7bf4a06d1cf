import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrichmentTaskCreate } from '../../../functions/enrichment_task_create/index.ts';
import { loadWorker } from '../../../functions/index.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import { insertInvoice } from '../../support/factories.ts';
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

test('guests may not ask for work', async () => {
  const guest = await insertMember(doors.client, { role: 'guest' });

  expect((await create(reconcileOf(await invoice()), { by: guest })).status).toBe(403);
});
