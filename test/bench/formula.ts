import pLimit from 'p-limit';
import pg from 'pg';
import type { Engines } from '../../functions/custom_column/engines.ts';
import { customColumn } from '../../functions/custom_column/index.ts';
import { startPostgres } from '../../local/postgres.ts';
import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openDatabase } from '../../shared/db/pool.ts';
import { enqueueTasks } from '../../shared/dispatch/enqueue.ts';
import { BATCH_TASKS_MAX } from '../../shared/domain/limits.ts';
import { completed } from '../../shared/domain/outcomes.ts';
import { fieldPaths } from '../../shared/domain/records-roots.ts';
import { createEvaluator } from '../../shared/formula/evaluator.ts';
import { buildProgram } from '../../shared/formula/program.ts';
import { insertColumn } from '../support/columns.ts';
import { insertWorkspace } from '../support/factories.ts';
import { deliver, testRunner } from '../support/pipeline.ts';

// One formula over many records, twice: the engine alone, in batches as large as a press of compute, and the real
// worker on the real runner and a real Postgres, one task and one delivery a record. The runner's own work (claim, close)
// is the same for every worker: it is measured by tasks of the same column that do nothing, and taken off. What is
// compared is processor time of this process, which a busy machine does not stretch as it does the clock.

const records = Number(process.argv[2] ?? 10_000);
const concurrency = Number(process.argv[3] ?? 40);
const FORMULA = 'paid_amount == null ? grand_total : (grand_total - paid_amount) * 2';

/** Deliveries that do the work, and as many that do nothing, before it is the others' turn. */
const SLICE = 200;

const measured = async (count: number, work: () => Promise<unknown>) => {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - start) / count, cpu: (user + system) / 1_000 / count };
};
const perSecond = (milliseconds: number) => Math.round(1_000 / milliseconds);

const server = await startPostgres();
await migrate(server.url);
const client = new pg.Client({ connectionString: server.url });
await client.connect();
const database = openDatabase({
  url: server.url,
  role: 'wellspring_worker',
  // As deployed: what waits for a connection is read together.
  poolSize: 4,
  timeoutMs: 60_000,
});
const formulas = createEvaluator();

try {
  const { pk: workspacePk } = await insertWorkspace(client);
  const column = await insertColumn(client, workspacePk, { key: 'open', formula: FORMULA });
  await client.query(
    `insert into invoices (workspace_pk, invoice_number, grand_total, paid_amount, local_currency)
     select $1, 'N-' || n, n, nullif(n % 3, 0), 'EUR' from generate_series(1, $2) n`,
    [workspacePk, records],
  );
  const invoices = await client.query<{ id: string; grand_total: string; paid_amount: string | null }>(
    'select invoice_id as id, grand_total, paid_amount from invoices order by pk',
  );

  const enqueue = async (as_of: string) => {
    const tasks: TaskRow[] = [];
    for (let from = 0; from < records; from += BATCH_TASKS_MAX) {
      const result = await database.inWorkspace(workspacePk, (db) =>
        enqueueTasks(db, {
          workspacePk,
          actor: 'bench',
          tasks: invoices.rows.slice(from, from + BATCH_TASKS_MAX).map(({ id }) => ({
            enrichment_type: 'custom_column' as const,
            entity_type: 'invoice' as const,
            entity_id: id,
            input: { custom_column_id: column.custom_column_id, root: 'invoices', record_id: id, as_of },
          })),
        }),
      );
      if ('refusals' in result) throw new Error(result.refusals[0]?.message);
      tasks.push(...result.enqueued.map(({ task }) => task));
    }
    return tasks;
  };
  const runner = testRunner(database);
  const limit = pLimit(concurrency);
  const deliverAll = (tasks: readonly TaskRow[], worker: typeof customColumn) =>
    Promise.all(
      tasks.map((task) => limit(() => deliver<Engines>(runner, worker, task, { formulas, model: null }))),
    );
  const idle: typeof customColumn = { ...customColumn, run: async () => completed({ value: null }) };

  const built = buildProgram(
    { key: 'open', formula: FORMULA, shape: { type: 'number' } },
    [],
    fieldPaths('invoices'),
  );
  if (!built.ok) throw new Error(built.message);
  const rows = invoices.rows.map(({ grand_total, paid_amount }) => ({
    values: { grand_total, paid_amount },
  }));
  await formulas.evaluate(built.program, rows.slice(0, BATCH_TASKS_MAX));
  const engine = await measured(records, async () => {
    for (let from = 0; from < records; from += BATCH_TASKS_MAX)
      await formulas.evaluate(built.program, rows.slice(from, from + BATCH_TASKS_MAX));
  });

  // Both meet a warm process, and neither the other's rows.
  const warm = Math.min(200, Math.floor(records / 4));
  const [idleTasks, workTasks] = [await enqueue('idle'), await enqueue('work')];
  await deliverAll(idleTasks.slice(0, warm), idle);
  await deliverAll(workTasks.slice(0, warm), customColumn);
  // In turns, so that whatever else the machine does falls on both.
  const total = { idle: { wall: 0, cpu: 0 }, work: { wall: 0, cpu: 0 } };
  const add = async (sum: { wall: number; cpu: number }, work: () => Promise<unknown>) => {
    const { wall, cpu } = await measured(1, work);
    sum.wall += wall;
    sum.cpu += cpu;
  };
  for (let from = warm; from < records; from += SLICE) {
    await add(total.idle, () => deliverAll(idleTasks.slice(from, from + SLICE), idle));
    await add(total.work, () => deliverAll(workTasks.slice(from, from + SLICE), customColumn));
  }
  const each = ({ wall, cpu }: { wall: number; cpu: number }) => ({
    wall: wall / (records - warm),
    cpu: cpu / (records - warm),
  });
  const [runnerOnly, whole] = [each(total.idle), each(total.work)];

  const cells = await client.query<{ n: number }>(
    `select count(*)::int as n from custom_column_values v join invoices i on i.invoice_id::text = v.record_id
     where (v.value ->> 'value')::numeric = coalesce((i.grand_total - i.paid_amount) * 2, i.grand_total)`,
  );
  if (cells.rows[0]?.n !== records) throw new Error(`${cells.rows[0]?.n} of ${records} cells are right`);

  console.log(
    JSON.stringify({
      name: 'formula',
      records,
      concurrency,
      engine_per_second: perSecond(engine.cpu),
      worker_per_second: perSecond(whole.cpu - runnerOnly.cpu),
      delivered_per_second: perSecond(whole.cpu),
      runner_cpu_ms: Number(runnerOnly.cpu.toFixed(3)),
      delivery_cpu_ms: Number(whole.cpu.toFixed(3)),
      delivered_per_second_wall: perSecond(whole.wall),
    }),
  );
} finally {
  await formulas.close();
  await database.close();
  await client.end();
  await server.stop();
}
