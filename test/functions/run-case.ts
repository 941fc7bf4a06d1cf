import type pg from 'pg';
import { loadWorker } from '../../functions/index.ts';
import type { Worker, WorkerExtras } from '../../functions/worker.ts';
import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../shared/db/pool.ts';
import type { EnrichmentType } from '../../shared/domain/enrichment-types.ts';
import { insertCompany, insertWorkspace } from '../support/factories.ts';
import { memoryStorage } from '../support/memory-storage.ts';
import { deliver, enqueueOne, taskOf, testRunner } from '../support/pipeline.ts';
import type { Arranged, Scene, World } from './worker-case.ts';

/** A scene on its stage: its task is enqueued, and nothing is delivered yet. */
export interface Staged {
  world: World;
  arranged: Arranged;
  task: TaskRow;
  worker: Worker;
  /** One delivery of the task, by this worker or by another that stands in for it. */
  deliverOnce(worker?: Worker): ReturnType<typeof deliver>;
  /** Deliveries of the task and of everything below it until the task is at rest. */
  settle(): Promise<TaskRow>;
}

/** Arranges a scene in a workspace of its own and enqueues its task. */
export async function stage(
  { client, database }: { client: pg.Client; database: Database },
  scene: Scene,
): Promise<Staged> {
  const world = await newWorld(client);
  const arranged = await scene(world);
  const { workspacePk, storage } = world;
  const runner = testRunner(database, { storage });
  const extra = { ...untouched, ...arranged.extra };
  const task = await enqueueOne(runner, workspacePk, arranged.task, { force: true });
  await arranged.meanwhile?.();
  const worker = await loadWorker(task.enrichment_type);
  const settle = async (
    row: Pick<TaskRow, 'pk' | 'enrichment_task_id' | 'enrichment_type'>,
  ): Promise<void> => {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      await deliver(runner, await loadWorker(row.enrichment_type), row, extra);
      if (!(await isOpen(client, row.pk))) return;
      for (const subtask of await openSubtasks(client, row.pk)) await settle(subtask);
    }
    throw new Error(`${row.enrichment_type} is still open after ${ROUNDS_MAX} deliveries`);
  };
  return {
    ...{ world, arranged, task, worker },
    deliverOnce: (other = worker) => deliver(runner, other, task, extra),
    async settle() {
      await settle(task);
      return taskOf(runner, task);
    },
  };
}

/** Deliveries after which a task that still moves is taken for one that never ends. */
const ROUNDS_MAX = 20;

async function newWorld(client: pg.Client): Promise<World> {
  const { pk: workspacePk, workspace_id: workspaceId } = await insertWorkspace(client);
  const ownCompany = await insertCompany(client, workspacePk, {
    name: 'Marlow Studio SAS',
    canonical_legal_name: 'MARLOW STUDIO',
  });
  await client.query('update workspaces set own_company_pk = $1 where pk = $2', [ownCompany.pk, workspacePk]);
  return { client, workspacePk, workspaceId, ownCompany, storage: memoryStorage() };
}

/** An edge that a scene does not name must not be touched. */
const refuse = <T extends object>(name: string): T =>
  new Proxy({} as T, {
    get: (_target, key) => {
      throw new Error(`this scene has no ${name}, and ${String(key)} of it was used`);
    },
  });
const untouched: WorkerExtras = {
  documents: refuse('documents'),
  images: refuse('images'),
  model: null,
  web: refuse('web'),
  registries: refuse('registries'),
  formulas: refuse('formulas'),
};

const isOpen = async (client: pg.Client, pk: number) =>
  (
    await client.query(`select from enrichment_tasks where pk = $1 and status in ('pending', 'processing')`, [
      pk,
    ])
  ).rowCount === 1;

const openSubtasks = async (client: pg.Client, parentPk: number) =>
  (
    await client.query<Pick<TaskRow, 'pk' | 'enrichment_task_id' | 'enrichment_type'>>(
      `select pk, enrichment_task_id, enrichment_type from enrichment_tasks
       where parent_task_pk = $1 and status in ('pending', 'processing') and deleted_at is null order by pk`,
      [parentPk],
    )
  ).rows;

/** The tasks that `output.followups` names, as far as a scene describes them. */
export async function followUpsOf(client: pg.Client, task: TaskRow) {
  const { followups = [], followups_refused = [] } = (task.output ?? {}) as {
    followups?: string[];
    followups_refused?: unknown[];
  };
  const { rows } = await client.query<{
    enrichment_type: EnrichmentType;
    entity_type: string;
    entity_id: string;
  }>(
    `select enrichment_type, entity_type, entity_id from enrichment_tasks where enrichment_task_id = any($1) order by pk`,
    [followups],
  );
  return { made: rows, refused: followups_refused };
}

/** How often a task came to an end; more than once is a fault. */
export const endsOf = async (client: pg.Client, pk: number): Promise<number> =>
  (
    await client.query<{ n: number }>(
      `select count(*)::int n from enrichment_task_events where enrichment_task_pk = $1 and kind = 'finished'`,
      [pk],
    )
  ).rows[0]?.n ?? 0;

/** The pipeline's own tables, which say how the work went and not what it did. */
const PIPELINE = ['enrichment_task_events', 'enrichment_batches', 'idempotency_keys', 'model_usage'];
/** What a delivery that does nothing may still count. */
const COUNTERS = ['updated_at', 'deliveries'];

/** A digest per table of a workspace's rows: equal before and after a delivery that had nothing to do. */
export async function snapshot(client: pg.Client, workspacePk: number): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; digest: string | null }>({
    name: 'snapshot',
    text: await snapshotText(client),
    values: [workspacePk, COUNTERS],
  });
  return Object.fromEntries(rows.flatMap(({ name, digest }) => (digest ? [[name, digest]] : [])));
}

let snapshotStatement: Promise<string> | undefined;

/** One statement for all tables that carry the workspace, and for the one that has it through its transaction. */
const snapshotText = (client: pg.Client): Promise<string> => {
  snapshotStatement ??= client
    .query<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'workspace_pk' and table_name <> all($1) order by 1`,
      [PIPELINE],
    )
    .then(({ rows }) =>
      [
        ...rows.map(({ name }) => digestOf(name, `${name} t where workspace_pk = $1`)),
        digestOf(
          'transaction_documents',
          'transaction_documents t join transactions p on p.pk = t.transaction_pk where p.workspace_pk = $1',
        ),
      ].join(' union all '),
    );
  return snapshotStatement;
};

const digestOf = (name: string, rows: string): string => {
  // Not every table has a key of one column: the rows are ordered by what is compared.
  const row = '(to_jsonb(t) - $2::text[])::text';
  return `select '${name}' as name, md5(string_agg(${row}, ',' order by ${row})) as digest from ${rows}`;
};
