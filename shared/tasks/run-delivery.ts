import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  type ClaimedTask,
  claimTask,
  countSubtasks,
  findClaim,
  lockClaim,
  releaseTask,
} from '../db/enrichment-tasks.ts';
import { type Database, isUnavailable, rollback } from '../db/pool.ts';
import { type Dispatcher, dispatchTasks } from '../dispatch/dispatch-tasks.ts';
import { getWorker } from '../domain/catalogue.ts';
import { ABORT_GRACE_MS, POISON_RUNS, STOP_GRACE_MS } from '../domain/limits.ts';
import { failed, type Outcome } from '../domain/outcomes.ts';
import type { Storage } from '../storage/storage.ts';
import { closeRun } from './close-run.ts';
import { type Ending, type Enrichment, Overloaded, StaleRun, type Tools } from './define-enrichment.ts';
import { keepLease, type LeaseTimes } from './keep-lease.ts';

/** The body of a delivery. */
export const Delivery = z.strictObject({ id: z.uuid(), generation: z.int().min(0) });
export type Delivery = z.output<typeof Delivery>;

/** How a delivery ended, for whoever answers the queue; the statuses are in shared/http/task-answers.ts. */
export type DeliveryEnd =
  /** Ended now, or nothing left to do. */
  | { answer: 'done' }
  /** A fault that another run may not meet. */
  | { answer: 'retry' }
  /** A service that every task needs cannot take more. */
  | { answer: 'overloaded'; retryAfterSeconds: number }
  /** Nothing can be recorded. */
  | { answer: 'database_unavailable' };

export interface Runner extends Dispatcher {
  storage: Storage;
  lease: LeaseTimes;
  /** Aborted when the process is told to stop: running tasks give their lease back. */
  stopping: AbortSignal;
}

/** Why a run was aborted, as the event of its retry says it. */
class Aborted extends Error {}

/**
 * The whole life of a delivery: claim, check the input, run under a heartbeat and a deadline, close or release,
 * dispatch what follows. It never throws.
 */
export async function runDelivery<Extra>(
  runner: Runner,
  enrichment: Enrichment<unknown, Extra>,
  delivery: Delivery,
  extra: Extra,
): Promise<DeliveryEnd> {
  const token = randomUUID();
  const actor = `worker:${enrichment.type}`;
  let claimed: ClaimedTask | null;
  try {
    claimed = await claim(runner, delivery, token, actor);
  } catch (error) {
    runner.log.error({ err: error, task_id: delivery.id }, 'task was not claimed');
    return isUnavailable(error) ? { answer: 'database_unavailable' } : { answer: 'retry' };
  }
  if (!claimed) {
    runner.log.info(
      { task_id: delivery.id, generation: delivery.generation, outcome: 'skipped' },
      'nothing to do',
    );
    return { answer: 'done' };
  }

  const started = performance.now();
  const fate = await decide(runner, enrichment, claimed, token, extra);
  const end = await settle(runner, enrichment, claimed, token, fate, actor);
  runner.log.info(
    {
      task_id: claimed.enrichment_task_id,
      enrichment_type: claimed.enrichment_type,
      entity_type: claimed.entity_type,
      generation: delivery.generation,
      attempt: claimed.attempt,
      outcome: end.outcome,
      ...(end.code ? { code: end.code } : {}),
      wait_ms: Math.round(claimed.waited_seconds * 1_000),
      run_ms: Math.round(performance.now() - started),
    },
    'task delivery',
  );
  return end.reply;
}

/** Attempts to claim: a restarted server leaves one broken connection after the other in the pool. */
const CLAIM_TRIES = 3;

/**
 * Claims the task; null means that there is nothing to do. The reply to a claim may get lost although it was made: the
 * token, which is ours, tells.
 */
async function claim(
  { database, lease: { leaseSeconds } }: Runner,
  { id }: Delivery,
  token: string,
  actor: string,
): Promise<ClaimedTask | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.connect(
        async (db) =>
          (tries > 1 && (await db.maybeOne(findClaim({ taskId: id, token })))) ||
          db.maybeOne(claimTask({ taskId: id, token, leaseSeconds, actor })),
      );
    } catch (error) {
      if (!isUnavailable(error) || tries === CLAIM_TRIES) throw error;
    }
  }
}

/** What became of the handler: an ending to write, or the error that it threw. */
type Fate = { ending: Ending } | { error: unknown };

async function decide<Extra>(
  runner: Runner,
  enrichment: Enrichment<unknown, Extra>,
  task: ClaimedTask,
  token: string,
  extra: Extra,
): Promise<Fate> {
  if (task.enrichment_type !== enrichment.type)
    return {
      ending: failed('INPUT_INVALID', `a task of type ${task.enrichment_type} came to ${enrichment.type}`),
    };
  if (task.abandoned_runs >= POISON_RUNS)
    return {
      ending: { status: 'failed', error: `POISONED: ${task.abandoned_runs} runs ended without an outcome` },
    };
  const input = enrichment.input.safeParse(task.input ?? {});
  if (!input.success)
    return { ending: failed('INPUT_INVALID', z.prettifyError(input.error).replaceAll('\n', ' ')) };

  const abort = new AbortController();
  const stop = (reason: string) => abort.abort(new Aborted(reason));
  const budgetMs = getWorker(enrichment.type).timeBudgetSeconds * 1_000;
  const deadline = setTimeout(() => stop(`the time budget of ${budgetMs / 1_000} s is used up`), budgetMs);
  const onStopping = () => stop('the process was told to stop');
  runner.stopping.addEventListener('abort', onStopping);
  if (runner.stopping.aborted) onStopping();
  const lease = keepLease(runner, { pk: task.pk, token }, runner.lease, () => abort.abort(new StaleRun()));

  const work = async (): Promise<Ending> =>
    enrichment.run(
      {
        input: input.data,
        targetFields: task.target_fields,
        task,
        workspacePk: task.workspace_pk,
        signal: abort.signal,
        subtasks: await subtasksOf(runner.database, task),
      },
      { ...toolsOf(runner, task, token), ...extra },
    );
  try {
    return { ending: await untilAborted(work(), abort.signal, runner.stopping) };
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(deadline);
    runner.stopping.removeEventListener('abort', onStopping);
    lease.stop();
  }
}

/** A handler that does not listen to its signal is left behind; whatever it still writes meets the fence. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal, stopping: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const leave = () => {
    const grace = stopping.aborted ? STOP_GRACE_MS : ABORT_GRACE_MS;
    setTimeout(() => reject(signal.reason), grace).unref();
  };
  signal.addEventListener('abort', leave, { once: true });
  // A run that begins while the process stops gets no event any more.
  if (signal.aborted) leave();
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  return promise;
}

async function subtasksOf(database: Database, task: ClaimedTask) {
  // Only a task that waited or went on has an output while it is still processing.
  if (task.output === null) return null;
  const counts = await database.connect((db) => db.any(countSubtasks({ parentPk: task.pk })));
  return Object.fromEntries(counts.map(({ status, count }) => [status, count]));
}

const toolsOf = ({ database, storage, log }: Runner, task: ClaimedTask, token: string): Tools => ({
  storage,
  log,
  read: (work) => database.inWorkspace(task.workspace_pk, work),
  async write(work) {
    const result = await database.inWorkspace(task.workspace_pk, async (db) => {
      if (!(await db.maybeOne(lockClaim({ pk: task.pk, token })))) return rollback({ stale: true });
      return { value: await work(db) };
    });
    if (!('value' in result)) throw new StaleRun();
    return result.value;
  },
});

interface Settled {
  reply: DeliveryEnd;
  outcome: string;
  code?: string;
}

async function settle<Extra>(
  runner: Runner,
  enrichment: Enrichment<unknown, Extra>,
  task: ClaimedTask,
  token: string,
  fate: Fate,
  actor: string,
): Promise<Settled> {
  if ('ending' in fate) {
    try {
      return await close(runner, enrichment, task, token, fate.ending, actor);
    } catch (error) {
      return release(runner, enrichment, task, token, error, actor);
    }
  }
  return release(runner, enrichment, task, token, fate.error, actor);
}

async function close<Extra>(
  runner: Runner,
  enrichment: Enrichment<unknown, Extra>,
  task: ClaimedTask,
  token: string,
  ending: Ending,
  actor: string,
): Promise<Settled> {
  const closed = await closeRun(runner.database, { task, token, ending, enrichment });
  if (closed === 'stale') return { reply: { answer: 'done' }, outcome: 'stale' };
  await dispatchTasks(runner, closed.dispatch, actor);
  return {
    reply: { answer: 'done' },
    outcome: closed.halt ? 'halted' : closed.status,
    ...(closed.halt ? { code: closed.halt } : {}),
  };
}

/** Gives the task back for another run, or ends it as `failed` when it has none left. */
async function release<Extra>(
  runner: Runner,
  enrichment: Enrichment<unknown, Extra>,
  task: ClaimedTask,
  token: string,
  error: unknown,
  actor: string,
): Promise<Settled> {
  if (error instanceof StaleRun) return { reply: { answer: 'done' }, outcome: 'stale' };
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // A run that was stopped by us says nothing about the task, so it is not held against it.
  const lastRun = task.attempt >= getWorker(enrichment.type).maxRuns && !runner.stopping.aborted;
  runner.log.warn(
    { err: error, task_id: task.enrichment_task_id, attempt: task.attempt },
    'run ended in an error',
  );
  try {
    if (lastRun) {
      const ending: Outcome = {
        status: 'failed',
        error: `GAVE_UP: run ${task.attempt} of ${task.attempt}: ${reason}`,
      };
      return await close(runner, enrichment, task, token, ending, actor);
    }
    const released = await runner.database.connect((db) =>
      db.maybeOne(releaseTask({ pk: task.pk, token, reason: reason.slice(0, 1_000), actor })),
    );
    if (!released) return { reply: { answer: 'done' }, outcome: 'stale' };
    if (error instanceof Overloaded)
      return {
        reply: { answer: 'overloaded', retryAfterSeconds: error.retryAfterSeconds },
        outcome: 'overloaded',
      };
    return { reply: { answer: 'retry' }, outcome: 'retried' };
  } catch (cause) {
    runner.log.error({ err: cause, task_id: task.enrichment_task_id }, 'the end of a run was not recorded');
    // The lease runs out by itself, and the sweep brings the task back.
    return {
      reply: isUnavailable(cause) ? { answer: 'database_unavailable' } : { answer: 'retry' },
      outcome: 'unrecorded',
    };
  }
}
