import { completeBatch } from '../db/enrichment-batches.ts';
import {
  type ClaimedTask,
  continueTask,
  finishTask,
  lockClaim,
  type TaskRow,
  waitForSubtasks,
  wakeParent,
} from '../db/enrichment-tasks.ts';
import { recordProvenance } from '../db/field-provenance.ts';
import type { Database } from '../db/pool.ts';
import { CONTINUATIONS_MAX } from '../domain/limits.ts';
import type { Outcome } from '../domain/outcomes.ts';
import type { Ending, Enrichment } from './define-enrichment.ts';
import { lockParent, wakeWaiting } from './end-in-order.ts';
import { enqueueFollowUps, enqueueSubtasks, type FollowUps, noted } from './follow-ups.ts';
import { storableError, storableOutput } from './storable.ts';

export interface Closing {
  task: ClaimedTask;
  token: string;
  ending: Ending;
  enrichment: Pick<Enrichment<never>, 'output' | 'onFailed'>;
}

/** How a run was closed, and the tasks to dispatch now that it is committed; `stale` means that nothing was written. */
export type Closed =
  | {
      status: TaskRow['status'] | 'waiting' | 'continuing';
      halt: string | null;
      /** The error of a task that failed. */
      failure: string | null;
      dispatch: TaskRow[];
    }
  | 'stale';

/**
 * The one transaction that ends a run. It holds the locks parent → task → batch, always in this order, and writes the
 * domain changes, output, status, provenance, follow-up rows and events together or not at all.
 */
export function closeRun(database: Database, { task, token, ending, enrichment }: Closing): Promise<Closed> {
  const actor = `task:${task.enrichment_task_id}`;
  return database.inWorkspace(task.workspace_pk, async (db): Promise<Closed> => {
    await lockParent(db, task);
    if (!(await db.maybeOne(lockClaim({ pk: task.pk, token })))) return 'stale';

    const outcome = bounded(task, typeof ending === 'function' ? await ending(db) : ending);
    if (outcome.status === 'failed') await enrichment.onFailed?.(db, { task, error: outcome.error });
    if (outcome.provenance?.length)
      await db.query(
        recordProvenance({ workspacePk: task.workspace_pk, taskPk: task.pk, fields: outcome.provenance }),
      );
    const followUps = await enqueueFollowUps(db, task, outcome.followUps ?? [], actor);

    const waitedFor = outcome.status === 'waiting' ? outcome.subtasks : [];
    const subtasks = await enqueueSubtasks(db, task, [...(outcome.children ?? []), ...waitedFor], actor);
    const made = [...followUps.inserted, ...subtasks];

    const { status, description = null } = outcome;
    if (status === 'waiting') {
      const output = outputOf(outcome, enrichment, followUps);
      await db.one(waitForSubtasks({ pk: task.pk, token, output, description, actor }));
      await db.maybeOne(completeBatch({ parentTaskPk: task.pk }));
      // Without an open subtask nobody would ever wake it.
      const woken = await db.any(wakeParent({ pk: task.pk, actor }));
      return { status, halt: null, failure: null, dispatch: [...made, ...woken] };
    }
    if (status === 'continuing') {
      const output = outputOf(outcome, enrichment, followUps);
      const again = await db.one(continueTask({ pk: task.pk, token, output, description, actor }));
      // First, so that a slow queue leaves what it asked for to the sweep and not the task itself.
      return { status, halt: null, failure: null, dispatch: [again, ...made] };
    }

    const output = 'output' in outcome ? outputOf(outcome, enrichment, followUps) : null;
    await db.one(
      finishTask({
        pk: task.pk,
        token,
        status,
        output,
        error: 'error' in outcome ? storableError(outcome.error) : null,
        description,
        actor,
      }),
    );
    await db.maybeOne(completeBatch({ parentTaskPk: task.pk }));
    const woken = await wakeWaiting(db, task, actor);
    const halt = (output?.halt as { code?: string } | undefined)?.code ?? null;
    const failure = outcome.status === 'failed' ? outcome.error : null;
    return { status, halt, failure, dispatch: [...made, ...woken] };
  });
}

/** Each time a task goes on raises its generation, so the generation tells when to stop believing it. */
const bounded = (task: ClaimedTask, outcome: Outcome): Outcome =>
  outcome.status === 'continuing' && task.dispatch_generation >= CONTINUATIONS_MAX
    ? { status: 'failed', error: `ENDLESS: it went on ${task.dispatch_generation} times without an end` }
    : outcome;

function outputOf(
  outcome: Extract<Outcome, { output: unknown }>,
  enrichment: Pick<Enrichment<never>, 'output'>,
  followUps: FollowUps,
): Record<string, unknown> {
  enrichment.output.parse(outcome.output);
  return storableOutput({ ...outcome.output, ...noted(followUps) });
}
