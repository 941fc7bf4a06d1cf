import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pLimit from 'p-limit';
import pg from 'pg';
import { monthlyClose } from '../../functions/monthly_close/index.ts';
import { reconcile } from '../../functions/reconcile/index.ts';
import { startPostgres } from '../../local/postgres.ts';
import { migrate } from '../../shared/db/migrate.ts';
import type { Database } from '../../shared/db/pool.ts';
import type { QueueMessage } from '../../shared/dispatch/queue.ts';
import { closeOfMonth } from '../../shared/domain/follow-up-map.ts';
import { createLog } from '../../shared/log.ts';
import {
  deliver,
  enqueueOne,
  recordingQueue,
  taskOf,
  testRunner,
  workerDatabase,
} from '../support/pipeline.ts';

// Closing a month of each number of counterparties on a real server with the real runner, the queue in memory. Half
// of the twenty expenses of each are covered, every fiftieth has an open invoice that one of the others pays.

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1000, 5000];
const DELIVERIES_AT_ONCE = 8;
/** How often the heap is collected and weighed, in milliseconds: what is left is what a run holds on to. */
const WEIGHED_EVERY_MS = 1_000;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const liveHeap = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

const server = await startPostgres();
const client = new pg.Client({ connectionString: server.url });
await migrate(server.url);
await client.connect();
await client.query(`
  insert into providers (name, slug, url, blueprint_json)
  select 'Provider ' || n, 'provider-' || n, 'https://provider-' || n || '.test', case when n % 2 = 0 then '{}'::jsonb end
  from generate_series(1, 200) n`);

/** A workspace with this many counterparties and three months of twenty expenses each. */
async function invent(counterparties: number): Promise<{ pk: number; workspace_id: string }> {
  const { rows } = await client.query<{ pk: number; workspace_id: string }>(
    `insert into workspaces (name) values ('Bench') returning pk, workspace_id`,
  );
  const [workspace] = rows;
  if (!workspace) throw new Error('no workspace was inserted');
  const { pk } = workspace;
  const run = (text: string, values: unknown[] = [pk]) => client.query(text, values);
  await run(`with own as (insert into companies (workspace_pk, name) values ($1, 'Own') returning pk)
    update workspaces set own_company_pk = (select pk from own) where pk = $1`);
  await run(`with account as (insert into accounts (workspace_pk, ownership) values ($1, 'workspace') returning pk)
    insert into payment_means (workspace_pk, account_pk) select $1, pk from account`);
  await run(
    `with company as (
      insert into companies (workspace_pk, name, domain_normalized)
      select $1, translate(left(md5(n::text), 12), '0123456789', 'ghijklmnop'), 'provider-' || n || '.test' from generate_series(1, $2::int) n
      returning pk
    )
    insert into payment_means (workspace_pk, company_pk) select $1, pk from company`,
    [pk, counterparties],
  );
  await run(`insert into transactions (
      workspace_pk, debtor_payment_means_pk, creditor_payment_means_pk, instructed_amount, instructed_currency,
      booking_date, status, category_status, remittance_unstructured
    )
    select
      $1, own.pk, theirs.pk, -5 - (hashint4(theirs.pk * 100 + month * 31 + k) & 262143) / 100.0, 'EUR', date '2026-01-01' + month * 31 + k, 'booked',
      'categorized', 'Payment ' || theirs.pk || '/' || month || '/' || k
    from payment_means own, payment_means theirs, generate_series(1, 20) k, generate_series(0, 2) month
    where own.workspace_pk = $1 and own.account_pk is not null
      and theirs.workspace_pk = $1 and theirs.company_pk is not null`);
  await run(`with invoice as (
      insert into invoices (
        workspace_pk, issuer_pk, receiver_pk, invoice_number, issue_date, grand_total, local_currency, status,
        payment_status, reference_number
      )
      select
        $1, m.company_pk, w.own_company_pk, 'B' || t.pk, t.booking_date - 5, abs(t.instructed_amount), 'EUR', 'issued',
        case when n.k % 2 = 0 then 'paid' else 'unpaid' end::payment_status_enum, t.pk::text
      from transactions t
      join payment_means m on m.pk = t.creditor_payment_means_pk
      join workspaces w on w.pk = t.workspace_pk
      cross join lateral (select split_part(t.remittance_unstructured, '/', 3)::int as k) n
      where t.workspace_pk = $1 and (n.k % 2 = 0 or n.k = 19 and m.pk % 50 = 0)
      returning pk, reference_number, payment_status, grand_total
    )
    insert into invoice_transactions (workspace_pk, invoice_pk, transaction_pk, amount, currency, edge_status)
    select $1, pk, reference_number::int, grand_total, 'EUR', 'confirmed' from invoice where payment_status = 'paid'`);
  await client.query('analyze');
  return workspace;
}

/** Delivers whatever the queue was given, several at once, until it is given nothing more. */
async function drain(runner: ReturnType<typeof testRunner>): Promise<Record<string, number>> {
  const limit = pLimit(DELIVERIES_AT_ONCE);
  const done: Record<string, number> = {};
  const { messages } = runner.queue;
  const deliverOne = async ({ id, generation, type }: QueueMessage) => {
    const worker = type === 'monthly_close' ? monthlyClose : type === 'reconcile' ? reconcile : null;
    // What follows the close is somebody else's work.
    if (!worker) return;
    const end = await deliver(runner, worker, { enrichment_task_id: id }, undefined, generation);
    // A match that waited too long for the others of its workspace comes again, as the queue would have it.
    if (end.answer !== 'done') messages.push({ id, generation, type });
    done[type] = (done[type] ?? 0) + 1;
  };
  while (messages.length > 0)
    await Promise.all(messages.splice(0).map((message) => limit(() => deliverOne(message))));
  return done;
}

async function measure(database: Database, counterparties: number) {
  const workspace = await invent(counterparties);
  const runner = testRunner(database, { log: createLog({ level: 'alert' }), queue: recordingQueue() });
  let peak = 0;
  const heap = { start: liveHeap(), peak: 0 };
  const weigh = setInterval(() => {
    heap.peak = Math.max(heap.peak, liveHeap());
  }, WEIGHED_EVERY_MS);
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const [start, cpu] = [performance.now(), process.cpuUsage()];

  const macro = await enqueueOne(runner, workspace.pk, closeOfMonth(workspace.workspace_id, '2026-03'));
  const deliveries = await drain(runner);

  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  clearInterval(weigh);
  const ended = await taskOf(runner, macro);
  const { rows } = await client.query<{
    children: number;
    finished: number;
    terminal: number;
    woken: number;
  }>(
    `select
      (select count(*)::int from enrichment_tasks where parent_task_pk = $1) as children,
      (select count(*)::int from enrichment_tasks where parent_task_pk = $1 and status = 'completed') as finished,
      (select count(*)::int from enrichment_task_events where enrichment_task_pk = $1 and kind = 'finished') as terminal,
      (select count(*)::int from enrichment_task_events where enrichment_task_pk = $1 and kind = 'woken') as woken`,
    [macro.pk],
  );
  const [{ children, finished, terminal, woken } = { children: 0, finished: 0, terminal: 0, woken: 0 }] =
    rows;
  if (
    ended.status !== 'awaiting_approval' ||
    children !== counterparties ||
    finished !== children ||
    terminal !== 1
  )
    throw new Error(
      `the close ended ${ended.status}, ${finished} of ${children} subtasks, ${terminal} times: ${ended.error}`,
    );
  return {
    counterparties,
    transactions: counterparties * 20,
    seconds: Number(seconds.toFixed(2)),
    cpu_seconds: Number(((user + system) / 1e6).toFixed(2)),
    ms_per_counterparty: Number(((seconds * 1000) / counterparties).toFixed(2)),
    cpu_ms_per_counterparty: Number(((user + system) / 1e3 / counterparties).toFixed(2)),
    deliveries,
    parent_ended: terminal,
    parent_woken: woken,
    peak_rss_mb: Math.round(peak / 1e6),
    live_heap_mb: Math.round(heap.start / 1e6),
    peak_live_heap_mb: Math.round(Math.max(heap.peak, heap.start) / 1e6),
  };
}

const database = workerDatabase(server.url, DELIVERIES_AT_ONCE);
try {
  const closes = [];
  for (const size of sizes) {
    closes.push(await measure(database, size));
    process.stderr.write(`${JSON.stringify(closes.at(-1))}\n`);
  }
  console.log(JSON.stringify({ name: 'close', deliveries_at_once: DELIVERIES_AT_ONCE, closes }));
} finally {
  await database.close();
  await client.end();
  await server.stop();
}
