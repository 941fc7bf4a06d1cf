import { growBatch } from '../db/enrichment-batches.ts';
import { findLiveRetry, recordRetry } from '../db/enrichment-task-commands.ts';
import { findTask, lockTaskOf, type TaskRow } from '../db/enrichment-tasks.ts';
import type { Db } from '../db/sql.ts';
import { type Enqueued, enqueueTasks, type NewTask, type Refusal } from '../dispatch/enqueue.ts';
import type { EntityType } from '../domain/enrichment-types.ts';
import { lockParent } from './end-in-order.ts';

/** The task that repeats the failed one, or why there is none. */
export type Retry =
  | Enqueued
  | { refused: 'not_found' }
  | { refused: 'not_failed'; status: TaskRow['status'] }
  | { refused: 'not_enqueued'; reason: Refusal };

/**
 * Repeats a failed task as a new one that is linked to it, in the caller's transaction: terminal is terminal. Type,
 * target, input, parent and batch are those of the failed one. While a retry lives, asking again answers it.
 */
export async function retryTask(
  db: Db,
  { workspacePk, taskId, actor }: { workspacePk: number; taskId: string; actor: string },
): Promise<Retry> {
  const seen = await db.maybeOne(findTask({ workspacePk, taskId }));
  if (!seen) return { refused: 'not_found' };
  await lockParent(db, seen);
  const failed = await db.maybeOne(lockTaskOf({ workspacePk, taskId }));
  if (!failed) return { refused: 'not_found' };
  if (failed.status !== 'failed') return { refused: 'not_failed', status: failed.status };
  const live = await db.maybeOne(findLiveRetry({ workspacePk, pk: failed.pk }));
  if (live) return { task: live, reused: true };

  const { pk, batch_id: batchId, parent_task_pk: parentTaskPk } = failed;
  const result = await enqueueTasks(db, {
    ...{ workspacePk, actor, parentTaskPk },
    tasks: [sameWork(failed)],
    force: true,
    batch: batchId ?? false,
    retryOfPk: pk,
    // What is repeated belongs where it came from, and not to whoever asked for it again.
    ...(failed.traceparent ? { traceparent: failed.traceparent } : {}),
  });
  if ('refusals' in result) {
    const [reason] = result.refusals;
    if (!reason) throw new Error('a retry was refused without a reason');
    return { refused: 'not_enqueued', reason };
  }
  const [entry] = result.enqueued;
  if (!entry) throw new Error('a retry was neither enqueued nor refused');
  if (!entry.reused) {
    if (batchId) await db.query(growBatch({ workspacePk, batchId }));
    await db.query(recordRetry({ pk, retryPk: entry.task.pk, actor }));
  }
  return entry;
}

const sameWork = ({
  enrichment_type,
  entity_type,
  entity_id,
  input,
  target_fields,
  source_channel,
}: TaskRow): NewTask => ({
  enrichment_type,
  // Rows hold what an enqueue took; a type that the worker no longer works on is refused there.
  entity_type: entity_type as EntityType,
  entity_id,
  ...(input ? { input: input as Record<string, unknown> } : {}), // only objects are ever taken
  ...(target_fields ? { target_fields } : {}),
  ...(source_channel ? { source_channel } : {}),
});
