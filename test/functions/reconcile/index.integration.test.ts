import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reconcile } from '../../../functions/reconcile/index.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { insertCompany, insertInvoice, insertTransaction, insertWorkspace } from '../../support/factories.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner, workerDatabase } from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let workspacePk: number;
let own: { pk: number };
let supplier: { pk: number };

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
beforeEach(async () => {
  workspacePk = (await insertWorkspace(client)).pk;
  own = await insertCompany(client, workspacePk, { name: 'Marlow Studio SAS' });
  supplier = await insertCompany(client, workspacePk, { name: 'Ondine Fictional Prints GmbH' });
  await client.query('update workspaces set own_company_pk = $1 where pk = $2', [own.pk, workspacePk]);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

const anInvoice = (columns: object = {}) =>
  insertInvoice(client, workspacePk, {
    issuer_pk: supplier.pk,
    receiver_pk: own.pk,
    invoice_number: 'OFP-20391',
    issue_date: '2026-03-02',
    due_date: '2026-04-01',
    grand_total: '540.00',
    local_currency: 'EUR',
    document_type_code: '380',
    ...columns,
  });

const aPayment = (columns: object = {}) =>
  insertTransaction(client, workspacePk, {
    type: 'debit',
    status: 'booked',
    instructed_amount: '-540.00',
    instructed_currency: 'EUR',
    booking_date: '2026-03-30',
    remittance_unstructured: 'VIR SEPA ONDINE FICTIONAL PRINTS OFP-20391',
    ...columns,
  });

const run = async (
  entity_type: 'invoice' | 'transaction' | 'company',
  entity_id: string,
  input: Record<string, unknown> = {},
) => {
  const runner = testRunner(database);
  const task = await enqueueOne(
    runner,
    workspacePk,
    { enrichment_type: 'reconcile', entity_type, entity_id, input },
    { force: true },
  );
  await deliver(runner, reconcile, task);
  return taskOf(runner, task);
};

const links = async () =>
  (
    await client.query(
      `select i.invoice_number as number, l.amount, l.edge_status, l.allocation_type, l.match_method
       from invoice_transactions l join invoices i on i.pk = l.invoice_pk
       where l.workspace_pk = $1 and l.deleted_at is null order by l.pk`,
      [workspacePk],
    )
  ).rows;

const statusOf = async (invoice: { pk: number }) =>
  (
    await client.query('select payment_status, paid_amount, balance_due from invoices where pk = $1', [
      invoice.pk,
    ])
  ).rows[0];

describe('a sure match', () => {
  test('from the invoice links it and brings its payment status up to date', async () => {
    const invoice = await anInvoice();
    const payment = await aPayment();

    const task = await run('invoice', invoice.invoice_id);

    expect(task).toMatchObject({
      status: 'completed',
      output: {
        status: 'ok',
        mode: 'payment',
        links: [{ counterpart_id: payment.transaction_id, amount: '540.00', edge_status: 'confirmed' }],
      },
    });
    expect(await links()).toEqual([
      {
        number: 'OFP-20391',
        amount: '540.00',
        edge_status: 'confirmed',
        allocation_type: 'full',
        match_method: 'rule_matched',
      },
    ]);
    expect(await statusOf(invoice)).toEqual({
      payment_status: 'paid',
      paid_amount: '540.00',
      balance_due: '0.00',
    });
  });

  test('from the transaction is the same link', async () => {
    const invoice = await anInvoice();
    const payment = await aPayment();

    const task = await run('transaction', payment.transaction_id);

    expect(task).toMatchObject({
      status: 'completed',
      output: { links: [{ counterpart_id: invoice.invoice_id }] },
    });
    expect(await links()).toHaveLength(1);
  });

  test('of one payment for two invoices settles both, from either of them', async () => {
    const first = await anInvoice({ invoice_number: 'OFP-20391', grand_total: '540.00' });
    const second = await anInvoice({
      invoice_number: 'OFP-20407',
      grand_total: '260.00',
      issue_date: '2026-03-09',
    });
    await aPayment({
      instructed_amount: '-800.00',
      remittance_unstructured: 'VIR ONDINE FICTIONAL PRINTS OFP-20391 OFP-20407',
    });

    const task = await run('invoice', second.invoice_id);

    expect(task.status).toBe('completed');
    expect(await links()).toHaveLength(2);
    expect([await statusOf(first), await statusOf(second)].map((row) => row?.payment_status)).toEqual([
      'paid',
      'paid',
    ]);
  });

  test('of a part leaves the rest open', async () => {
    const invoice = await anInvoice();
    await aPayment({
      instructed_amount: '-200.00',
      remittance_unstructured: 'ACOMPTE OFP-20391 ONDINE FICTIONAL PRINTS',
    });

    await run('invoice', invoice.invoice_id);

    expect(await statusOf(invoice)).toMatchObject({
      payment_status: expect.stringMatching(/partial|unpaid|unknown/),
    });
    expect(await links()).toMatchObject([{ amount: '200.00', allocation_type: 'partial' }]);
  });
});

describe('halts', () => {
  test('amount alone is no match', async () => {
    const invoice = await anInvoice();
    await aPayment({ remittance_unstructured: 'LOYER MARS' });

    const task = await run('invoice', invoice.invoice_id);

    expect(task).toMatchObject({
      status: 'completed',
      output: { status: 'halted', halt: { code: 'no_match' }, links: [] },
    });
    expect(await links()).toEqual([]);
  });

  test('a record without a date has no anchor', async () => {
    const invoice = await anInvoice({ issue_date: null, due_date: null });

    expect(await run('invoice', invoice.invoice_id)).toMatchObject({
      output: { halt: { code: 'missing_anchor' } },
    });
  });

  test('a second run finds the invoice covered and changes nothing', async () => {
    const invoice = await anInvoice();
    await aPayment();
    await run('invoice', invoice.invoice_id);
    const before = await links();

    const again = await run('invoice', invoice.invoice_id, { force: true });

    expect(again).toMatchObject({ output: { halt: { code: 'already_covered' } } });
    expect(await links()).toEqual(before);
  });

  test('an invoice without a total cannot be matched, and says why', async () => {
    const invoice = await anInvoice({ grand_total: null });

    expect(await run('invoice', invoice.invoice_id)).toMatchObject({
      output: { halt: { code: 'record_unusable' } },
    });
  });
});

test('a target that is gone by then fails the task', async () => {
  const invoice = await anInvoice();
  const runner = testRunner(database);
  const task = await enqueueOne(runner, workspacePk, {
    enrichment_type: 'reconcile',
    entity_type: 'invoice',
    entity_id: invoice.invoice_id,
  });
  await client.query('update invoices set deleted_at = now() where pk = $1', [invoice.pk]);

  await deliver(runner, reconcile, task);

  expect(await taskOf(runner, task)).toMatchObject({
    status: 'failed',
    error: `NOT_FOUND: there is no invoice ${invoice.invoice_id}`,
  });
});

test('a pair that was declined is not proposed again until one of its strong keys changes', async () => {
  const invoice = await anInvoice();
  const payment = await aPayment();
  await run('invoice', invoice.invoice_id);
  await client.query('update invoice_transactions set deleted_at = now() where workspace_pk = $1', [
    workspacePk,
  ]);

  const declined = await run('invoice', invoice.invoice_id);
  await client.query(
    `update transactions set remittance_unstructured = 'ONDINE FICTIONAL PRINTS INV OFP-20391 CORRECTED' where pk = $1`,
    [payment.pk],
  );
  const changed = await run('invoice', invoice.invoice_id);

  expect(declined).toMatchObject({ output: { halt: { code: 'no_match' } } });
  expect(changed).toMatchObject({ status: 'completed', output: { links: [{ edge_status: 'confirmed' }] } });
});

test('two runs at once never take more than there is', async () => {
  const first = await anInvoice();
  const second = await anInvoice({ invoice_number: 'OFP-20391' });
  await aPayment();

  await Promise.all([run('invoice', first.invoice_id), run('invoice', second.invoice_id)]);

  const { rows } = await client.query<{ sum: string | null }>(
    'select sum(amount)::text as sum from invoice_transactions where workspace_pk = $1 and deleted_at is null',
    [workspacePk],
  );
  expect(Number(rows[0]?.sum ?? 0)).toBeLessThanOrEqual(540);
});

test('a proposal makes room when a later invoice explains the whole payment', async () => {
  const first = await anInvoice({ invoice_number: 'OFP-20391', grand_total: '540.00' });
  await aPayment({
    instructed_amount: '-800.00',
    remittance_unstructured: 'VIR ONDINE FICTIONAL PRINTS OFP-20391 OFP-20407',
  });
  const proposed = await run('invoice', first.invoice_id);
  const again = await run('invoice', first.invoice_id);
  const second = await anInvoice({
    invoice_number: 'OFP-20407',
    grand_total: '260.00',
    issue_date: '2026-03-09',
  });

  const explained = await run('invoice', second.invoice_id);

  expect(proposed.status).toBe('awaiting_approval');
  expect(again).toMatchObject({ output: { halt: { code: 'already_proposed' } } });
  expect(explained.status).toBe('completed');
  expect(await links()).toMatchObject([
    { number: 'OFP-20391', amount: '540.00', edge_status: 'confirmed' },
    { number: 'OFP-20407', amount: '260.00', edge_status: 'confirmed' },
  ]);
  expect([await statusOf(first), await statusOf(second)].map((row) => row?.payment_status)).toEqual([
    'paid',
    'paid',
  ]);
});

test('a subscription of equal amounts is not matched for sure to the wrong month', async () => {
  const months = ['2026-01', '2026-02', '2026-03'];
  const invoices = [];
  for (const [index, month] of months.entries())
    invoices.push(
      await anInvoice({
        invoice_number: `OFP-3${index}00`,
        issue_date: `${month}-01`,
        due_date: `${month}-15`,
        grand_total: '49.00',
      }),
    );
  await aPayment({
    instructed_amount: '-49.00',
    booking_date: '2026-02-16',
    remittance_unstructured: 'PRLV ONDINE FICTIONAL PRINTS ABONNEMENT',
  });

  for (const invoice of invoices) await run('invoice', invoice.invoice_id);

  const confirmed = (await links()).filter((link) => link.edge_status === 'confirmed');
  expect(confirmed.filter((link) => link.number !== 'OFP-3100')).toEqual([]);
});

test("another workspace's payment is never seen", async () => {
  const invoice = await anInvoice();
  const other = await insertWorkspace(client);
  await insertTransaction(client, other.pk, {
    type: 'debit',
    status: 'booked',
    instructed_amount: '-540.00',
    instructed_currency: 'EUR',
    booking_date: '2026-03-30',
    remittance_unstructured: 'VIR SEPA ONDINE FICTIONAL PRINTS OFP-20391',
  });

  expect(await run('invoice', invoice.invoice_id)).toMatchObject({ output: { halt: { code: 'no_match' } } });
});

test('a payment in another currency is matched by the dated rate, which is kept with what it settles', async () => {
  const invoice = await anInvoice({ local_currency: 'USD', grand_total: '540.00' });
  const { rows: rates } = await client.query<{ pk: number }>(
    `insert into exchange_rates (source_currency, target_currency, rate, rate_date)
     values ('USD', 'EUR', 0.92, '2026-03-29'), ('USD', 'EUR', 0.5, '2026-03-31') returning pk`,
  );
  await aPayment({ instructed_amount: '-496.80' });

  const task = await run('invoice', invoice.invoice_id);

  const { rows } = await client.query(
    'select amount, currency, accounting_amount, accounting_currency, exchange_rate_pk from invoice_transactions where workspace_pk = $1',
    [workspacePk],
  );
  expect(task.status).toMatch(/completed|awaiting_approval/);
  expect(rows).toEqual([
    {
      ...{ amount: '496.80', currency: 'EUR', accounting_amount: '540.00', accounting_currency: 'USD' },
      exchange_rate_pk: rates[0]?.pk,
    },
  ]);
});
