import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recomputePaymentStatus } from '../../../shared/db/invoices.ts';
import { type Database, openDatabase } from '../../../shared/db/pool.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { insertInvoice, insertPayment, insertTransaction, insertWorkspace } from '../../support/factories.ts';
import { owner } from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let workspacePk: number;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase({ url: fresh.url, role: 'wellspring_worker', poolSize: 2 });
  client = await owner(fresh.url);
});
afterAll(async () => {
  await database.close();
  await client.end();
  await fresh.drop();
});
beforeEach(async () => {
  workspacePk = (await insertWorkspace(client)).pk;
});

const recompute = (invoicePk: number, inWorkspacePk = workspacePk) =>
  database.inWorkspace(inWorkspacePk, (db) =>
    recomputePaymentStatus(db, { workspacePk: inWorkspacePk, invoicePk }),
  );
const pay = async (invoicePk: number, columns: Record<string, string | null | Date> = {}) => {
  const transaction = await insertTransaction(client, workspacePk);
  await insertPayment(client, workspacePk, { invoicePk, transactionPk: transaction.pk, ...columns });
};
const invoiceOf = async (pk: number) => {
  const { rows } = await client.query(
    `select payment_status, paid_amount, balance_due, last_payment_allocation_date::text as paid_on
     from invoices where pk = $1`,
    [pk],
  );
  return rows[0];
};

test('counts confirmed payments that are still there, in the currency of the invoice', async () => {
  const { pk } = await insertInvoice(client, workspacePk, { grand_total: '120.00' });
  await pay(pk, { amount: '50.00', created_at: new Date('2026-03-10T12:00:00Z') });
  await pay(pk, {
    amount: '76.00',
    currency: 'USD',
    accounting_amount: '69.80',
    accounting_currency: 'EUR',
    created_at: new Date('2026-03-12T12:00:00Z'),
  });
  await pay(pk, { edge_status: 'provisional' });
  await pay(pk, { deleted_at: new Date() });

  const position = await recompute(pk);

  expect(position).toMatchObject({ payment_status: 'paid', paid_amount: '119.8' });
  expect(await invoiceOf(pk)).toMatchObject({
    payment_status: 'paid',
    paid_amount: '119.80',
    balance_due: '0.20',
    paid_on: expect.stringContaining('2026-03-12'),
  });
});

test('leaves an invoice alone when a payment cannot be converted', async () => {
  const { pk } = await insertInvoice(client, workspacePk);
  await pay(pk, { currency: 'USD' });

  expect(await recompute(pk)).toEqual({ halt: 'allocation_not_convertible' });
  expect(await invoiceOf(pk)).toMatchObject({ payment_status: 'unknown', balance_due: null });
});

test('keeps the status that a user set, and brings its amounts up to date', async () => {
  const { pk } = await insertInvoice(client, workspacePk, { payment_status: 'paid', override_version: 1 });

  await recompute(pk);

  expect(await invoiceOf(pk)).toMatchObject({ payment_status: 'paid', balance_due: '120.00' });
});

test('goes back to unpaid when the last payment is taken away', async () => {
  const { pk } = await insertInvoice(client, workspacePk);
  await pay(pk);
  await recompute(pk);
  await client.query('update invoice_transactions set deleted_at = now() where invoice_pk = $1', [pk]);

  await recompute(pk);

  expect(await invoiceOf(pk)).toMatchObject({ payment_status: 'unpaid', paid_amount: '0.00', paid_on: null });
});

test('does not see the invoice of another workspace', async () => {
  const { pk } = await insertInvoice(client, workspacePk);
  const other = await insertWorkspace(client);

  expect(await recompute(pk, other.pk)).toEqual({ halt: 'invoice_not_found' });
});
