import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../shared/db/pool.ts';
import { enqueueTasks, type NewTask } from '../../../shared/dispatch/enqueue.ts';
import { completed, halted } from '../../../shared/domain/outcomes.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import {
  deliver,
  enqueueOne,
  enrichmentOf,
  insertTenant,
  owner,
  testRunner,
  workerDatabase,
} from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let tenant: Awaited<ReturnType<typeof insertTenant>>;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url, 20);
  client = await owner(fresh.url);
});
beforeEach(async () => {
  tenant = await insertTenant(client);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

const reconcileInvoice = (parts: Partial<NewTask> = {}): NewTask => ({
  enrichment_type: 'reconcile',
  entity_type: 'invoice',
  entity_id: tenant.invoiceId,
  ...parts,
});

const enqueue = (tasks: NewTask[], options: { force?: boolean; batch?: boolean } = {}) =>
  database.inWorkspace(tenant.workspacePk, (db) =>
    enqueueTasks(db, { workspacePk: tenant.workspacePk, tasks, actor: 'test', ...options }),
  );

test('a hundred callers that ask for the same work at once get one row', async () => {
  const results = await Promise.all(Array.from({ length: 100 }, () => enqueue([reconcileInvoice()])));

  const entries = results.flatMap((result) => ('enqueued' in result ? result.enqueued : []));
  expect(entries).toHaveLength(100);
  expect(new Set(entries.map((entry) => entry.task.enrichment_task_id)).size).toBe(1);
  expect(entries.filter((entry) => !entry.reused)).toHaveLength(1);
});

test('the same work in another workspace is another task', async () => {
  const other = await insertTenant(client);
  const mine = await enqueue([reconcileInvoice()]);

  const theirs = await database.inWorkspace(other.workspacePk, (db) =>
    enqueueTasks(db, {
      workspacePk: other.workspacePk,
      tasks: [reconcileInvoice({ entity_id: other.invoiceId })],
      actor: 'test',
    }),
  );

  expect('enqueued' in mine && 'enqueued' in theirs && theirs.enqueued[0]?.reused).toBe(false);
});

test('a recent completed task is returned, unless it halted or a new one is forced', async () => {
  const runner = testRunner(database);
  const done = await enqueueOne(runner, tenant.workspacePk, reconcileInvoice());
  await deliver(
    runner,
    enrichmentOf(async () => completed({})),
    done,
  );
  const stopped = await enqueueOne(runner, tenant.workspacePk, reconcileInvoice({ input: { n: 1 } }));
  await deliver(
    runner,
    enrichmentOf(async () => halted('no_match', 'nothing fits')),
    stopped,
  );

  const again = await enqueue([reconcileInvoice(), reconcileInvoice({ input: { n: 1 } })]);
  const forced = await enqueue([reconcileInvoice()], { force: true });

  expect('enqueued' in again && again.enqueued.map((entry) => entry.reused)).toEqual([true, false]);
  expect('enqueued' in forced && forced.enqueued[0]?.task.enrichment_task_id).not.toBe(
    done.enrichment_task_id,
  );
});

test('a batch gets one id and one row that waits for all of its tasks', async () => {
  const runner = testRunner(database);
  const tasks = tenant.invoiceIds.map((entity_id) => reconcileInvoice({ entity_id }));
  const result = await enqueue(tasks, { batch: true });
  if (!('enqueued' in result)) throw new Error('refused');
  const open = () =>
    client.query('select completed_at from enrichment_batches where batch_id = $1', [result.batchId]);
  const [first, ...others] = result.enqueued.map((entry) => entry.task);
  const worker = enrichmentOf(async () => completed({}));

  await Promise.all(others.map((task) => deliver(runner, worker, task)));
  const before = (await open()).rows;
  if (first) await deliver(runner, worker, first);
  const after = (await open()).rows;

  expect(new Set(result.enqueued.map((entry) => entry.task.batch_id))).toEqual(new Set([result.batchId]));
  expect(before).toEqual([{ completed_at: null }]);
  expect(after).toEqual([{ completed_at: expect.any(Date) }]);
});

test.for<[string, () => NewTask, string]>([
  [
    'a target the type cannot work on',
    () => reconcileInvoice({ entity_type: 'document' }),
    'ENTITY_TYPE_NOT_ALLOWED',
  ],
  [
    'a target that is not there',
    () => reconcileInvoice({ entity_id: '00000000-0000-4000-8000-000000000000' }),
    'ENTITY_NOT_FOUND',
  ],
])('refuses %s and inserts nothing', async ([, task, code]) => {
  const result = await enqueue([reconcileInvoice({ entity_id: tenant.invoiceIds[1] ?? '' }), task()]);

  expect(result).toEqual({ refusals: [expect.objectContaining({ index: 1, code })] });
  const { rowCount } = await client.query('select 1 from enrichment_tasks where workspace_pk = $1', [
    tenant.workspacePk,
  ]);
  expect(rowCount).toBe(0);
});

test("refuses another workspace's record as if it were not there", async () => {
  const other = await insertTenant(client);

  const result = await enqueue([reconcileInvoice({ entity_id: other.invoiceId })]);

  expect(result).toEqual({ refusals: [expect.objectContaining({ code: 'ENTITY_NOT_FOUND' })] });
});
