import pg from 'pg';
import { startPostgres } from '../../local/postgres.ts';
import { countTasks, listTasks, type TaskFilters } from '../../shared/db/enrichment-task-lists.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { type PageRequest, readPage } from '../../shared/db/page.ts';
import { openDatabase } from '../../shared/db/pool.ts';

// One page of 50 tasks of a large workspace beside the same page of a small one, as the door reads it: as the role of
// callers, the rows and the bounded total. Both are on one server, so that they differ in nothing but their size.

const large = Number(process.argv[2] ?? 1_000_000);
const small = Math.min(10_000, large / 10);
const PAGE = 50;
const ROUNDS = 40;
const BATCH_TASKS = 500;

const server = await startPostgres();
const client = new pg.Client({ connectionString: server.url });
await migrate(server.url);
await client.connect();
const database = openDatabase({ url: server.url, role: 'wellspring_api', poolSize: 1, timeoutMs: 60_000 });

interface Workspace {
  pk: number;
  batchId: string;
  parentId: string;
  /** Place and id of a task in the middle. */
  middle: { key: string; id: string };
}

/** A workspace with this many tasks: nineteen of twenty are completed, and batches and parents have 500 each. */
async function invent(tasks: number): Promise<Workspace> {
  const { rows } = await client.query<{ pk: number }>(
    `insert into workspaces (name) values ('Bench') returning pk`,
  );
  const pk = rows[0]?.pk ?? 0;
  await client.query(
    `with batches as materialized (
       select place, gen_random_uuid() as id from generate_series(0, $2::int / ${BATCH_TASKS}) place
     )
     insert into enrichment_tasks (
       workspace_pk, enrichment_type, entity_type, entity_id, status, completed_at, created_at, batch_id, input, output,
       input_hash
     )
     select $1::int, (array['logo', 'ai_company', 'reconcile'])[1 + n % 3], 'company', gen_random_uuid(), s.status,
       case when s.status in ('completed', 'failed') then now() end, timestamptz '2026-01-01' + n * interval '1 second',
       b.id, '{"depth": 0}', '{"status": "ok", "applied": ["domain"]}', 'sha256:' || md5($1::int || ' ' || n)
     from generate_series(1, $2::int) n
     cross join lateral (
       select (case when n % 20 > 0 then 'completed' when n % 40 = 0 then 'failed' else 'awaiting_approval' end)
         ::enrichment_task_status_enum as status
     ) s
     join batches b on b.place = n / ${BATCH_TASKS}`,
    [pk, tasks],
  );
  await client.query(
    `with parent as (
       insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id)
       values ($1, 'monthly_close', 'month', gen_random_uuid()) returning pk
     )
     update enrichment_tasks t set parent_task_pk = parent.pk
     from parent
     where t.batch_id = (
       select batch_id from enrichment_tasks where workspace_pk = $1 and batch_id is not null order by pk limit 1
     )`,
    [pk],
  );
  const found = await client.query<{ batch_id: string; parent: string; key: string; id: string }>(
    `select t.batch_id, p.enrichment_task_id as parent, t.enrichment_task_id as id,
       to_char(m.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key
     from enrichment_tasks t
     join enrichment_tasks p on p.pk = t.parent_task_pk
     cross join lateral (
       select created_at from enrichment_tasks
       where workspace_pk = $1 and created_at >= timestamptz '2026-01-01' + $2::int / 2 * interval '1 second'
       order by created_at limit 1
     ) m
     where t.workspace_pk = $1
     limit 1`,
    [pk, tasks],
  );
  const [row] = found.rows;
  if (!row) throw new Error('the workspace is empty');
  return { pk, batchId: row.batch_id, parentId: row.parent, middle: { key: row.key, id: row.id } };
}

const page = (parts: Partial<PageRequest<'created_at'>> = {}): PageRequest<'created_at'> => ({
  limit: PAGE,
  sort: { key: 'created_at', descending: true },
  after: null,
  ...parts,
});

const lists: Record<string, (of: Workspace) => { request: PageRequest<'created_at'>; filters: TaskFilters }> =
  {
    plain: () => ({ request: page(), filters: {} }),
    status: () => ({ request: page(), filters: { status: ['failed'] } }),
    statuses: () => ({ request: page(), filters: { status: ['failed', 'completed'] } }),
    type: () => ({ request: page(), filters: { enrichment_type: ['logo'] } }),
    batch: ({ batchId }) => ({ request: page(), filters: { batch_id: batchId } }),
    parent: ({ parentId }) => ({ request: page(), filters: { parent_task: parentId } }),
    deep: ({ middle }) => ({ request: page({ after: middle }), filters: {} }),
  };

/** Reads one page and answers how long it took, in milliseconds. */
async function read(of: Workspace, name: string): Promise<number> {
  const list = lists[name]?.(of);
  if (!list) throw new Error(`there is no list ${name}`);
  const { request, filters } = list;
  const started = performance.now();
  const { rows } = await database.inWorkspace(of.pk, (db) =>
    readPage(db, request, {
      list: listTasks({ workspacePk: of.pk, filters, ...request }),
      count: countTasks({ workspacePk: of.pk, filters }),
    }),
  );
  const ms = performance.now() - started;
  if (rows.length !== PAGE) throw new Error(`${name} answered ${rows.length} rows`);
  return ms;
}

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const rounded = (value: number) => Math.round(value * 100) / 100;

try {
  const workspaces = { small: await invent(small), large: await invent(large) };
  await client.query('vacuum analyze');
  const result: Record<string, { small_ms: number; large_ms: number; ratio: number }> = {};
  for (const name of Object.keys(lists)) {
    const times = { small: [] as number[], large: [] as number[] };
    // By turns, so that whatever else the machine does falls on both.
    for (let round = 0; round < ROUNDS; round += 1)
      for (const size of ['small', 'large'] as const) times[size].push(await read(workspaces[size], name));
    const [ofSmall, ofLarge] = [median(times.small), median(times.large)];
    result[name] = {
      small_ms: rounded(ofSmall),
      large_ms: rounded(ofLarge),
      ratio: rounded(ofLarge / ofSmall),
    };
  }
  const worst = Math.max(...Object.values(result).map(({ ratio }) => ratio));
  console.log(JSON.stringify({ name: 'lists', page: PAGE, small, large, worst_ratio: worst, ...result }));
} finally {
  await database.close();
  await client.end();
  await server.stop();
}
