import { completeBatch } from '../db/enrichment-batches.ts';
import { softDeleteTask } from '../db/enrichment-task-commands.ts';
import { type EnrichmentTaskViewRow, lockTaskView } from '../db/enrichment-task-views.ts';
import { findTask, type TaskRow } from '../db/enrichment-tasks.ts';
import type { Database } from '../db/pool.ts';
import { lockParent, wakeWaiting } from './end-in-order.ts';

/** A deleted task as it was, and the tasks to dispatch now that nobody waits for it any more. */
export interface Deletion {
  task: TaskRow;
  dispatch: readonly TaskRow[];
}

export interface DeleteTask {
  workspacePk: number;
  /** Public id. */
  taskId: string;
  actor: string;
  /** Sees the task as it is, locked, and throws where it must stay. */
  check(task: EnrichmentTaskViewRow): void;
}

/**
 * Deletes a task softly in one transaction, with the locks of a run that ends and in their order: to a parent and a
 * batch that wait for it, it has ended. Null when it is gone, deleted or another workspace's.
 */
export const deleteTask = (
  database: Database,
  { workspacePk, taskId, actor, check }: DeleteTask,
): Promise<Deletion | null> =>
  database.inWorkspace(workspacePk, async (db) => {
    const seen = await db.maybeOne(findTask({ workspacePk, taskId }));
    if (!seen) return null;
    await lockParent(db, seen);
    const current = await db.maybeOne(lockTaskView({ workspacePk, taskId }));
    if (!current) return null;
    check(current);
    const task = await db.one(softDeleteTask({ workspacePk, pk: seen.pk, actor }));
    // Its own subtasks go on without it; their batch has nothing more to come from it.
    await db.maybeOne(completeBatch({ parentTaskPk: task.pk }));
    return { task, dispatch: await wakeWaiting(db, task, actor) };
  });
