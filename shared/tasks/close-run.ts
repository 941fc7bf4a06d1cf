import {
  type ClaimedTask,
  finishTask,
  lockClaim,
  type TaskRow,
  waitForSubtasks,
  wakeParent,
} from '../db/enrichment-tasks.ts';
import { recordProvenance } from '../db/field-provenance.ts';
import type { Database } from '../db/pool.ts';
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
  | { status: TaskRow['status'] | 'waiting'; halt: string | null; dispatch: TaskRow[] }
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
    const woken = await wakeWaiting(db, task, actor);
    const halt = (output?.halt as { code?: string } | undefined)?.code ?? null;
    return { status, halt, dispatch: [...followUps.inserted, ...woken] };
  });
}

function outputOf(
  outcome: Extract<Outcome, { output: unknown }>,
  enrichment: Pick<Enrichment<never>, 'output'>,
  followUps: FollowUps,
): Record<string, unknown> {
  enrichment.output.parse(outcome.output);
  return storableOutput({ ...outcome.output, ...noted(followUps) });
}
