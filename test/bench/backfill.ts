import pg from 'pg';
import { documentReconciliationBackfill } from '../../functions/document_reconciliation_backfill/index.ts';
import { startPostgres } from '../../local/postgres.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { packDocument } from '../../shared/extraction/pack-document.ts';
import { plainTextDocument } from '../../shared/extraction/plain-text.ts';
import { readInvoiceDocument } from '../../shared/extraction/read-invoice-document.ts';
import { insertWorkspace } from '../support/factories.ts';
import { deliver, enqueueOne, taskOf, testRunner, workerDatabase } from '../support/pipeline.ts';

// A workspace's history twice through the real runner on a real Postgres. Between the runs the children end as if days
// had passed; the second run must change nothing, and no model is there to be asked.

const total = Number(process.argv[2] ?? 5000);
/** Of ten documents: a receipt with its payment, two that nobody read, four texts, two unpaid invoices, an order. */
const KINDS = ['receipt', 'unread', 'unread', 'text', 'text', 'text', 'text', 'unpaid', 'unpaid', 'order'];

const server = await startPostgres();
await migrate(server.url);
const client = new pg.Client({ connectionString: server.url });
await client.connect();
const database = workerDatabase(server.url, 2);
const runner = testRunner(database);
const { pk: workspacePk, workspace_id } = await insertWorkspace(client);

const amountOf = (n: number) => `${10 + Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`;
const receiptText = (n: number) =>
  `CAFE MORGENROT GMBH\n10115 Berlin\n\nRECEIPT No ${n}\nDate: 10.03.2026\n\nTOTAL EUR           ${amountOf(n)}\nPaid by card        ${amountOf(n)}\n`;
const documents = Array.from({ length: total }, (_, n) => {
  const kind = KINDS[n % KINDS.length] ?? 'unread';
  const packed = kind === 'receipt' ? packDocument(plainTextDocument(receiptText(n))) : {};
  const type = { receipt: null, order: null, unread: null }[kind] === null ? null : '380';
  return { n, kind, type, packed, read_as: type ?? kind, amount: `-${amountOf(n)}` };
});

const insert = (statement: string) => client.query(statement, [workspacePk, JSON.stringify(documents)]);
const given = `jsonb_to_recordset($2::jsonb)
  as g (n int, kind text, type text, packed jsonb, read_as text, amount numeric)`;
await insert(`
  insert into documents (workspace_pk, bucket, path, filename, type, size, document_type, processing_status, created_at)
  select $1, 'bench', 'd/' || n, 'd' || n || '.pdf', 'application/pdf', 1000, type,
    (case kind when 'unread' then 'pending' else 'categorized' end)::document_processing_status_enum,
    timestamptz '2026-01-01' + n * interval '1 minute'
  from ${given}`);
const stored = `${given} join documents d on d.workspace_pk = $1 and d.path = 'd/' || g.n`;
await insert(`
  insert into document_extractions (workspace_pk, document_pk, parser_name, parser_version, text, metadata)
  select $1, d.pk, 'wellspring', '1', 'text', g.packed from ${stored} where g.kind <> 'unread'`);
await insert(`
  insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id, status, completed_at, output)
  select $1, 'ocr_extract', 'document', d.document_id, 'completed', now(),
    jsonb_build_object('status', 'ok', 'document_type', g.read_as)
  from ${stored} where g.kind <> 'unread'`);
await insert(`
  insert into invoices (workspace_pk, document_pk, invoice_number) select $1, d.pk, 'N-' || g.n
  from ${stored} where g.kind = 'unpaid'`);
await insert(`
  insert into transactions (workspace_pk, type, instructed_amount, instructed_currency, booking_date, remittance_unstructured)
  select $1, 'debit', amount, 'EUR', '2026-03-11', 'CARD CAFE MORGENROT BERLIN' from ${given} where kind = 'receipt'`);
await client.query('analyze');

async function run() {
  const started = performance.now();
  const task = await enqueueOne(
    runner,
    workspacePk,
    {
      enrichment_type: 'document_reconciliation_backfill',
      entity_type: 'workspace',
      entity_id: workspace_id,
      input: { from: '2026-01-01', to: '2026-12-31' },
    },
    { force: true },
  );
  let deliveries = 0;
  let now = task;
  while (now.status === 'pending' || now.status === 'processing') {
    await deliver(runner, documentReconciliationBackfill, task, {
      documents: { readInvoice: readInvoiceDocument },
    });
    deliveries += 1;
    now = await taskOf(runner, task);
  }
  const seconds = (performance.now() - started) / 1000;
  if (now.status !== 'completed') throw new Error(`the backfill ended as ${now.status}: ${now.error}`);
  const output = now.output as {
    scanned: number;
    linked: number;
    enqueued: Record<string, number>;
    skipped: number;
  };
  return { output, deliveries, seconds };
}

/** What the workspace holds, and how many tasks there are besides the backfills themselves. */
async function state() {
  const digests = [];
  for (const table of [
    'documents',
    'document_extractions',
    'invoices',
    'transactions',
    'invoice_transactions',
    'transaction_documents',
  ]) {
    const { rows } = await client.query(
      `select md5(string_agg(t::text, ',' order by t.pk)) as digest from ${table} t`,
    );
    digests.push(rows[0]?.digest);
  }
  const { rows } = await client.query(
    `select count(*)::int as tasks from enrichment_tasks where enrichment_type <> 'document_reconciliation_backfill'`,
  );
  return JSON.stringify([digests, rows[0]?.tasks]);
}

try {
  const first = await run();
  await client.query(
    `update enrichment_tasks set status = 'completed', completed_at = now() - interval '2 days', output = '{"status": "halted"}'
     where parent_task_pk is not null and enrichment_type <> 'ocr_extract'`,
  );
  const before = await state();
  const second = await run();
  if (before !== (await state())) throw new Error('the second backfill changed something');

  const perSecond = ({ output, seconds }: typeof first) => Math.round(output.scanned / seconds);
  const rounded = (seconds: number) => Math.round(seconds * 100) / 100;
  console.log(
    JSON.stringify({
      name: 'backfill',
      documents: first.output.scanned,
      deliveries: first.deliveries,
      linked: first.output.linked,
      enqueued: first.output.enqueued,
      seconds: rounded(first.seconds),
      documents_per_second: perSecond(first),
      second_documents: second.output.scanned,
      second_changes: 0,
      second_seconds: rounded(second.seconds),
      second_documents_per_second: perSecond(second),
      model_calls: 0,
    }),
  );
} finally {
  await database.close();
  await client.end();
  await server.stop();
}
