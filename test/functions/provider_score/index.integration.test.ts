import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { providerScore } from '../../../functions/provider_score/index.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { insertDocument, insertInvoice, insertPayment, insertWorkspace } from '../../support/factories.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner, workerDatabase } from '../../support/pipeline.ts';
import { providerScene } from './scene.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let runner: ReturnType<typeof testRunner>;
let workspacePk: number;
let scene: ReturnType<typeof providerScene>;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
beforeEach(async () => {
  runner = testRunner(database);
  workspacePk = (await insertWorkspace(client)).pk;
  scene = providerScene(client, workspacePk);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

const score = async (companyId: string, input: Record<string, unknown> = {}) => {
  const task = await enqueueOne(
    runner,
    workspacePk,
    {
      enrichment_type: 'provider_score',
      entity_type: 'company',
      entity_id: companyId,
      input: { as_of: '2026-04-11', ...input },
    },
    { force: true },
  );
  await deliver(runner, providerScore, task);
  return (await taskOf(runner, task)).output as Record<string, unknown>;
};
const matched = async (providerPk: number) =>
  (
    await client.query(
      'select is_matched, is_selected, deleted_at is not null as removed from workspace_providers where provider_pk = $1',
      [providerPk],
    )
  ).rows;

test('counts what settled in the window without invoice or document, in the base currency', async () => {
  await scene.provider();
  const { company_id, means } = await scene.company();
  const other = await scene.company({ name: 'Somebody else' });
  await client.query(
    `insert into exchange_rates (source_currency, target_currency, rate, rate_date)
     values ('EUR', 'USD', 1.25, '2026-03-31'), ('EUR', 'CHF', 0.95, '2026-01-01')`,
  );
  const day = { booking_date: '2026-04-01' };
  const counted = await scene.expense(means, { ...day, instructed_amount: '-100.00' });
  const abroad = await scene.expense(means, {
    ...day,
    instructed_amount: '-50.00',
    instructed_currency: 'USD',
  });
  await scene.expense(means, { ...day, instructed_amount: '-70.00', instructed_currency: 'CHF' });
  await scene.expense(means, { ...day, status: 'pending' });
  await scene.expense(means, { ...day, type: 'credit', instructed_amount: '90.00' });
  await scene.expense(means, { ...day, type: 'fee' });
  await scene.expense(means, { booking_date: '2025-01-01' });
  await scene.expense(means, { booking_date: '2026-04-12' });
  await scene.expense(other.means, day);
  const paid = await scene.expense(means, day);
  await insertPayment(client, workspacePk, {
    invoicePk: (await insertInvoice(client, workspacePk)).pk,
    transactionPk: paid.pk,
  });
  const attached = await scene.expense(means, day);
  await client.query('insert into transaction_documents (transaction_pk, document_pk) values ($1, $2)', [
    attached.pk,
    (await insertDocument(client, workspacePk)).pk,
  ]);
  const doubtful = await scene.expense(means, { ...day, instructed_amount: '-10.00' });
  await insertPayment(client, workspacePk, {
    invoicePk: (await insertInvoice(client, workspacePk)).pk,
    transactionPk: doubtful.pk,
    edge_status: 'provisional',
  });

  const output = await score(company_id);

  expect(output.features).toMatchObject({
    transactions: 4,
    base_total: '150.00',
    base_currency: 'EUR',
    unconverted: 1,
  });
  const [task] = await scene.tasksOf(company_id);
  expect(task.references.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining([
      company_id,
      counted.transaction_id,
      abroad.transaction_id,
      doubtful.transaction_id,
    ]),
  );
});

test('surfaces the provider as a task, once, and says that the workspace has it', async () => {
  const provider = await scene.provider();
  const { company_id, means } = await scene.company();
  for (const booking_date of ['2026-01-01', '2026-02-01', '2026-03-01'])
    await scene.expense(means, { booking_date });

  const first = await score(company_id);
  const [task] = await scene.tasksOf(company_id);
  const second = await score(company_id);

  expect(task).toMatchObject({
    ...{
      task_id: first.task_id,
      status: 'open',
      executor_type: 'system',
      source: 'agent',
      priority: 'medium',
    },
    ...{ provider_ref_id: provider.provider_id, company_ref_id: company_id, confidence_score: '1.00' },
    metadata: { scoring: { version: 1, mode: 'agent', features: first.features } },
  });
  expect(Number(task.score)).toBe(first.score);
  expect(second).toEqual({ ...first, created: false });
  expect(await scene.tasksOf(company_id)).toEqual([task]);
  expect(await matched(provider.pk)).toEqual([{ is_matched: true, is_selected: false, removed: false }]);
});

test('leaves a task that somebody moved as it is, but for its score', async () => {
  await scene.provider({ blueprint: false });
  const { company_id, means } = await scene.company();
  await scene.expense(means);
  const first = await score(company_id);
  await client.query(`update tasks set status = 'blocked', priority = 'high' where task_id = $1`, [
    first.task_id,
  ]);
  await scene.expense(means, { booking_date: '2026-04-02' });

  const second = await score(company_id);

  expect(first).toMatchObject({ mode: 'upload', created: true });
  const rows = await scene.tasksOf(company_id);
  expect(rows).toMatchObject([{ status: 'blocked', priority: 'high', executor_type: 'human' }]);
  expect(second).toMatchObject({ task_id: first.task_id, created: false });
  expect(Number(rows[0].score)).toBe(second.score);
  expect(Number(second.score)).toBeGreaterThan(Number(first.score));
});

test('ends its task when the documents are there, and makes a new one for a new gap', async () => {
  await scene.provider();
  const { company_id, means } = await scene.company();
  const expense = await scene.expense(means);
  const first = await score(company_id);
  await insertPayment(client, workspacePk, {
    invoicePk: (await insertInvoice(client, workspacePk)).pk,
    transactionPk: expense.pk,
  });

  const covered = await score(company_id);
  const again = await score(company_id);
  const [ended] = await scene.tasksOf(company_id);
  await scene.expense(means);
  const gap = await score(company_id);

  expect(covered).toMatchObject({ task_id: first.task_id, created: false, features: { transactions: 0 } });
  expect(ended).toMatchObject({ status: 'done', done_at: expect.any(Date) });
  expect(again).toMatchObject({ task_id: null, created: false });
  expect(gap).toMatchObject({ created: true });
  expect((await scene.tasksOf(company_id)).map(({ status }) => status)).toEqual([
    'done',
    expect.stringMatching(/open|ice_log/),
  ]);
});

test('does not bring back a provider that somebody removed, nor claim one by a search term', async () => {
  const removed = await scene.provider();
  await client.query(
    'insert into workspace_providers (workspace_pk, provider_pk, is_matched, deleted_at) values ($1, $2, true, now())',
    [workspacePk, removed.pk],
  );
  const { company_id, means } = await scene.company();
  await scene.expense(means);
  const { rows } = await client.query<{ pk: number }>(
    `insert into providers (name, slug, searchable_terms) values ('Sonnenstrom', 'sonnenstrom', '{solarhaus}') returning pk`,
  );
  const solar = await scene.company({ name: 'Solarhaus Berlin', domain_normalized: null });
  await scene.expense(solar.means);

  await score(company_id);
  const term = await score(solar.company_id);

  expect(await matched(removed.pk)).toEqual([expect.objectContaining({ removed: true })]);
  expect(term).toMatchObject({ confidence: 0.6 });
  expect(await matched(rows[0]?.pk ?? 0)).toEqual([]);
});
