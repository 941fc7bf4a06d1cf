import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { documentReconciliationBackfill } from '../../../functions/document_reconciliation_backfill/index.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { readInvoiceDocument } from '../../../shared/extraction/read-invoice-document.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { insertWorkspace } from '../../support/factories.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner, workerDatabase } from '../../support/pipeline.ts';
import { unlinkedDocuments } from './unlinked.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let runner: ReturnType<typeof testRunner>;
let workspace: { pk: number; workspace_id: string };
let documents: ReturnType<typeof unlinkedDocuments>;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
beforeEach(async () => {
  runner = testRunner(database);
  workspace = await insertWorkspace(client);
  documents = unlinkedDocuments(client, workspace.pk);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

const extra = { documents: { readInvoice: readInvoiceDocument } };
const enqueue = (input: Record<string, unknown> = {}) =>
  enqueueOne(
    runner,
    workspace.pk,
    {
      enrichment_type: 'document_reconciliation_backfill',
      entity_type: 'workspace',
      entity_id: workspace.workspace_id,
      input,
    },
    { force: true },
  );
const settle = async (task: TaskRow, worker = documentReconciliationBackfill) => {
  for (let round = 0; round < 50; round += 1) {
    await deliver(runner, worker, task, extra);
    const now = await taskOf(runner, task);
    if (now.status !== 'processing') return now;
  }
  throw new Error('the backfill does not end');
};
const backfill = async (input: Record<string, unknown> = {}) => settle(await enqueue(input));

const childrenOf = async ({ pk }: TaskRow) =>
  (
    await client.query<{ enrichment_type: string; entity_id: string; input: object; batch_id: string }>(
      'select enrichment_type, entity_id, input, batch_id from enrichment_tasks where parent_task_pk = $1 order by pk',
      [pk],
    )
  ).rows;
const attached = async () =>
  (
    await client.query<{ document_pk: number; transaction_pk: number }>(
      `select td.document_pk, td.transaction_pk from transaction_documents td
       join transactions t on t.pk = td.transaction_pk where t.workspace_pk = $1`,
      [workspace.pk],
    )
  ).rows;
const tasks = async () =>
  (await client.query('select from enrichment_tasks where workspace_pk = $1', [workspace.pk])).rowCount;

describe('a backfill', () => {
  test('attaches the receipt, asks for the rest without a model, and a second one finds nothing to do', async () => {
    const payment = await documents.payment();
    const [unread, text, receipt] = [
      await documents.unread(),
      await documents.invoiceText(),
      await documents.receipt(),
    ];
    const { invoice } = await documents.unpaid();

    const first = await backfill();
    const links = await attached();
    const count = await tasks();
    const second = await backfill();

    expect(links).toEqual([{ document_pk: receipt.pk, transaction_pk: payment.pk }]);
    expect(await childrenOf(first)).toMatchObject([
      { enrichment_type: 'ocr_extract', entity_id: unread.document_id, input: { allow_model: false } },
      {
        enrichment_type: 'ai_invoice',
        entity_id: text.document_id,
        input: { document_extraction_id: text.extraction_id, allow_model: false, depth: 1 },
      },
      { enrichment_type: 'reconcile', entity_id: invoice.invoice_id },
    ]);
    expect(second.output).toMatchObject({
      scanned: 3,
      linked: 0,
      enqueued: { ocr_extract: 0, ai_invoice: 0, reconcile: 0 },
      skipped: 3,
    });
    expect(await attached()).toEqual(links);
    expect(await tasks()).toBe(Number(count) + 1);
  });

  test('that only looks writes nothing and counts the same', async () => {
    await documents.payment();
    await documents.receipt();
    await documents.unread();

    const dry = await backfill({ dry_run: true });

    expect(dry.output).toMatchObject({ scanned: 2, linked: 1, enqueued: { ocr_extract: 1 }, done: true });
    expect(await attached()).toEqual([]);
    expect(await childrenOf(dry)).toEqual([]);
  });

  test('leaves a receipt of two payments to a person, and one whose payment has a document alone', async () => {
    await documents.payment();
    await documents.payment();
    await documents.receipt();
    const two = await backfill();
    await client.query('update transactions set deleted_at = now() where workspace_pk = $1', [workspace.pk]);
    const taken = await documents.payment();
    const other = await documents.unread();
    await client.query('insert into transaction_documents (transaction_pk, document_pk) values ($1, $2)', [
      taken.pk,
      other.pk,
    ]);
    const none = await backfill();

    expect(two.output).toMatchObject({ ambiguous: 1, linked: 0 });
    expect(none.output).toMatchObject({ scanned: 1, ambiguous: 0, linked: 0, enqueued: { ai_invoice: 1 } });
  });

  test('keeps its place and exact counts however often it is cut off', async () => {
    for (let n = 0; n < 7; n += 1) await documents.unread();
    const task = await enqueue({ limit: 2 });
    let closings = 0;
    const dying = {
      ...documentReconciliationBackfill,
      run: async (...[run, tools]: Parameters<typeof documentReconciliationBackfill.run>) => {
        const ending = await documentReconciliationBackfill.run(run, tools);
        return async (db: Parameters<Extract<typeof ending, (...args: never) => unknown>>[0]) => {
          const outcome = typeof ending === 'function' ? await ending(db) : ending;
          closings += 1;
          if (closings % 3 !== 0) throw new Error('cut off');
          return outcome;
        };
      },
    };

    const ended = await settle(task, dying);

    const children = await childrenOf(ended);
    expect(ended).toMatchObject({
      status: 'completed',
      output: { scanned: 7, enqueued: { ocr_extract: 7 }, skipped: 0, done: true },
    });
    expect(new Set(children.map(({ entity_id }) => entity_id)).size).toBe(7);
    expect(children).toHaveLength(7);
    expect(new Set(children.map(({ batch_id }) => batch_id)).size).toBe(1);
    expect(closings).toBe(12);
  });

  test('goes on after the document that an earlier one stopped at, in the span that it is given', async () => {
    const seen = [await documents.unread(), await documents.unread(), await documents.unread()];
    await client.query(`update documents set created_at = '2026-02-28T23:59:59Z' where pk = $1`, [
      seen[0]?.pk,
    ]);
    await client.query(`update documents set created_at = '2026-03-01T00:00:00Z' where pk = any($1)`, [
      [seen[1]?.pk, seen[2]?.pk],
    ]);

    const march = await backfill({ from: '2026-03-01', to: '2026-03-01', dry_run: true });
    const rest = await backfill({
      from: '2026-02-01',
      to: '2026-03-01',
      cursor: seen[1]?.document_id,
      dry_run: true,
    });

    expect(march.output).toMatchObject({ scanned: 2, cursor: seen[2]?.document_id });
    expect(rest.output).toMatchObject({ scanned: 1, cursor: seen[2]?.document_id });
  });
});
