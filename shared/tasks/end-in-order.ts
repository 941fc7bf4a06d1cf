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

/** Comes after the task has ended: wakes its parent and completes its batch when they waited for it alone. */
export async function wakeWaiting(
  db: Db,
  { parent_task_pk, batch_id: batchId }: Pick<TaskRow, 'parent_task_pk' | 'batch_id'>,
  actor: string,
): Promise<readonly TaskRow[]> {
  const woken = parent_task_pk === null ? [] : await db.any(wakeParent({ pk: parent_task_pk, actor }));
  if (batchId) {
    await db.maybeOne(lockBatch({ batchId }));
    await db.maybeOne(completeBatch({ batchId }));
  }
  return woken;
}
