import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reconcile } from '../../../functions/reconcile/index.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import { insertPayment } from '../../support/factories.ts';
import { insertMember, type Member } from '../start-doors.ts';
import { eventsOf, type Resolve, resolve, runTask, startResolve, supplierOf } from './start-resolve.ts';

let doors: Resolve;
let member: Member;
let supplier: Awaited<ReturnType<typeof supplierOf>>;

beforeAll(async () => {
  doors = await startResolve();
});
beforeEach(async () => {
  member = await insertMember(doors.client);
  supplier = await supplierOf(doors, member);
});
afterAll(() => doors.close());

const rematch = (invoice: { invoice_id: string }, options = {}) =>
  runTask(doors, member, reconcile, { entity_type: 'invoice', entity_id: invoice.invoice_id }, options);

/** A payment that is larger than the invoice whose number it names: perhaps it pays that one. */
async function proposed(options: { batch?: boolean; parentTaskPk?: number } = {}) {
  const invoice = await supplier.invoice();
  const payment = await supplier.payment();
  const task = await rematch(invoice, options);
  if (task.status !== 'awaiting_approval') throw new Error(`the proposal is ${task.status}`);
  return { invoice, payment, task };
}

const approve = (...tasks: Pick<TaskRow, 'enrichment_task_id'>[]) =>
  resolve(
    doors,
    member,
    'approve',
    tasks.map((task) => task.enrichment_task_id),
  );
const reject = (...tasks: Pick<TaskRow, 'enrichment_task_id'>[]) =>
  resolve(
    doors,
    member,
    'reject',
    tasks.map((task) => task.enrichment_task_id),
  );

const rowOf = async ({ pk }: Pick<TaskRow, 'pk'>) =>
  (
    await doors.client.query(
      'select status, output, error, completed_at from enrichment_tasks where pk = $1',
      [pk],
    )
  ).rows[0];
const links = async () =>
  (
    await doors.client.query(
      `select invoice_transaction_id, amount, edge_status, match_method, deleted_at is not null as deleted
       from invoice_transactions where workspace_pk = $1 order by pk`,
      [member.workspacePk],
    )
  ).rows;
const invoiceOf = async ({ pk }: { pk: number }) =>
  (await doors.client.query('select payment_status, paid_amount from invoices where pk = $1', [pk])).rows[0];

describe('approving a payment', () => {
  test('confirms its link, brings the invoice up to date and completes the task', async () => {
    const { invoice, payment, task } = await proposed();

    const { status, body } = await approve(task);

    const [link] = await links();
    expect(status).toBe(200);
    expect(body).toEqual({
      data: {
        type: 'reconciliation-resolve',
        attributes: {
          resolved: [
            {
              task_id: task.enrichment_task_id,
              action: 'approve',
              success: true,
              links: [
                {
                  invoice_transaction_id: link.invoice_transaction_id,
                  counterpart_id: payment.transaction_id,
                  amount: '540.00',
                  confidence: expect.any(Number),
                  edge_status: 'confirmed',
                },
              ],
            },
          ],
          errors: [],
        },
      },
    });
    expect(link).toMatchObject({
      amount: '540.00',
      edge_status: 'confirmed',
      match_method: 'human_approved',
    });
    expect(await invoiceOf(invoice)).toEqual({ payment_status: 'paid', paid_amount: '540.00' });
    expect(await rowOf(task)).toMatchObject({
      status: 'completed',
      completed_at: expect.any(Date),
      output: { status: 'ok', mode: 'payment', links: [{ edge_status: 'confirmed' }] },
    });
  });

  test('leaves the rest of the payment to an invoice that comes later', async () => {
    const { invoice, task } = await proposed();
    await approve(task);
    const later = { invoice_number: 'OFP-20407', grand_total: '260.00', issue_date: '2026-03-09' };

    const second = await supplier.invoice(later);
    const matched = await rematch(second);

    expect(matched).toMatchObject({ status: 'completed', output: { links: [{ amount: '260.00' }] } });
    expect([await invoiceOf(invoice), await invoiceOf(second)]).toMatchObject([
      { payment_status: 'paid' },
      { payment_status: 'paid' },
    ]);
  });

  test('is recorded with who did it', async () => {
    const { task } = await proposed();

    await approve(task);

    const actor = `user:${member.personId}`;
    expect((await eventsOf(doors, task)).slice(-2)).toEqual([
      { kind: 'commanded', actor, detail: { action: 'approve' } },
      { kind: 'finished', actor, detail: { status: 'completed' } },
    ]);
  });

  test('a second time finds nothing that waits', async () => {
    const { task } = await proposed();
    await approve(task);
    const before = await rowOf(task);

    const { status, body } = await approve(task);

    expect(status).toBe(200);
    expect(body.data.attributes).toEqual({
      resolved: [],
      errors: [
        {
          task_id: task.enrichment_task_id,
          code: 'TASK_NOT_AWAITING_APPROVAL',
          message: 'The task is completed.',
        },
      ],
    });
    expect(await rowOf(task)).toEqual(before);
  });
});

describe('a proposal that no longer holds is not applied, and still waits', () => {
  test.each([
    [
      'when another invoice has taken the payment',
      async ({ payment }: Awaited<ReturnType<typeof proposed>>) => {
        const other = await supplier.invoice({ invoice_number: 'OFP-1', grand_total: '300.00' });
        await insertPayment(doors.client, member.workspacePk, {
          invoicePk: other.pk,
          transactionPk: payment.pk,
          amount: '300.00',
        });
      },
    ],
    [
      'when another payment has settled the invoice',
      async ({ invoice }: Awaited<ReturnType<typeof proposed>>) => {
        const other = await supplier.payment({ remittance_unstructured: 'DEPOSIT' });
        await insertPayment(doors.client, member.workspacePk, {
          ...{ invoicePk: invoice.pk, transactionPk: other.pk },
          ...{ amount: '200.00', allocation_type: 'partial' },
        });
      },
    ],
    [
      'when the total of the invoice is a larger one',
      ({ invoice }: Awaited<ReturnType<typeof proposed>>) =>
        doors.client.query('update invoices set grand_total = 600 where pk = $1', [invoice.pk]),
    ],
    [
      'when the total of the invoice is a smaller one',
      ({ invoice }: Awaited<ReturnType<typeof proposed>>) =>
        doors.client.query('update invoices set grand_total = 500 where pk = $1', [invoice.pk]),
    ],
    [
      'when the invoice is canceled',
      ({ invoice }: Awaited<ReturnType<typeof proposed>>) =>
        doors.client.query(`update invoices set status = 'canceled' where pk = $1`, [invoice.pk]),
    ],
    [
      'when somebody deleted the link',
      ({ payment }: Awaited<ReturnType<typeof proposed>>) =>
        doors.client.query('update invoice_transactions set deleted_at = now() where transaction_pk = $1', [
          payment.pk,
        ]),
    ],
  ])('%s', async (_, change) => {
    const made = await proposed();
    await change(made);
    const before = await links();

    const { body } = await approve(made.task);

    expect(body.data.attributes).toMatchObject({
      resolved: [],
      errors: [{ task_id: made.task.enrichment_task_id, code: 'PROPOSAL_OUTDATED' }],
    });
    expect(await links()).toEqual(before);
    expect(await rowOf(made.task)).toMatchObject({ status: 'awaiting_approval', completed_at: null });
    expect((await reject(made.task)).body.data.attributes.errors).toEqual([]);
  });

  test('and what the rules have become sure of by themselves only needs its task ended', async () => {
    const { task } = await proposed();
    await supplier
      .invoice({ invoice_number: 'OFP-20407', grand_total: '260.00', issue_date: '2026-03-09' })
      .then(rematch);
    const before = await links();

    const { body } = await approve(task);

    expect(body.data.attributes.errors).toEqual([]);
    expect(before).toMatchObject([{ edge_status: 'confirmed' }, { edge_status: 'confirmed' }]);
    expect(await links()).toEqual(before);
    expect(await rowOf(task)).toMatchObject({ status: 'completed' });
  });
});

describe('rejecting a payment', () => {
  test('drops its link and ends the task as rejected', async () => {
    const { invoice, task } = await proposed();

    const { body } = await reject(task);

    expect(body.data.attributes).toEqual({
      resolved: [{ task_id: task.enrichment_task_id, action: 'reject', success: true }],
      errors: [],
    });
    expect(await links()).toMatchObject([{ edge_status: 'provisional', deleted: true }]);
    expect(await invoiceOf(invoice)).toEqual({ payment_status: 'unpaid', paid_amount: '0.00' });
    expect(await rowOf(task)).toMatchObject({
      status: 'rejected',
      completed_at: expect.any(Date),
      output: { links: [{ edge_status: 'provisional' }] },
    });
  });

  test('is remembered: the pair is not proposed again', async () => {
    const { invoice, task } = await proposed();
    await reject(task);

    const again = await rematch(invoice);

    expect(again).toMatchObject({ status: 'completed', output: { halt: { code: 'no_match' } } });
    expect(await links()).toHaveLength(1);
  });

  test('leaves alone what has been confirmed since', async () => {
    const { task } = await proposed();
    await supplier
      .invoice({ invoice_number: 'OFP-20407', grand_total: '260.00', issue_date: '2026-03-09' })
      .then(rematch);

    await reject(task);

    expect(await links()).toMatchObject([
      { edge_status: 'confirmed', deleted: false },
      { edge_status: 'confirmed', deleted: false },
    ]);
    expect(await rowOf(task)).toMatchObject({ status: 'rejected' });
  });
});

describe('several tasks', () => {
  test('are resolved each by itself: one that cannot be does not hold up the others', async () => {
    const { task } = await proposed();
    const halted = await rematch(await supplier.invoice({ invoice_number: 'X-9', grand_total: '1.00' }));
    const unknown = { enrichment_task_id: randomUUID() };

    const { status, body } = await approve(unknown, halted, task);

    expect(status).toBe(200);
    expect(body.data.attributes).toMatchObject({
      resolved: [{ task_id: task.enrichment_task_id, success: true }],
      errors: [
        { task_id: unknown.enrichment_task_id, code: 'TASK_NOT_FOUND' },
        { task_id: halted.enrichment_task_id, code: 'TASK_NOT_AWAITING_APPROVAL' },
      ],
    });
  });

  test('of which one breaks are all answered, and what broke is logged', async () => {
    const { task: broken } = await proposed();
    await doors.client.query(`update enrichment_tasks set output = '{"links": 1}' where pk = $1`, [
      broken.pk,
    ]);
    const foreignType = await rematch(await supplier.invoice({ invoice_number: 'X-9', grand_total: '1.00' }));
    await doors.client.query(
      `update enrichment_tasks set enrichment_type = 'ocr_extract', status = 'awaiting_approval', completed_at = null
       where pk = $1`,
      [foreignType.pk],
    );

    const { status, body } = await approve(broken, foreignType);

    expect(status).toBe(200);
    expect(body.data.attributes.errors).toMatchObject([
      { task_id: broken.enrichment_task_id, code: 'INTERNAL_SERVER_ERROR' },
      { task_id: foreignType.enrichment_task_id, code: 'TASK_NOT_RESOLVABLE' },
    ]);
    expect(doors.lines).toContainEqual(
      expect.objectContaining({ task_id: broken.enrichment_task_id, severity: 'ERROR' }),
    );
    expect(await rowOf(broken)).toMatchObject({ status: 'awaiting_approval' });
  });

  test('named twice are one', async () => {
    const { task } = await proposed();

    const { body } = await resolve(doors, member, 'approve', [
      task.enrichment_task_id,
      task.enrichment_task_id.toUpperCase(),
    ]);

    expect(body.data.attributes).toMatchObject({
      resolved: [{ task_id: task.enrichment_task_id }],
      errors: [],
    });
  });

  test('of another workspace, or deleted, are not found', async () => {
    const { task } = await proposed();
    const stranger = await insertMember(doors.client);
    const foreign = await resolve(doors, stranger, 'approve', [task.enrichment_task_id]);
    await doors.client.query('update enrichment_tasks set deleted_at = now() where pk = $1', [task.pk]);

    const gone = await approve(task);

    const refusal = {
      resolved: [],
      errors: [
        { task_id: task.enrichment_task_id, code: 'TASK_NOT_FOUND', message: 'There is no such task.' },
      ],
    };
    expect(foreign.body.data.attributes).toEqual(refusal);
    expect(gone.body.data.attributes).toEqual(refusal);
    expect(await rowOf(task)).toMatchObject({ status: 'awaiting_approval' });
    expect(await links()).toMatchObject([{ edge_status: 'provisional', deleted: false }]);
  });
});

test('of twenty who answer one task at once, exactly one does', async () => {
  const { task } = await proposed();

  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? approve(task) : reject(task))),
  );

  const attributes = answers.map(({ body }) => body.data.attributes);
  const winners = attributes.flatMap(({ resolved }) => resolved);
  const codes = attributes.flatMap(({ errors }) => errors.map(({ code }: { code: string }) => code));
  expect(winners).toHaveLength(1);
  expect(codes).toEqual(Array.from({ length: 19 }, () => 'TASK_NOT_AWAITING_APPROVAL'));
  const approved = winners[0].action === 'approve';
  expect(await rowOf(task)).toMatchObject({ status: approved ? 'completed' : 'rejected' });
  expect(await links()).toMatchObject([
    approved ? { edge_status: 'confirmed' } : { edge_status: 'provisional', deleted: true },
  ]);
  const kinds = (await eventsOf(doors, task)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'commanded')).toHaveLength(1);
});

test('two proposals for one payment are never both confirmed', async () => {
  const { payment, task } = await proposed();
  const rival = await supplier.invoice({ invoice_number: 'OFP-77', grand_total: '500.00' });
  await doors.client.query('update transactions set remittance_unstructured = $1 where pk = $2', [
    'VIR SEPA ONDINE FICTIONAL PRINTS OFP-77',
    payment.pk,
  ]);
  const second = await rematch(rival);
  expect(second.status).toBe('awaiting_approval');

  const answers = await Promise.all([approve(task), approve(second)]);

  expect(answers.flatMap(({ body }) => body.data.attributes.resolved)).toHaveLength(1);
  expect(answers.flatMap(({ body }) => body.data.attributes.errors)).toMatchObject([
    { code: 'PROPOSAL_OUTDATED' },
  ]);
});

describe('what waits for the task', () => {
  test('a batch that was left open is completed with it, once', async () => {
    const { task } = await proposed({ batch: true });
    await doors.client.query('update enrichment_batches set completed_at = null where batch_id = $1', [
      task.batch_id,
    ]);
    const completedAt = async () =>
      (
        await doors.client.query('select completed_at from enrichment_batches where batch_id = $1', [
          task.batch_id,
        ])
      ).rows[0]?.completed_at;

    await reject(task);

    const first = await completedAt();
    await approve(task);
    expect(first).toEqual(expect.any(Date));
    expect(await completedAt()).toEqual(first);
  });

  test('a parent is woken and sent on its way', async () => {
    const parent = await rematch(await supplier.invoice({ invoice_number: 'P-1' }));
    const { task } = await proposed({ parentTaskPk: parent.pk });
    await doors.client.query(
      `update enrichment_tasks set status = 'processing', completed_at = null, lease_until = 'infinity' where pk = $1`,
      [parent.pk],
    );

    await approve(task);

    expect(doors.queue.messages).toContainEqual(expect.objectContaining({ id: parent.enrichment_task_id }));
    expect((await eventsOf(doors, parent)).map(({ kind }) => kind)).toContain('woken');
  });
});

describe('an Idempotency-Key', () => {
  test('gives the same answer again', async () => {
    const { task } = await proposed();
    const ids = [task.enrichment_task_id];
    const headers = { 'idempotency-key': randomUUID() };
    const first = await resolve(doors, member, 'approve', ids, headers);

    const again = await resolve(doors, member, 'approve', ids, headers);

    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(again.body.data.attributes.resolved).toHaveLength(1);
  });

  test('sent many times at once does the work once and starves nobody', async () => {
    const { task } = await proposed();
    const headers = { 'idempotency-key': randomUUID() };

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => resolve(doors, member, 'approve', [task.enrichment_task_id], headers)),
    );

    const codes = new Set(answers.map(({ status, body }) => (status === 200 ? 'ok' : body.code)));
    expect([...codes].filter((code) => code !== 'ok' && code !== 'IDEMPOTENCY_KEY_IN_USE')).toEqual([]);
    for (const { body } of answers.filter(({ status }) => status === 200))
      expect(body.data.attributes).toMatchObject({ resolved: [{ success: true }], errors: [] });
  });

  test('that was used for another request is refused', async () => {
    const { task } = await proposed();
    const headers = { 'idempotency-key': randomUUID() };
    await resolve(doors, member, 'approve', [task.enrichment_task_id], headers);

    const { status, body } = await resolve(doors, member, 'reject', [task.enrichment_task_id], headers);

    expect([status, body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });
});

describe('at the door', () => {
  test('guests are told that they may not decide', async () => {
    const { task } = await proposed();
    const guest = await insertMember(doors.client, { workspace: member, role: 'guest' });

    const { status, body } = await resolve(doors, guest, 'approve', [task.enrichment_task_id]);

    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
    expect(await rowOf(task)).toMatchObject({ status: 'awaiting_approval' });
  });

  test.each([
    ['no task', [], 'approve', 'data.attributes.task_ids'],
    ['101 tasks', Array.from({ length: 101 }, () => randomUUID()), 'approve', 'data.attributes.task_ids'],
    ['what is no id', ['x'], 'approve', 'data.attributes.task_ids.0'],
    ['another action', [randomUUID()], 'merge', 'data.attributes.action'],
  ])('%s is a 400 that says where', async (_, ids, action, path) => {
    const { status, body } = await resolve(doors, member, action, ids);

    expect([status, body.code, body.details.path]).toEqual([400, 'SCHEMA_VALIDATION_ERROR', path]);
  });
});
