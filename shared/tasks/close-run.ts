import { completeBatch, lockBatch } from '../db/enrichment-batches.ts';
import {
  type ClaimedTask,
  finishTask,
  lockClaim,
  lockTask,
  type TaskRow,
  waitForSubtasks,
  wakeParent,
} from '../db/enrichment-tasks.ts';
import { recordProvenance } from '../db/field-provenance.ts';
import type { Database } from '../db/pool.ts';
import type { Db } from '../db/sql.ts';
import { enqueueTasks, type NewTask } from '../dispatch/enqueue.ts';
import { findWorker } from '../domain/catalogue.ts';
import { FOLLOWUP_DEPTH_MAX } from '../domain/limits.ts';
import type { FollowUp, Outcome } from '../domain/outcomes.ts';
import type { Ending, Enrichment } from './define-enrichment.ts';
import { storableError, storableOutput } from './storable.ts';

export interface Closing {
  task: ClaimedTask;
  token: string;
  ending: Ending;
  enrichment: Pick<Enrichment<never>, 'output' | 'onFailed'>;
}

/** How a run was closed, and the tasks to dispatch now that it is committed; `stale` means that nothing was written. */
export type Closed =
  | { status: TaskRow['status'] | 'waiting'; halt: string | null; dispatch: TaskRow[] }
  | 'stale';

/**
 * The one transaction that ends a run. It holds the locks parent → task → batch, always in this order, and writes the
 * domain changes, output, status, provenance, follow-up rows and events together or not at all.
 */
export function closeRun(database: Database, { task, token, ending, enrichment }: Closing): Promise<Closed> {
  const actor = `task:${task.enrichment_task_id}`;
  return database.inWorkspace(task.workspace_pk, async (db): Promise<Closed> => {
    if (task.parent_task_pk !== null) await db.maybeOne(lockTask({ pk: task.parent_task_pk }));
    if (!(await db.maybeOne(lockClaim({ pk: task.pk, token })))) return 'stale';

    const outcome = typeof ending === 'function' ? await ending(db) : ending;
    if (outcome.status === 'failed') await enrichment.onFailed?.(db, { task, error: outcome.error });
    if (outcome.provenance?.length)
      await db.query(
        recordProvenance({ workspacePk: task.workspace_pk, taskPk: task.pk, fields: outcome.provenance }),
      );
    const followUps = await enqueueFollowUps(db, task, outcome.followUps ?? [], actor);

    if (outcome.status === 'waiting') {
      const subtasks = await enqueueSubtasks(db, task, outcome.subtasks, actor);
      const output = outputOf(outcome, enrichment, followUps);
      await db.one(
        waitForSubtasks({ pk: task.pk, token, output, description: outcome.description ?? null, actor }),
      );
      // Without an open subtask nobody would ever wake it.
      const woken = await db.any(wakeParent({ pk: task.pk, actor }));
      return { status: 'waiting', halt: null, dispatch: [...followUps.inserted, ...subtasks, ...woken] };
    }

    const { status } = outcome;
    const output = 'output' in outcome ? outputOf(outcome, enrichment, followUps) : null;
    await db.one(
      finishTask({
        pk: task.pk,
        token,
        status,
        output,
        error: 'error' in outcome ? storableError(outcome.error) : null,
        description: outcome.description ?? null,
        actor,
      }),
    );
    const woken =
      task.parent_task_pk === null ? [] : await db.any(wakeParent({ pk: task.parent_task_pk, actor }));
    if (task.batch_id) {
      await db.maybeOne(lockBatch({ batchId: task.batch_id }));
      await db.maybeOne(completeBatch({ batchId: task.batch_id }));
    }
    const halt = (output?.halt as { code?: string } | undefined)?.code ?? null;
    return { status, halt, dispatch: [...followUps.inserted, ...woken] };
  });
}

interface FollowUps {
  inserted: TaskRow[];
  ids: string[];
  refused: { enrichment_type: string; reason: string }[];
}

/** A follow-up that cannot be enqueued does not undo the work that asked for it: it is named in the output. */
async function enqueueFollowUps(
  db: Db,
  task: ClaimedTask,
  followUps: readonly FollowUp[],
  actor: string,
): Promise<FollowUps> {
  const depth = depthOf(task) + 1;
  const refused: FollowUps['refused'] = [];
  const wanted = followUps.filter(({ enrichment_type }) => {
    if (depth <= FOLLOWUP_DEPTH_MAX && findWorker(enrichment_type)) return true;
    refused.push({ enrichment_type, reason: depth > FOLLOWUP_DEPTH_MAX ? 'too_deep' : 'not_available' });
    return false;
  });
  const result: FollowUps = { inserted: [], ids: [], refused };
  for (const followUp of wanted) {
    const entry = await enqueueTasks(db, {
      workspacePk: task.workspace_pk,
      tasks: [childOf(followUp, task, depth)],
      actor,
    });
    if ('refusals' in entry) {
      refused.push({
        enrichment_type: followUp.enrichment_type,
        reason: entry.refusals[0]?.code ?? 'refused',
      });
      continue;
    }
    for (const { task: child, reused } of entry.enqueued) {
      if (child.pk === task.pk) continue;
      result.ids.push(child.enrichment_task_id);
      if (!reused) result.inserted.push(child);
    }
  }
  return result;
}

/** Subtasks share one batch, and all of them are there or none. */
async function enqueueSubtasks(
  db: Db,
  task: ClaimedTask,
  subtasks: readonly FollowUp[],
  actor: string,
): Promise<TaskRow[]> {
  if (subtasks.length === 0) return [];
  const depth = depthOf(task) + 1;
  const entry = await enqueueTasks(db, {
    workspacePk: task.workspace_pk,
    tasks: subtasks.map((subtask) => childOf(subtask, task, depth)),
    actor,
    force: true,
    batch: true,
    parentTaskPk: task.pk,
  });
  if ('refusals' in entry) throw new Error(`subtasks were refused: ${entry.refusals[0]?.message}`);
  return entry.enqueued.filter(({ reused }) => !reused).map(({ task: child }) => child);
}

const depthOf = (task: ClaimedTask): number => {
  const depth = (task.input as { depth?: unknown } | null)?.depth;
  return typeof depth === 'number' ? depth : 0;
};

const childOf = (followUp: FollowUp, task: ClaimedTask, depth: number): NewTask => {
  const channel = followUp.source_channel ?? task.source_channel;
  return {
    enrichment_type: followUp.enrichment_type,
    entity_type: followUp.entity_type,
    entity_id: followUp.entity_id,
    input: { ...followUp.input, depth },
    ...(followUp.target_fields ? { target_fields: followUp.target_fields } : {}),
    ...(channel ? { source_channel: channel } : {}),
  };
};

function outputOf(
  outcome: Extract<Outcome, { output: unknown }>,
  enrichment: Pick<Enrichment<never>, 'output'>,
  followUps: FollowUps,
): Record<string, unknown> {
  enrichment.output.parse(outcome.output);
  return storableOutput({
    ...outcome.output,
    followups: followUps.ids,
    ...(followUps.refused.length > 0 ? { followups_refused: followUps.refused } : {}),
  });
}
