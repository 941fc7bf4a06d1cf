import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { monthlyClose } from '../../../functions/monthly_close/index.ts';
import { reconcile } from '../../../functions/reconcile/index.ts';
import { summariseExpenses } from '../../../shared/db/close-report.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { monthId } from '../../../shared/domain/close-ids.ts';
import { closeOfMonth } from '../../../shared/domain/follow-up-map.ts';
import { resolveTask } from '../../../shared/tasks/resolve-task.ts';
import { type Bank, confirmOwnCompany, openBank } from '../../support/closes.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import {
  insertInvoice,
  insertPayment,
  insertWorkspace,
  type TestWorkspace,
} from '../../support/factories.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner, workerDatabase } from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

interface Tenant extends TestWorkspace {
  bank: Bank;
  ownCompanyPk: number;
}

async function openTenant(): Promise<Tenant> {
  const workspace = await insertWorkspace(client);
  const own = await confirmOwnCompany(client, workspace.pk);
  return { ...workspace, ownCompanyPk: own.pk, bank: await openBank(client, workspace.pk) };
}

const start = async (tenant: Tenant, month = '2026-03') => {
  const runner = testRunner(database);
  return { runner, macro: await enqueueOne(runner, tenant.pk, closeOfMonth(tenant.workspace_id, month)) };
};
type Runner = Awaited<ReturnType<typeof start>>['runner'];

const childrenOf = async ({ pk }: Pick<TaskRow, 'pk'>) =>
  (await client.query<TaskRow>('select * from enrichment_tasks where parent_task_pk = $1 order by pk', [pk]))
    .rows;

/** Delivers a task, what it waits for, and the task again. */
async function runAll(runner: Runner, task: TaskRow): Promise<TaskRow> {
  await deliver(runner, task.enrichment_type === 'reconcile' ? reconcile : monthlyClose, task);
  const children = await childrenOf(task);
  for (const child of children) await runAll(runner, child);
  if (children.length > 0) await deliver(runner, monthlyClose, task);
  return taskOf(runner, task);
}

const finishes = async (task: TaskRow) =>
  (
    await client.query(
      `select detail ->> 'status' as status from enrichment_task_events where enrichment_task_pk = $1 and kind = 'finished'`,
      [task.pk],
    )
  ).rows;

test('a month is matched, routed per counterparty, reported and approved once', async () => {
  const tenant = await openTenant();
  const { bank } = tenant;
  const paid = await bank.payee({ name: 'Paid Paper Ltd' });
  const fetched = await bank.payee({
    name: '[Cloud](https://evil.test) <b>',
    domain_normalized: 'nimbus.test',
  });
  const matched = await bank.payee({ name: 'Matched Metals GmbH' });
  await client.query(
    `insert into providers (name, slug, url, blueprint_json) values ('Nimbus', 'nimbus-close', 'https://my.nimbus.test', '{}')`,
  );
  const covered = await bank.expense(paid);
  const invoice = await insertInvoice(client, tenant.pk, { issuer_pk: paid.pk, payment_status: 'paid' });
  await insertPayment(client, tenant.pk, { invoicePk: invoice.pk, transactionPk: covered.pk });
  await bank.expense(fetched, { instructed_amount: '-80.00', category_status: null });
  await bank.expense(fetched, {
    instructed_amount: '-20.00',
    instructed_currency: 'USD',
    booking_date: '2026-03-31',
  });
  await bank.expense(matched, { instructed_amount: '-345.60', remittance_unstructured: 'INV-778812' });
  await insertInvoice(client, tenant.pk, {
    ...{ issuer_pk: matched.pk, receiver_pk: tenant.ownCompanyPk, invoice_number: 'INV-778812' },
    ...{ grand_total: '345.60', payment_status: 'unpaid' },
  });
  await bank.expense(null);
  await bank.expense({ meansPk: bank.ownMeansPk });
  await bank.expense(await bank.payee({ name: ' ' }));
  await bank.expense(paid, { booking_date: '2026-04-01' });
  await bank.expense(paid, { status: 'pending' });
  await client.query(
    `insert into exchange_rates (source_currency, target_currency, rate, rate_date) values ('USD', 'EUR', 0.9, '2026-03-28')`,
  );
  const { runner, macro } = await start(tenant);

  const ended = await runAll(runner, macro);

  expect(ended).toMatchObject({
    status: 'awaiting_approval',
    output: {
      status: 'needs_approval',
      counterparties: 3,
      covered: 2,
      transactions: { total: 4, covered: 2, in_flight: 0, gaps: 2 },
      gaps: { agent: 2, connect: 0, upload: 0 },
      unrouted: 0,
      gap_list: [{ amount: '80.00' }, { amount: '20.00', mode: 'agent', date: '2026-03-31' }],
      totals: [
        { currency: 'EUR', amount: '80.00' },
        { currency: 'USD', amount: '20.00' },
      ],
      gap_total: '98.00',
      coverage: { categorized: 3, total: 4 },
      dropped: { bank_internal: 1, unknown: 1, unnamed_company: 1 },
      not_covered: { failed: 0, rejected: 0, companies: [] },
      blockers: { missing_supplier_invoices: 2 },
    },
  });
  expect(ended.description).toContain('98.00 EUR');
  expect(ended.description).not.toMatch(/https:\/\/evil|<b>/);

  const young = { workspacePk: tenant.pk, from: '2026-03-01', to: '2026-03-31', settledBy: '2026-03-30' };
  expect(await database.inWorkspace(tenant.pk, (db) => db.one(summariseExpenses(young)))).toMatchObject({
    ...{ covered: 2, gaps: 1, in_flight: 1 },
  });

  const approve = () =>
    resolveTask(database, async () => monthlyClose, {
      workspacePk: tenant.pk,
      taskId: macro.enrichment_task_id,
      action: 'approve',
      actor: 'user:test',
    });
  await bank.expense(paid);
  expect(await approve()).toMatchObject({ code: 'PROPOSAL_OUTDATED' });
  await client.query(
    `update transactions set deleted_at = now() where pk = (select max(pk) from transactions)`,
  );
  const answers = await Promise.all([approve(), approve()]);

  expect(answers.filter((answer) => 'applied' in answer)).toHaveLength(1);
  expect(await taskOf(runner, macro)).toMatchObject({ status: 'completed' });
  expect(await finishes(macro)).toEqual([{ status: 'awaiting_approval' }, { status: 'completed' }]);
});

test('two workspaces and two months of one counterparty are closed beside each other', async () => {
  const tenants = [await openTenant(), await openTenant()];
  const closes = [];
  for (const tenant of tenants) {
    const payee = await tenant.bank.payee();
    await tenant.bank.expense(payee);
    await tenant.bank.expense(payee, { booking_date: '2026-02-10' });
    for (const month of ['2026-02', '2026-03']) closes.push(await start(tenant, month));
  }
  for (const { runner, macro } of closes) await deliver(runner, monthlyClose, macro);

  const pending = await client.query(
    `select from enrichment_tasks where entity_type = 'company_month' and status = 'pending'`,
  );
  expect(pending.rowCount).toBe(4);

  const ended = [];
  for (const { runner, macro } of closes) ended.push(await runAll(runner, macro));

  expect(ended.map(({ status, output }) => [status, (output as { gaps: object }).gaps])).toEqual(
    Array(4).fill(['awaiting_approval', { agent: 0, connect: 0, upload: 1 }]),
  );
});

test('the last children end together and the month ends once, naming the one that failed', async () => {
  const tenant = await openTenant();
  const payees = [];
  for (let n = 0; n < 6; n += 1) payees.push(await tenant.bank.payee({ name: `Payee ${n}` }));
  for (const payee of payees) await tenant.bank.expense(payee);
  const { runner, macro } = await start(tenant);
  await deliver(runner, monthlyClose, macro);
  const children = await childrenOf(macro);
  await client.query(`update enrichment_tasks set input = input || '{"wrong": 1}' where pk = $1`, [
    children[0]?.pk,
  ]);
  const failing = (children[0]?.input as { company_id: string } | undefined)?.company_id;

  await Promise.all([...children, ...children].map((child) => deliver(runner, monthlyClose, child)));
  await Promise.all([deliver(runner, monthlyClose, macro), deliver(runner, monthlyClose, macro)]);

  expect(children).toHaveLength(6);
  expect(await finishes(macro)).toEqual([{ status: 'awaiting_approval' }]);
  const ended = await taskOf(runner, macro);
  expect(ended.output).toMatchObject({
    gaps: { upload: 5 },
    unrouted: 1,
    not_covered: { failed: 1, rejected: 0, companies: [{ company_id: failing, status: 'failed' }] },
  });
  expect(ended.description).toMatch(/Payee \d \(failed\)/);
});

test('a month that is being closed answers its task, and a second one of it is refused', async () => {
  const tenant = await openTenant();
  await tenant.bank.expense(await tenant.bank.payee());
  const { runner, macro } = await start(tenant);
  const otherWords = { ...closeOfMonth(tenant.workspace_id, '2026-03') };
  otherWords.input = { ...otherWords.input, workspace_id: tenant.workspace_id };

  const asked = await Promise.all([1, 2, 3].map(() => enqueueOne(runner, tenant.pk, otherWords)));
  const waiting = await runAll(runner, macro);
  const askedLater = await enqueueOne(runner, tenant.pk, otherWords);
  const { rows } = await client.query<TaskRow>(
    `insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id, input)
     values ($1, 'monthly_close', 'month', $2, '{"record_id": "2026-03"}') returning *`,
    [tenant.pk, monthId(tenant.workspace_id, '2026-03')],
  );
  const second = rows[0] as TaskRow;
  await deliver(runner, monthlyClose, second);

  expect(waiting.status).toBe('awaiting_approval');
  expect([...asked, askedLater].map((task) => task.pk)).toEqual(Array(4).fill(macro.pk));
  expect(await taskOf(runner, second)).toMatchObject({
    status: 'rejected',
    error: `already_running: 2026-03 is closed by task ${macro.enrichment_task_id}`,
  });
});

test.each([
  ['a month that has not ended', '2999-01', true, 'month_not_ended: 2999-01 has not ended yet'],
  ['a workspace whose own company nobody confirmed', '2026-03', false, 'own_company_unconfirmed'],
])('%s is refused', async (_what, month, confirmed, reason) => {
  const workspace = await insertWorkspace(client);
  if (confirmed) await confirmOwnCompany(client, workspace.pk);
  const runner = testRunner(database);
  const macro = await enqueueOne(runner, workspace.pk, closeOfMonth(workspace.workspace_id, month));

  await deliver(runner, monthlyClose, macro);

  expect(await taskOf(runner, macro)).toMatchObject({
    status: 'rejected',
    error: expect.stringContaining(reason),
  });
});

test('a month without anything uncovered is done at once', async () => {
  const tenant = await openTenant();
  const payee = await tenant.bank.payee();
  const paid = await tenant.bank.expense(payee);
  const invoice = await insertInvoice(client, tenant.pk, { issuer_pk: payee.pk });
  await insertPayment(client, tenant.pk, { invoicePk: invoice.pk, transactionPk: paid.pk });
  const { runner, macro } = await start(tenant);

  await deliver(runner, monthlyClose, macro);

  expect(await taskOf(runner, macro)).toMatchObject({
    status: 'completed',
    output: { status: 'ok', counterparties: 1, covered: 1, gap_total: '0.00' },
  });
});
