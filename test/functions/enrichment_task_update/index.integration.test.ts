import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrichmentTaskDelete } from '../../../functions/enrichment_task_delete/index.ts';
import { enrichmentTaskUpdate } from '../../../functions/enrichment_task_update/index.ts';
import { TASK_DESCRIPTION_MAX } from '../../../shared/domain/limits.ts';
import { completed, waitingForSubtasks } from '../../../shared/domain/outcomes.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import { insertInvoice, insertTask, type TestTask } from '../../support/factories.ts';
import { deliver, enqueueOne, enrichmentOf, testRunner } from '../../support/pipeline.ts';
import { insertMember, type Member, startDoors } from '../start-doors.ts';

// Both doors that change a task, in one database.

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;
let guest: Member;
let stranger: Member;

beforeAll(async () => {
  doors = await startDoors({
    enrichment_task_update: (host) => serveEndpoint(enrichmentTaskUpdate, host),
    enrichment_task_delete: (host) => serveEndpoint(enrichmentTaskDelete, host),
  });
  member = await insertMember(doors.client);
  guest = await insertMember(doors.client, { workspace: member, role: 'guest' });
  stranger = await insertMember(doors.client);
});
afterAll(() => doors.close());

const insert = (columns: object = {}) => insertTask(doors.client, member.workspacePk, { ...columns });
const runner = () => testRunner(doors.workerDatabase, { queue: doors.queue });

const patch = (id: string, attributes: object, by = member) =>
  doors.send('PATCH', by, `/v1/enrichment-tasks/${id}`, { data: { type: 'enrichment_task', attributes } });
const remove = (id: string, by = member) =>
  doors.call(by, `/v1/enrichment-tasks/${id}`, { method: 'DELETE' });

const commands = async ({ pk }: Pick<TestTask, 'pk'>) =>
  (
    await doors.client.query(
      `select actor, detail from enrichment_task_events where enrichment_task_pk = $1 and kind = 'commanded' order by pk`,
      [pk],
    )
  ).rows;
const rowOf = async ({ pk }: Pick<TestTask, 'pk'>) =>
  (await doors.client.query('select * from enrichment_tasks where pk = $1', [pk])).rows[0];

describe('changing a task', () => {
  test('its description is changed once, with an event that says by whom', async () => {
    const task = await insert();

    const first = await patch(task.enrichment_task_id, { description: '**Checked** by hand' });
    const again = await patch(task.enrichment_task_id, { description: '**Checked** by hand' });

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(first.body.data).toMatchObject({
      id: task.enrichment_task_id,
      attributes: { description: '**Checked** by hand', status: 'pending' },
      relationships: { workspace: { data: { id: member.workspaceId } } },
    });
    expect(again.body).toEqual(first.body);
    expect(await commands(task)).toEqual([
      { actor: `user:${member.personId}`, detail: { action: 'update', fields: ['description'] } },
    ]);
  });

  test.each(['with\0zero', 'half a pair \ud83d'])(
    'a description that cannot be kept is refused: %j',
    async (description) => {
      const { enrichment_task_id: id } = await insert({ description: 'old' });

      const { status, body } = await patch(id, { description });

      expect([status, body.details.path]).toEqual([400, 'data.attributes.description']);
      expect((await patch(id, {})).body.data.attributes.description).toBe('old');
    },
  );

  test('a description is taken away with null, and nothing at all changes nothing', async () => {
    const { enrichment_task_id: id } = await insert({ description: 'old' });

    expect((await patch(id, {})).body.data.attributes.description).toBe('old');
    expect((await patch(id, { description: null })).body.data.attributes.description).toBeNull();
  });

  test.each([
    'entity_type',
    'entity_id',
    'status',
    'enrichment_type',
    'input',
    'output',
    'target_fields',
    'error',
    'source_channel',
    'input_hash',
    'batch_id',
    'created_at',
    'updated_at',
    'deleted_at',
    'completed_at',
  ])('%s is read-only', async (name) => {
    const task = await insert();

    const { status, body } = await patch(task.enrichment_task_id, { description: 'x', [name]: 'completed' });

    expect([status, body.code]).toEqual([400, 'SCHEMA_VALIDATION_ERROR']);
    expect(body.details.path).toBe(`data.attributes.${name}`);
    expect(body.details.issue).toMatch(/^read-only: /);
    expect((await rowOf(task)).description).toBeNull();
  });

  test('what was read may be sent back, and nobody else’s id', async () => {
    const { enrichment_task_id } = await insert();

    const same = await patch(enrichment_task_id, { enrichment_task_id, description: 'x' });
    const other = await patch(enrichment_task_id, { enrichment_task_id: randomUUID() });

    expect([same.status, other.status, other.body.code]).toEqual([200, 409, 'RESOURCE_ID_MISMATCH']);
  });

  test('a state that the caller has not seen is neither changed nor deleted', async () => {
    const task = await insert();
    const path = `/v1/enrichment-tasks/${task.enrichment_task_id}`;
    const body = { data: { type: 'enrichment_task', attributes: { description: 'mine' } } };
    const seen = await patch(task.enrichment_task_id, {});
    const ifMatch = { 'if-match': seen.headers.get('etag') ?? '' };
    await patch(task.enrichment_task_id, { description: 'theirs' });

    const answers = [
      await doors.send('PATCH', member, path, body, ifMatch),
      await doors.call(member, path, { method: 'DELETE', headers: ifMatch }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([412, 412]);
    expect(await rowOf(task)).toMatchObject({ description: 'theirs', deleted_at: null });
  });

  test('an internal column is no field, and a description has a limit', async () => {
    const { enrichment_task_id: id } = await insert();

    expect((await patch(id, { lease_token: null })).body.details).toEqual({
      path: 'data.attributes.lease_token',
      issue: 'unknown field',
    });
    const long = await patch(id, { description: 'x'.repeat(TASK_DESCRIPTION_MAX + 1) });
    expect([long.status, long.body.details.path]).toEqual([400, 'data.attributes.description']);
  });
});

describe('deleting a task', () => {
  test('takes its message back and leaves nothing to find', async () => {
    const { invoice_id: entity_id } = await insertInvoice(doors.client, member.workspacePk);
    const task = await enqueueOne(runner(), member.workspacePk, {
      enrichment_type: 'reconcile',
      entity_type: 'invoice',
      entity_id,
    });

    const answers = [await remove(task.enrichment_task_id), await remove(task.enrichment_task_id)];

    expect(answers.map(({ status }) => status)).toEqual([204, 404]);
    expect((await patch(task.enrichment_task_id, { description: 'x' })).status).toBe(404);
    expect(doors.queue.deleted.at(-1)).toEqual({
      id: task.enrichment_task_id,
      generation: task.dispatch_generation,
      type: 'reconcile',
    });
    expect(await commands(task)).toEqual([
      { actor: `user:${member.personId}`, detail: { action: 'delete' } },
    ]);
  });

  test('a task that has ended leaves no message behind, so none is looked for', async () => {
    const { enrichment_task_id: id } = await insert({ status: 'failed', completed_at: new Date() });

    expect((await remove(id)).status).toBe(204);
    expect(doors.queue.deleted.map((message) => message.id)).not.toContain(id);
  });

  test('a run that holds it can finish nothing', async () => {
    const { invoice_id: entity_id } = await insertInvoice(doors.client, member.workspacePk);
    const task = await enqueueOne(runner(), member.workspacePk, {
      enrichment_type: 'reconcile',
      entity_type: 'invoice',
      entity_id,
    });
    const worker = enrichmentOf(async () => {
      expect((await remove(task.enrichment_task_id)).status).toBe(204);
      return completed(
        {},
        { followUps: [{ enrichment_type: 'reconcile', entity_type: 'invoice', entity_id, input: { n: 2 } }] },
      );
    });

    const end = await deliver(runner(), worker, task);

    expect(end).toEqual({ answer: 'done' });
    expect(await rowOf(task)).toMatchObject({ status: 'processing', output: null, completed_at: null });
    const { rowCount } = await doors.client.query('select from enrichment_tasks where entity_id = $1', [
      entity_id,
    ]);
    expect(rowCount).toBe(1);
  });

  test('a parent and a batch that waited for it alone go on at once', async () => {
    const tenant = member.workspacePk;
    const invoices = await Promise.all([1, 2].map(() => insertInvoice(doors.client, tenant)));
    const [own, child] = invoices.map(({ invoice_id }) => ({
      ...{ enrichment_type: 'reconcile' as const, entity_type: 'invoice' as const, entity_id: invoice_id },
    }));
    if (!own || !child) throw new Error('two invoices were inserted');
    const parent = await enqueueOne(runner(), tenant, own);
    await deliver(
      runner(),
      enrichmentOf(async () => waitingForSubtasks({}, [child])),
      parent,
    );
    const { rows } = await doors.client.query('select * from enrichment_tasks where parent_task_pk = $1', [
      parent.pk,
    ]);

    await remove(rows[0]?.enrichment_task_id);

    expect(await rowOf(parent)).toMatchObject({
      status: 'processing',
      lease_until: null,
      dispatch_generation: 1,
    });
    expect(doors.queue.messages.at(-1)).toMatchObject({ id: parent.enrichment_task_id, generation: 1 });
    const batch = await doors.client.query(
      'select completed_at from enrichment_batches where batch_id = $1',
      [rows[0]?.batch_id],
    );
    expect(batch.rows).toEqual([{ completed_at: expect.any(Date) }]);
  });

  test('the month of a pending close can be closed again', async () => {
    const close = { enrichment_type: 'monthly_close', entity_type: 'month', entity_id: randomUUID() };
    const task = await insert(close);
    await expect(insert(close)).rejects.toThrow('uniq_enrichment_tasks_pending_monthly_close');

    await remove(task.enrichment_task_id);

    await expect(insert(close)).resolves.toBeDefined();
  });
});

test('guests change nothing, and a stranger is answered as if nothing were there', async () => {
  const task = await insert();
  const { enrichment_task_id: id } = task;

  const refused = [await patch(id, { description: 'x' }, guest), await remove(id, guest)];
  const foreign = [await patch(id, { description: 'x' }, stranger), await remove(id, stranger)];

  expect(refused.map(({ status }) => status)).toEqual([403, 403]);
  expect(foreign.map(({ status, body }) => [status, body.code])).toEqual(
    Array(2).fill([404, 'ENRICHMENT_TASK_NOT_FOUND']),
  );
  expect(await rowOf(task)).toMatchObject({ description: null, deleted_at: null });
});
