import {
  endApproval,
  findTask,
  lockTaskOf,
  type ResolveAction,
  type TaskRow,
} from '../db/enrichment-tasks.ts';
import { recordProvenance } from '../db/field-provenance.ts';
import { type Database, rollback } from '../db/pool.ts';
import type { Db } from '../db/sql.ts';
import type { EnrichmentType } from '../domain/enrichment-types.ts';
import type { Approval } from '../domain/outcomes.ts';
import { inTraceOf } from '../trace.ts';
import type { Enrichment } from './define-enrichment.ts';
import { lockParent, wakeWaiting } from './end-in-order.ts';
import { enqueueFollowUps, noted } from './follow-ups.ts';
import { storableOutput } from './storable.ts';

/** Finds the worker of a type, as far as a resolution needs it. */
export type LoadResolver = (type: EnrichmentType) => Promise<Pick<Enrichment<never>, 'output' | 'resolve'>>;

/** Why nothing was resolved. `PROPOSAL_OUTDATED` leaves the task waiting: it can still be rejected. */
export type ResolveRefusal =
  | 'TASK_NOT_FOUND'
  | 'TASK_NOT_AWAITING_APPROVAL'
  | 'TASK_NOT_RESOLVABLE'
  | 'PROPOSAL_OUTDATED';

/** A resolved task with what its approval applied and the tasks to dispatch now, or why it was not resolved. */
export type Resolution =
  | { task: TaskRow; applied: Record<string, unknown>; dispatch: TaskRow[] }
  | { code: ResolveRefusal; message: string };

export interface Resolve {
  workspacePk: number;
  /** Public id. */
  taskId: string;
  action: ResolveAction;
  actor: string;
}

/**
 * What a person says to a task that waits for them, in one transaction: the proposal is applied or dropped, the task
 * ends, and what follows is enqueued. The locks are those of a run that ends, in the same order, so that of many who
 * answer one task exactly one does.
 */
export const resolveTask = (
  database: Database,
  loadWorker: LoadResolver,
  wanted: Resolve,
): Promise<Resolution> =>
  database.inWorkspace(wanted.workspacePk, async (db): Promise<Resolution> => {
    const { action, actor } = wanted;
    const seen = await db.maybeOne(findTask(wanted));
    if (!seen) return notFound;
    await lockParent(db, seen);
    const task = await db.maybeOne(lockTaskOf(wanted));
    if (!task) return notFound;
    if (task.status !== 'awaiting_approval')
      return { code: 'TASK_NOT_AWAITING_APPROVAL', message: `The task is ${task.status}.` };
    const resolver = await loadWorker(task.enrichment_type);
    if (!resolver.resolve)
      return {
        code: 'TASK_NOT_RESOLVABLE',
        message: `Nobody approves tasks of type ${task.enrichment_type}.`,
      };

    if (action === 'reject') {
      await resolver.resolve.reject(db, task);
      const ended = await db.one(endApproval({ pk: task.pk, action, output: null, actor }));
      return { task: ended, applied: {}, dispatch: [...(await wakeWaiting(db, task, actor))] };
    }

    const approval = await resolver.resolve.approve(db, task);
    // What was written before it was found out must not stay.
    if ('outdated' in approval) rollback({ code: 'PROPOSAL_OUTDATED', message: approval.outdated });
    // What follows from it goes on in the trace that led to it.
    const { output, dispatch } = await inTraceOf(task, () => applied(db, task, approval, actor));
    resolver.output.parse(output);
    const ended = await db.one(endApproval({ pk: task.pk, action, output: storableOutput(output), actor }));
    const woken = await wakeWaiting(db, task, actor);
    return { task: ended, applied: approval.applied, dispatch: [...dispatch, ...woken] };
  });

const notFound = { code: 'TASK_NOT_FOUND', message: 'There is no such task.' } as const;

/** The output as it stands once the proposal is applied: what was proposed stays readable beside what was done. */
async function applied(
  db: Db,
  task: TaskRow,
  approval: Exclude<Approval, { outdated: string }>,
  actor: string,
) {
  const { workspace_pk: workspacePk, pk: taskPk } = task;
  if (approval.provenance?.length)
    await db.query(recordProvenance({ workspacePk, taskPk, fields: approval.provenance }));
  const followUps = await enqueueFollowUps(db, task, approval.followUps ?? [], actor);
  const before = (task.output ?? {}) as { followups?: unknown[] }; // only runs write it, as an object
  return {
    output: { ...before, ...approval.applied, ...noted(followUps, before), status: 'ok' },
    dispatch: followUps.inserted,
  };
}
