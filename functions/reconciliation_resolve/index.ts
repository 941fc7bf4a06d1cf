import type { Caller } from '../../shared/auth/caller.ts';
import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import { waitForWork } from '../../shared/db/idempotency-keys.ts';
import { type Database, isUnavailable } from '../../shared/db/pool.ts';
import { dispatchTasks } from '../../shared/dispatch/dispatch-tasks.ts';
import type { TaskQueue } from '../../shared/dispatch/queue.ts';
import type { ProblemCode } from '../../shared/domain/problem-codes.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import type { Log } from '../../shared/log.ts';
import { type LoadResolver, resolveTask } from '../../shared/tasks/resolve-task.ts';
import { ReconciliationResolveAnswers, ReconciliationResolveBody } from './schema.ts';

interface Services {
  /** As the workers see it: callers may not write how far a task got. */
  database: Database;
  /** As doors see it; a pool of its own, so that holding a key there cannot starve the work here. */
  callerDatabase: Database;
  queue: TaskQueue;
  loadWorker: LoadResolver;
}

/** How long the tasks of one call may take while their key is held; more than the budget of the function. */
const WORK_SECONDS = 90;

/** `POST /v1/reconciliation/resolve`: approves or rejects tasks that wait, each by itself. */
export const reconciliationResolve = endpointsFor<Caller, Services>()({
  name: 'reconciliation_resolve',
  summary: 'Approve or reject proposals',
  answers: ReconciliationResolveAnswers,
  body: ReconciliationResolveBody,

  async handle(context, { body: { data } }): Promise<Answer> {
    const { caller, callerDatabase, once, queue, database, log } = context;
    const { workspacePk, personId } = caller;
    const actor = `user:${personId}`;
    const dispatch: TaskRow[] = [];
    const work = () => resolveAll(context, { ...data.attributes, actor }, dispatch);

    try {
      return await callerDatabase.inWorkspace(workspacePk, (db) =>
        once(db, async () => {
          // Each task is resolved in a transaction of its own, so a key must be held before the first.
          await db.one(waitForWork({ seconds: WORK_SECONDS }));
          return work();
        }),
      );
    } finally {
      // Each task was committed by itself, whatever became of the ones after it.
      await dispatchTasks({ database, queue, log }, dispatch, actor);
    }
  },
});

interface Wanted {
  task_ids: string[];
  action: 'approve' | 'reject';
  actor: string;
}

async function resolveAll(
  { caller: { workspacePk }, database, loadWorker, log }: Services & { caller: Caller; log: Log },
  { task_ids, action, actor }: Wanted,
  dispatch: TaskRow[],
): Promise<Answer> {
  const resolved: Record<string, unknown>[] = [];
  const errors: (Refused & { task_id: string })[] = [];
  for (const task_id of task_ids) {
    const wanted = { workspacePk, taskId: task_id, action, actor };
    const resolution = await resolveTask(database, loadWorker, wanted).catch((error: unknown) =>
      unexpected(error, task_id, log),
    );
    if ('code' in resolution) {
      const { code, message } = resolution;
      log.info({ task_id, outcome: 'refused', code }, 'task was not resolved');
      errors.push({ task_id, code, message });
      continue;
    }
    const { status, enrichment_type } = resolution.task;
    log.info({ task_id, enrichment_type, outcome: status }, 'task was resolved');
    dispatch.push(...resolution.dispatch);
    resolved.push({ task_id, action, success: true, ...resolution.applied });
  }
  return {
    status: 200,
    body: { data: { type: 'reconciliation-resolve', attributes: { resolved, errors } } },
  };
}

interface Refused {
  code: ProblemCode;
  message: string;
}

/** One task that cannot be resolved must not hide from the caller what became of the others. */
function unexpected(error: unknown, taskId: string, log: Log): Refused {
  if (isUnavailable(error)) throw error;
  log.error({ err: error, task_id: taskId }, 'resolving a task broke');
  return { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on our side.' };
}
