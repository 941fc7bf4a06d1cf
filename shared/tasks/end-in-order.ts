import { completeBatch, lockBatch } from '../db/enrichment-batches.ts';
import { lockTask, type TaskRow, wakeParent } from '../db/enrichment-tasks.ts';
import type { Db } from '../db/sql.ts';

/**
 * The locks of whatever ends a task are taken in one order: parent, task, batch. Two children that end at the same
 * moment then come one after the other, and the second sees that nothing is open.
 */

/** Comes before the lock of the task itself. */
export async function lockParent(db: Db, { parent_task_pk: pk }: Pick<TaskRow, 'parent_task_pk'>) {
  if (pk !== null) await db.maybeOne(lockTask({ pk }));
}

/**
 * Comes after the task has ended: completes its batch and wakes its parent when they waited for it alone. The batch
 * first, because a parent that is awake may add to it.
 */
export async function wakeWaiting(
  db: Db,
  { parent_task_pk, batch_id: batchId }: Pick<TaskRow, 'parent_task_pk' | 'batch_id'>,
  actor: string,
): Promise<readonly TaskRow[]> {
  if (batchId) {
    await db.maybeOne(lockBatch({ batchId }));
    await db.maybeOne(completeBatch({ batchId }));
  }
  return parent_task_pk === null ? [] : db.any(wakeParent({ pk: parent_task_pk, actor }));
}
