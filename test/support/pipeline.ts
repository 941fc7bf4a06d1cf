import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import pg from 'pg';
import { z } from 'zod';
import { findTask, type TaskRow } from '../../shared/db/enrichment-tasks.ts';
import { type Database, openDatabase } from '../../shared/db/pool.ts';
import { dispatchTasks } from '../../shared/dispatch/dispatch-tasks.ts';
import { enqueueTasks, type NewTask } from '../../shared/dispatch/enqueue.ts';
import type { QueueMessage, TaskQueue } from '../../shared/dispatch/queue.ts';
import { createLog, type Log } from '../../shared/log.ts';
import type { Storage } from '../../shared/storage/storage.ts';
import { defineEnrichment, type Enrichment } from '../../shared/tasks/define-enrichment.ts';
import { type Runner, runDelivery } from '../../shared/tasks/run-delivery.ts';

/** A queue that only remembers what it was given; a name is taken once, as the real one does. */
export function recordingQueue(): TaskQueue & { messages: QueueMessage[]; deleted: QueueMessage[] } {
  const messages: QueueMessage[] = [];
  const deleted: QueueMessage[] = [];
  const names = new Set<string>();
  return {
    messages,
    deleted,
    async delete(message) {
      deleted.push(message);
      return names.has(`${message.id}-${message.generation}`) ? 'deleted' : 'gone';
    },
    async create(message) {
      const name = `${message.id}-${message.generation}`;
      if (names.has(name)) return 'exists';
      names.add(name);
      messages.push(message);
      return 'created';
    },
    async close() {},
  };
}

/** A log that keeps its lines as objects. */
export function recordingLog(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { log: createLog({ level: 'debug', destination }), lines };
}

const noStorage: Storage = {
  put: () => Promise.reject(new Error('this test has no storage')),
  get: () => Promise.reject(new Error('this test has no storage')),
} as unknown as Storage;

/** A worker role's database, a recording queue, and short leases: what the runner needs, with the edge faked. */
export function testRunner(
  database: Database,
  parts: Partial<Runner> = {},
): Runner & { queue: ReturnType<typeof recordingQueue>; lines: Record<string, unknown>[] } {
  const { log, lines } = recordingLog();
  return {
    database,
    log,
    lines,
    queue: recordingQueue(),
    storage: noStorage,
    lease: { leaseSeconds: 60, heartbeatSeconds: 20 },
    stopping: new AbortController().signal,
    ...parts,
  } as Runner & { queue: ReturnType<typeof recordingQueue>; lines: Record<string, unknown>[] };
}

/** A worker whose run is the test's; any input and output will do. */
export const enrichmentOf = (
  run: Enrichment<Record<string, unknown>>['run'],
  parts: Partial<Enrichment<Record<string, unknown>>> = {},
): Enrichment<Record<string, unknown>> =>
  defineEnrichment({
    type: 'reconcile',
    input: z.record(z.string(), z.unknown()),
    output: z.looseObject({}),
    run,
    ...parts,
  });

/** Enqueues one task as a function would, and dispatches it. */
export async function enqueueOne(
  runner: Runner,
  workspacePk: number,
  task: NewTask,
  options: { force?: boolean; parentTaskPk?: number; batch?: boolean } = {},
): Promise<TaskRow> {
  const result = await runner.database.inWorkspace(workspacePk, (db) =>
    enqueueTasks(db, { workspacePk, tasks: [task], actor: 'test', ...options }),
  );
  if ('refusals' in result) throw new Error(result.refusals[0]?.message);
  const [entry] = result.enqueued;
  if (!entry) throw new Error('nothing was enqueued');
  if (!entry.reused) await dispatchTasks(runner, [entry.task], 'test');
  return entry.task;
}

/** Delivers the newest message of a task, as the queue would. */
export function deliver<Extra>(
  runner: Runner,
  // biome-ignore lint/suspicious/noExplicitAny: each worker has its own input, which its schema checks at run time.
  enrichment: Enrichment<any, Extra>,
  task: Pick<TaskRow, 'enrichment_task_id'>,
  extra?: Extra,
  generation = 1_000,
) {
  return runDelivery(runner, enrichment, { id: task.enrichment_task_id, generation }, extra as Extra);
}

export async function taskOf(
  runner: Runner,
  task: Pick<TaskRow, 'workspace_pk' | 'enrichment_task_id'>,
): Promise<TaskRow> {
  return runner.database.connect((db) =>
    db.one(findTask({ workspacePk: task.workspace_pk, taskId: task.enrichment_task_id })),
  );
}

/** The owner's view of a test database, for arranging what no function may and for looking at everything. */
export async function owner(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** A workspace with invoices, the smallest tenant that a task can live in. */
export async function insertTenant(
  client: pg.Client,
): Promise<{ workspacePk: number; workspaceId: string; invoiceId: string; invoiceIds: string[] }> {
  const workspace = await client.query<{ pk: number; workspace_id: string }>(
    `insert into workspaces (name) values ($1) returning pk, workspace_id`,
    [`Workspace ${randomUUID().slice(0, 6)}`],
  );
  const { pk: workspacePk = 0, workspace_id: workspaceId = '' } = workspace.rows[0] ?? {};
  const invoices = await client.query<{ invoice_id: string }>(
    `insert into invoices (workspace_pk, invoice_number) select $1, 'N-' || n from generate_series(1, 20) n returning invoice_id`,
    [workspacePk],
  );
  const invoiceIds = invoices.rows.map((row) => row.invoice_id);
  return { workspacePk, workspaceId, invoiceId: invoiceIds[0] ?? '', invoiceIds };
}

/** A database handle for tests, as the role that workers have. */
export const workerDatabase = (url: string, poolSize = 8): Database =>
  openDatabase({ url, role: 'wellspring_worker', poolSize });
