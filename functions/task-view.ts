import { listSubtaskViews } from '../shared/db/enrichment-task-lists.ts';
import { type EnrichmentTaskViewRow, listTaskViews } from '../shared/db/enrichment-task-views.ts';
import type { Db } from '../shared/db/sql.ts';
import { enrichmentTaskResource } from '../shared/domain/enrichment-task-resource.ts';
import type { EnrichmentTask } from '../shared/domain/enrichment-task-schema.ts';
import { SUBTASKS_INCLUDED_MAX, SUBTASKS_PER_TASK_MAX } from '../shared/domain/limits.ts';

/** Relationships of a task whose resources may come along. */
export const taskIncludes = ['parent_task', 'subtasks'] as const;
export type TaskInclude = (typeof taskIncludes)[number];

/** What comes along with some tasks. */
export interface Related {
  included: EnrichmentTask[];
  /** The resource of one of the tasks, with its subtasks when they were asked for. */
  resourceOf(task: EnrichmentTaskViewRow): EnrichmentTask;
}

/** Reads what the caller wants along with these tasks: nothing without a wish. */
export async function readRelated(
  db: Db,
  {
    workspacePk,
    tasks,
    include,
  }: { workspacePk: number; tasks: readonly EnrichmentTaskViewRow[]; include: readonly TaskInclude[] | null },
): Promise<Related> {
  const taskIds = tasks.map((task) => task.enrichment_task_id);
  const parentIds = [...new Set(tasks.flatMap(({ parent_task_id: id }) => id ?? []))];
  const parents =
    include?.includes('parent_task') && parentIds.length > 0
      ? await db.any(listTaskViews({ workspacePk, taskIds: parentIds }))
      : [];
  const withSubtasks = include?.includes('subtasks') ?? false;
  const subtasks =
    withSubtasks && taskIds.length > 0
      ? await db.any(listSubtaskViews({ workspacePk, taskIds, limit: subtasksPerTask(taskIds.length) }))
      : [];
  const idsByParent = Map.groupBy(subtasks, (subtask) => subtask.parent_task_id);
  return {
    // What is in the page itself is not told twice.
    included: [...parents, ...subtasks]
      .filter((task) => !taskIds.includes(task.enrichment_task_id))
      .map((task) => enrichmentTaskResource(task)),
    resourceOf: (task) =>
      withSubtasks
        ? enrichmentTaskResource(
            task,
            (idsByParent.get(task.enrichment_task_id) ?? []).map((subtask) => subtask.enrichment_task_id),
          )
        : enrichmentTaskResource(task),
  };
}

/** A page of many tasks brings fewer of each; the list of subtasks itself has them all. */
const subtasksPerTask = (tasks: number): number =>
  Math.min(SUBTASKS_PER_TASK_MAX, Math.floor(SUBTASKS_INCLUDED_MAX / tasks));
