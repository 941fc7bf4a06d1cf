import { lockTasksOf, type TaskRow } from '../db/enrichment-tasks.ts';
import type { Db } from '../db/sql.ts';
import type { NewTask, Refusal } from '../dispatch/enqueue.ts';
import { FOLLOWUP_DEPTH_MAX } from '../domain/limits.ts';
import { terminalStatuses } from '../domain/task-states.ts';
import { depthOf } from './follow-ups.ts';

/** A task that somebody asks for, and the public id of the task it is to be a part of. */
export type Orphan = NewTask & { parentId: string | null };

/** The same tasks as subtasks, and the ids of their parents by pk. */
export interface Adopted {
  tasks: NewTask[];
  parents: ReadonlyMap<number, string>;
}

/**
 * Makes tasks the subtasks of what their callers name. The parents are locked to the end of the transaction, so that
 * none can end before its new subtasks are there; it must come before they are enqueued.
 */
export async function adoptTasks(
  db: Db,
  { workspacePk, tasks }: { workspacePk: number; tasks: readonly Orphan[] },
): Promise<Adopted | { refusals: Refusal[] }> {
  const taskIds = [...new Set(tasks.flatMap(({ parentId }) => parentId ?? []))];
  const found = taskIds.length > 0 ? await db.any(lockTasksOf({ workspacePk, taskIds })) : [];
  const byId = new Map(found.map((task) => [task.enrichment_task_id, task]));

  const refusals: Refusal[] = [];
  const adopted = tasks.map(({ parentId, ...task }, index): NewTask => {
    if (parentId === null) return task;
    const parent = byId.get(parentId);
    const refusal = refusalOf(parentId, parent);
    if (refusal) refusals.push({ index, ...refusal });
    if (!parent) return task;
    return { ...task, parentTaskPk: parent.pk, input: { ...task.input, depth: depthOf(parent) + 1 } };
  });
  if (refusals.length > 0) return { refusals };
  return { tasks: adopted, parents: new Map(found.map((task) => [task.pk, task.enrichment_task_id])) };
}

function refusalOf(parentId: string, parent: TaskRow | undefined): Omit<Refusal, 'index'> | null {
  if (!parent)
    return { code: 'PARENT_TASK_NOT_FOUND', message: `There is no task ${parentId} in this workspace.` };
  if ((terminalStatuses as readonly string[]).includes(parent.status))
    return { code: 'PARENT_TASK_ENDED', message: `The task ${parentId} is ${parent.status}.` };
  if (depthOf(parent) + 1 > FOLLOWUP_DEPTH_MAX)
    return {
      code: 'PARENT_TASK_TOO_DEEP',
      message: `Tasks of tasks end at a depth of ${FOLLOWUP_DEPTH_MAX}, which ${parentId} has.`,
    };
  return null;
}
