import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aiInvoice } from '../../../functions/ai_invoice/index.ts';
import { saveExtraction } from '../../../shared/db/document-extractions.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import { readInvoice } from '../../../shared/extraction/invoice/read-invoice.ts';
import { packDocument, textOf } from '../../../shared/extraction/pack-document.ts';
import { insertDocument, insertPayment, insertTransaction } from '../../support/factories.ts';
import { ciiXml } from '../../support/invoice-xml.ts';
import { insertMember, type Member } from '../start-doors.ts';
import { eventsOf, type Resolve, resolve, runTask, startResolve } from './start-resolve.ts';

// In this process: how foreign XML is kept away from it is no matter of approvals.
const readers = {
  model: null,
  documents: { readInvoice: async (...parts: Parameters<typeof readInvoice>) => readInvoice(...parts) },
};

const IBAN = 'DE02120300000000202051';
const OTHER_IBAN = 'DE88200800000970375700';

let doors: Resolve;
let member: Member;

beforeAll(async () => {
  doors = await startResolve();
});
beforeEach(async () => {
  member = await insertMember(doors.client);
});
afterAll(() => doors.close());

const rows = async (text: string, ...values: unknown[]) => (await doors.client.query(text, values)).rows;
const settlement = (iban: string) =>
  `<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>${iban}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>`;

/** An e-invoice whose text has been read. */
async function documentOf(xml: string) {
  const { workspacePk } = member;
  const document = await insertDocument(doors.client, workspacePk, { processing_status: 'categorized' });
  const content = {
    ...{ mediaType: 'application/xml', pageCount: 0, truncated: false, pages: [] },
    attachments: [{ name: 'document.xml', bytes: new TextEncoder().encode(xml) }],
  };
  await doors.workerDatabase.inWorkspace(workspacePk, (db) =>
    db.one(
      saveExtraction({
        ...{ workspacePk, documentPk: document.pk, parserName: 'wellspring', parserVersion: '1' },
        ...{ sourceChecksum: document.content_checksum, text: textOf(content) },
        ...{ pageCount: content.pageCount, metadata: packDocument(content) },
      }),
    ),
  );
  return document;
}

const read = ({ document_id: entity_id }: { document_id: string }, input = {}) =>
  runTask(doors, member, aiInvoice, { entity_type: 'document', entity_id }, { input, extra: readers });

/** The total was corrected by a person, and the document states another one. */
async function contradicted() {
  const document = await documentOf(ciiXml());
  const { invoice_id } = (await read(document)).output as { invoice_id: string };
  await doors.client.query('update invoices set grand_total = 130 where invoice_id = $1', [invoice_id]);
  await doors.client.query(
    `update field_provenance set source = 'user' where entity_id = $1 and field = 'grand_total'`,
    [invoice_id],
  );
  const task = await read(document, { force: true });
  if (task.status !== 'awaiting_approval') throw new Error(`the conflict is ${task.status}`);
  return { invoiceId: invoice_id, task };
}

const answer = async (action: 'approve' | 'reject', { enrichment_task_id }: TaskRow) =>
  (await resolve(doors, member, action, [enrichment_task_id])).body.data.attributes;
const invoiceOf = async (invoiceId: string) =>
  (
    await rows(
      'select pk, grand_total, payment_status, balance_due from invoices where invoice_id = $1',
      invoiceId,
    )
  )[0];
const taskOf = async ({ pk }: TaskRow) =>
  (await rows('select status, output, completed_at from enrichment_tasks where pk = $1', pk))[0];

describe('approving a contradiction', () => {
  test('writes what the document says, as the word of the person who approved', async () => {
    const { invoiceId, task } = await contradicted();

    const attributes = await answer('approve', task);

    expect(attributes).toEqual({
      resolved: [
        {
          task_id: task.enrichment_task_id,
          action: 'approve',
          success: true,
          invoice_id: invoiceId,
          applied: ['grand_total'],
          payment: { payment_status: 'unpaid' },
        },
      ],
      errors: [],
    });
    expect(await invoiceOf(invoiceId)).toMatchObject({ grand_total: '120.00', balance_due: '120.00' });
    expect(
      await rows(
        `select source, confidence, enrichment_task_pk from field_provenance where entity_id = $1 and field = 'grand_total'`,
        invoiceId,
      ),
    ).toEqual([{ source: 'user', confidence: '1.00', enrichment_task_pk: task.pk }]);
    expect(await taskOf(task)).toMatchObject({
      status: 'completed',
      completed_at: expect.any(Date),
      output: { status: 'ok', applied: ['grand_total'], proposal: { fields: { grand_total: '120.00' } } },
    });
  });

  test('brings the payment status up to date', async () => {
    const { invoiceId, task } = await contradicted();
    const payment = await insertTransaction(doors.client, member.workspacePk);
    const { pk: invoicePk } = await invoiceOf(invoiceId);
    await insertPayment(doors.client, member.workspacePk, { invoicePk, transactionPk: payment.pk });

    await answer('approve', task);

    expect(await invoiceOf(invoiceId)).toMatchObject({ payment_status: 'paid', balance_due: '0.00' });
  });

  test('has the payments looked for again, and keeps what was asked for before', async () => {
    const { invoiceId, task } = await contradicted();
    const before = (task.output as { followups: string[] }).followups;
    await doors.client.query(
      `update enrichment_tasks set status = 'completed', completed_at = now() where enrichment_task_id = any($1)`,
      [before],
    );
    const sent = doors.queue.messages.length;

    await answer('approve', task);

    const { followups } = (await taskOf(task)).output;
    expect(followups.slice(0, before.length)).toEqual(before);
    const [followUp] = followups.slice(before.length);
    expect(
      await rows(
        'select enrichment_type, entity_id, status, source_channel from enrichment_tasks where enrichment_task_id = $1',
        followUp,
      ),
    ).toEqual([
      { enrichment_type: 'reconcile', entity_id: invoiceId, status: 'pending', source_channel: 'manual' },
    ]);
    expect(doors.queue.messages.slice(sent)).toMatchObject([{ id: followUp, type: 'reconcile' }]);
  });

  test('is refused when the person has changed the value since, and nothing is written', async () => {
    const { invoiceId, task } = await contradicted();
    await doors.client.query('update invoices set grand_total = 140 where invoice_id = $1', [invoiceId]);

    const { errors } = await answer('approve', task);

    expect(errors).toMatchObject([{ code: 'PROPOSAL_OUTDATED' }]);
    expect(await invoiceOf(invoiceId)).toMatchObject({ grand_total: '140.00' });
    expect(await taskOf(task)).toMatchObject({ status: 'awaiting_approval' });
  });

  test('is refused when the invoice is gone', async () => {
    const { invoiceId, task } = await contradicted();
    await doors.client.query('update invoices set deleted_at = now() where invoice_id = $1', [invoiceId]);

    expect((await answer('approve', task)).errors).toMatchObject([{ code: 'PROPOSAL_OUTDATED' }]);
  });
});

test('rejecting a contradiction keeps what stands', async () => {
  const { invoiceId, task } = await contradicted();
  const provenance = () =>
    rows(`select field, source from field_provenance where entity_id = $1 order by field`, invoiceId);
  const before = await provenance();

  const { resolved } = await answer('reject', task);

  expect(resolved).toEqual([{ task_id: task.enrichment_task_id, action: 'reject', success: true }]);
  expect(await invoiceOf(invoiceId)).toMatchObject({ grand_total: '130.00' });
  expect(await provenance()).toEqual(before);
  expect(await taskOf(task)).toMatchObject({ status: 'rejected', completed_at: expect.any(Date) });
  expect((await eventsOf(doors, task)).at(-1)).toMatchObject({
    kind: 'finished',
    detail: { status: 'rejected' },
  });
});

describe('an account that the issuer never had', () => {
  const unknownAccount = async () => {
    await read(await documentOf(ciiXml({ settlement: settlement(IBAN) })));
    const task = await read(await documentOf(ciiXml({ number: 'A-18', settlement: settlement(OTHER_IBAN) })));
    if (task.status !== 'awaiting_approval') throw new Error(`the account is ${task.status}`);
    return task;
  };
  const accountsOfIssuer = async () =>
    (
      await rows(
        `select a.iban from payment_means m join accounts a on a.pk = m.account_pk
         where m.workspace_pk = $1 and m.company_pk is not null order by m.pk`,
        member.workspacePk,
      )
    ).map(({ iban }) => iban);

  test('becomes theirs once a person says so', async () => {
    const task = await unknownAccount();

    await answer('approve', task);

    expect(await accountsOfIssuer()).toEqual([IBAN, OTHER_IBAN]);
  });

  test('does not when a person says no', async () => {
    const task = await unknownAccount();

    await answer('reject', task);

    expect(await accountsOfIssuer()).toEqual([IBAN]);
  });
});
