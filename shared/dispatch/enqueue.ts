import { randomUUID } from 'node:crypto';
import { insertBatch } from '../db/enrichment-batches.ts';
import { findLiveTasks, insertTasks, listTasksByPk, type TaskRow } from '../db/enrichment-tasks.ts';
import { type Db, later } from '../db/sql.ts';
import { lookUp } from '../db/targets.ts';
import { getWorker } from '../domain/catalogue.ts';
import type { EnrichmentType, EntityType, SourceChannel } from '../domain/enrichment-types.ts';
import { BATCH_TASKS_MAX, RECENT_TASK_SECONDS } from '../domain/limits.ts';
import { currentTraceparent } from '../trace.ts';
import { inputHash } from './input-hash.ts';
import { findCloses, lockClosesOf } from './live-closes.ts';

export interface NewTask {
  enrichment_type: EnrichmentType;
  entity_type: EntityType;
  entity_id: string;
  input?: Record<string, unknown>;
  target_fields?: string[];
  source_channel?: SourceChannel;
  /** The live task it is a subtask of, locked by the caller; that of the whole enqueue unless told. */
  parentTaskPk?: number;
  /** As the option of the whole enqueue, for this task. */
  force?: boolean;
}

export interface Enqueue {
  workspacePk: number;
  tasks: readonly NewTask[];
  /** Who asks: `user:<id>`, `task:<id>` or the name of a function; kept in the events. */
  actor: string;
  /** Makes a new task even where a recent one did the same work. A live one is still returned. */
  force?: boolean;
  /** Groups the tasks: `true` opens a batch for them, an id names an open one that the caller counts. */
  batch?: boolean | string;
  parentTaskPk?: number | null;
  retryOfPk?: number | null;
  /** The trace that their runs belong to; that of whoever asks unless told. */
  traceparent?: string | null;
  /** Tasks taken at most; `BATCH_TASKS_MAX` unless told. */
  tasksMax?: number;
}

/** Why a task cannot be enqueued; each is a 422 at the API. */
export type RefusalCode =
  | 'ENTITY_TYPE_NOT_ALLOWED'
  | 'ENTITY_NOT_FOUND'
  | 'BATCH_TOO_LARGE'
  | 'PARENT_TASK_NOT_FOUND'
  | 'PARENT_TASK_ENDED'
  | 'PARENT_TASK_TOO_DEEP';

export interface Refusal {
  /** Index of the task in the request. */
  index: number;
  code: RefusalCode;
  message: string;
}

export interface Enqueued {
  task: TaskRow;
  /** True where a live or recent task with the same input was returned instead of a new one. */
  reused: boolean;
}

/** Rows one statement inserts at most: a few megabytes, and far from the time limit of a statement. */
const INSERT_ROWS_MAX = 1_000;

/** How often an enqueue looks again when the row that won the race ended before it could be read. */
const RACE_ROUNDS = 3;

/**
 * Inserts tasks in the caller's transaction; the caller dispatches the new ones after its commit. Either all are
 * taken or none. A hundred callers that ask for the same work at once get one row: the unique index of live hashes
 * decides, and the losers are given the winner's row.
 */
export async function enqueueTasks(
  db: Db,
  {
    workspacePk,
    tasks,
    actor,
    force = false,
    batch = false,
    parentTaskPk = null,
    retryOfPk = null,
    traceparent = currentTraceparent(),
    tasksMax = BATCH_TASKS_MAX,
  }: Enqueue,
): Promise<{ enqueued: Enqueued[]; batchId: string | null } | { refusals: Refusal[] }> {
  const refused = refuse(tasks, tasksMax);
  if (refused.length > 0) return { refusals: refused };
  const rows = tasks.map((task) => ({
    enrichment_type: task.enrichment_type,
    entity_type: task.entity_type,
    entity_id: task.entity_id,
    input: task.input ?? null,
    target_fields: task.target_fields ?? null,
    source_channel: task.source_channel ?? null,
    input_hash: inputHash(task),
    parent_task_pk: task.parentTaskPk ?? parentTaskPk,
  }));
  const wanted = new Map(rows.map((row) => [row.input_hash, row]));
  const batchId = batch === true ? randomUUID() : batch || null;
  const found = new Map<string, Enqueued>();

  const reusable = rows.filter((_, index) => !force && !tasks[index]?.force);
  const { missing: gone, recentPks } = await lookUp(db, {
    workspacePk,
    targets: tasks.map(({ entity_type, entity_id }, index) => ({ entity_type, entity_id, index })),
    hashes: reusable.map(({ input_hash }) => input_hash),
    withinSeconds: RECENT_TASK_SECONDS,
  });
  if (gone.length > 0) return { refusals: gone.map(notThere) };
  if (recentPks.length > 0)
    for (const task of await db.any(listTasksByPk({ workspacePk, pks: recentPks })))
      if (task.input_hash) found.set(task.input_hash, { task, reused: true });
  // A close is known by its month as well: one that waits for a person, or was asked for in other words, is live.
  const reuseCloses = async () => {
    for (const { row, task } of await findCloses(db, workspacePk, [...wanted.values()]))
      if (!found.has(row.input_hash)) found.set(row.input_hash, { task, reused: true });
  };
  await lockClosesOf(db, workspacePk, rows);
  await reuseCloses();
  if (batch === true && batchId && found.size < wanted.size)
    await db.query(later(insertBatch({ workspacePk, batchId, expected: wanted.size })));

  for (let round = 0; round < RACE_ROUNDS && found.size < wanted.size; round += 1) {
    const missing = [...wanted.values()].filter((row) => !found.has(row.input_hash));
    for (let first = 0; first < missing.length; first += INSERT_ROWS_MAX) {
      const part = missing.slice(first, first + INSERT_ROWS_MAX);
      const inserted = await db.any(
        insertTasks({ workspacePk, rows: part, batchId, retryOfPk, traceparent, actor }),
      );
      for (const task of inserted) if (task.input_hash) found.set(task.input_hash, { task, reused: false });
    }
    const lost = missing.map((row) => row.input_hash).filter((hash) => !found.has(hash));
    if (lost.length === 0) break;
    for (const task of await db.any(findLiveTasks({ workspacePk, hashes: lost })))
      if (task.input_hash) found.set(task.input_hash, { task, reused: true });
    await reuseCloses();
  }

  return {
    // A batch that would hold nothing is none.
    batchId: [...found.values()].some(({ reused }) => !reused) ? batchId : null,
    enqueued: rows.map((row) => {
      const entry = found.get(row.input_hash);
      if (!entry)
        throw new Error(`another task stands in the way of ${row.enrichment_type} ${row.entity_id}`);
      return entry;
    }),
  };
}

/** What the words alone forbid, without a look at the database. */
function refuse(tasks: readonly NewTask[], tasksMax: number): Refusal[] {
  if (tasks.length > tasksMax)
    return [
      {
        index: tasksMax,
        code: 'BATCH_TOO_LARGE',
        message: `A batch holds up to ${tasksMax} tasks, this one has ${tasks.length}: send it in parts.`,
      },
    ];
  return tasks.flatMap((task, index): Refusal[] => {
    const worker = getWorker(task.enrichment_type);
    if (!worker.targets.includes(task.entity_type))
      return [
        {
          index,
          code: 'ENTITY_TYPE_NOT_ALLOWED',
          message: `${task.enrichment_type} works on ${worker.targets.join(' or ')}, not on ${task.entity_type}.`,
        },
      ];
    return [];
  });
}

const notThere = ({
  index,
  entity_type,
  entity_id,
}: { index: number } & Pick<NewTask, 'entity_type' | 'entity_id'>): Refusal => ({
  index,
  code: 'ENTITY_NOT_FOUND',
  message: `There is no ${entity_type} ${entity_id} in this workspace.`,
});
