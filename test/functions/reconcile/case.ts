import type { NewTask } from '../../../shared/dispatch/enqueue.ts';
import { insertCompany, insertInvoice, insertTransaction } from '../../support/factories.ts';
import type { Arranged, Scene, WorkerCase, World } from '../worker-case.ts';

const invoiceOf = async ({ client, workspacePk, ownCompany }: World, columns: object = {}) => {
  const supplier = await insertCompany(client, workspacePk, { name: 'Ondine Fictional Prints GmbH' });
  return insertInvoice(client, workspacePk, {
    ...{ issuer_pk: supplier.pk, receiver_pk: ownCompany.pk, invoice_number: 'OFP-20391' },
    ...{ issue_date: '2026-03-02', due_date: '2026-04-01', grand_total: '540.00', local_currency: 'EUR' },
    ...columns,
  });
};
const paymentOf = ({ client, workspacePk }: World, columns: object = {}) =>
  insertTransaction(client, workspacePk, {
    ...{ type: 'debit', status: 'booked', instructed_amount: '-540.00', instructed_currency: 'EUR' },
    ...{ booking_date: '2026-03-30', remittance_unstructured: 'VIR SEPA ONDINE FICTIONAL PRINTS OFP-20391' },
    ...columns,
  });
const link = (
  { client, workspacePk }: World,
  invoice: { pk: number },
  payment: { pk: number },
  columns: { amount: string; edge_status: string },
) =>
  client.query(
    `insert into invoice_transactions (workspace_pk, invoice_pk, transaction_pk, amount, currency, edge_status, allocation_type)
     values ($1, $2, $3, $4, 'EUR', $5, 'full')`,
    [workspacePk, invoice.pk, payment.pk, columns.amount, columns.edge_status],
  );

const task = (entity_type: NewTask['entity_type'], entity_id: string): NewTask => ({
  ...{ enrichment_type: 'reconcile', entity_type, entity_id },
  input: { [`${entity_type}_id`]: entity_id },
});
const halts = (mode: 'payment' | 'identity'): Arranged['expected'] => ({
  status: 'completed',
  output: mode === 'payment' ? { mode, links: [] } : { mode, proposals: [] },
  followUps: [],
});

/** A payment that is larger than the invoice whose number it names: to be proposed. */
const tooLarge = {
  instructed_amount: '-800.00',
  remittance_unstructured: 'VIR ONDINE FICTIONAL PRINTS OFP-20391',
};

/** Payments and invoices. */
export const reconcileCase: WorkerCase = {
  type: 'reconcile',

  async success(world) {
    const invoice = await invoiceOf(world);
    const payment = await paymentOf(world);
    return {
      task: task('invoice', invoice.invoice_id),
      expected: {
        status: 'completed',
        output: {
          mode: 'payment',
          links: [{ counterpart_id: payment.transaction_id, amount: '540.00', edge_status: 'confirmed' }],
        },
        followUps: [],
      },
    };
  },

  halts: {
    async missing_anchor(world) {
      const payment = await paymentOf(world, { booking_date: null });
      return { task: task('transaction', payment.transaction_id), expected: halts('payment') };
    },
    async no_match(world) {
      const invoice = await invoiceOf(world);
      await paymentOf(world, { remittance_unstructured: 'LOYER MARS' });
      return { task: task('invoice', invoice.invoice_id), expected: halts('payment') };
    },
    async already_covered(world) {
      const invoice = await invoiceOf(world);
      await link(world, invoice, await paymentOf(world), { amount: '540.00', edge_status: 'confirmed' });
      return { task: task('invoice', invoice.invoice_id), expected: halts('payment') };
    },
    async already_proposed(world) {
      const invoice = await invoiceOf(world);
      await link(world, invoice, await paymentOf(world, tooLarge), {
        amount: '540.00',
        edge_status: 'provisional',
      });
      return { task: task('invoice', invoice.invoice_id), expected: halts('payment') };
    },
    async record_unusable(world) {
      const invoice = await invoiceOf(world, { grand_total: null });
      return { task: task('invoice', invoice.invoice_id), expected: halts('payment') };
    },
  },

  failures: {
    async 'a payment that is gone'(world) {
      const { pk, transaction_id } = await paymentOf(world);
      return {
        task: task('transaction', transaction_id),
        meanwhile: () => world.client.query('update transactions set deleted_at = now() where pk = $1', [pk]),
        expected: { status: 'failed', error: 'NOT_FOUND: ', followUps: [] },
      };
    },
    async 'an input that names nothing we know'(world) {
      const payment = await paymentOf(world);
      return {
        task: { ...task('transaction', payment.transaction_id), input: { company: 'Ondine' } },
        expected: { status: 'failed', error: 'INPUT_INVALID: ', followUps: [] },
      };
    },
  },
};

const twin = { canonical_tax_id: 'XX400001', canonical_legal_name: 'ONDINE FICTIONAL PRINTS' };
const companyOf = ({ client, workspacePk }: World, columns: object = {}) =>
  insertCompany(client, workspacePk, { name: 'Ondine Fictional Prints', ...twin, ...columns });

const twinsThatWait: Scene = async (world) => {
  const { client, workspacePk } = world;
  const [first, second] = [await companyOf(world), await companyOf(world)];
  await client.query(
    `with asking as (
       insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id, status, output)
       values ($1, 'reconcile', 'company', $2::text, 'awaiting_approval', jsonb_build_object('pair', array[$2::text, $3::text]))
       returning pk
     )
     insert into reconciliation_links (
       workspace_pk, source_type, source_id, target_type, target_id, action, confidence, enrichment_task_pk
     )
     select $1, 'company', $2::text, 'company', $3::text, 'merge', 0.98, pk from asking`,
    [workspacePk, first.company_id, second.company_id],
  );
  return { task: task('company', second.company_id), expected: halts('identity') };
};

/** Companies, people and accounts. */
export const reconcileIdentityCase: WorkerCase = {
  type: 'reconcile',

  async success(world) {
    const [first, second] = [await companyOf(world), await companyOf(world)];
    return {
      task: task('company', second.company_id),
      expected: {
        status: 'awaiting_approval',
        output: {
          mode: 'identity',
          proposals: [
            {
              ...{ primary_id: first.company_id, secondary_id: second.company_id, confidence: 0.98 },
              contributions: { tax_id: 0.95, legal_name: 0.6 },
            },
          ],
        },
        followUps: [],
      },
    };
  },

  halts: {
    async no_candidate(world) {
      const company = await companyOf(world);
      await companyOf(world, { canonical_tax_id: 'XX400002' });
      return { task: task('company', company.company_id), expected: halts('identity') };
    },
    already_proposed: twinsThatWait,
  },

  failures: {
    async 'a company that is gone'(world) {
      const { pk, company_id } = await companyOf(world);
      return {
        task: task('company', company_id),
        meanwhile: () => world.client.query('update companies set deleted_at = now() where pk = $1', [pk]),
        expected: { status: 'failed', error: 'NOT_FOUND: ', followUps: [] },
      };
    },
    async 'an input that names nothing we know'(world) {
      const company = await companyOf(world);
      return {
        task: { ...task('company', company.company_id), input: { name: 'Ondine' } },
        expected: { status: 'failed', error: 'INPUT_INVALID: ', followUps: [] },
      };
    },
  },
};
