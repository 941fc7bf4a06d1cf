import { type ClaimedTask, releaseTask } from '../db/enrichment-tasks.ts';
import { isUnavailable } from '../db/pool.ts';
import { type Dispatcher, dispatchTasks } from '../dispatch/dispatch-tasks.ts';
import { getWorker } from '../domain/catalogue.ts';
import type { Outcome } from '../domain/outcomes.ts';
import { closeRun } from './close-run.ts';
import { type Ending, type Enrichment, Overloaded, StaleRun } from './define-enrichment.ts';

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

/** What became of the handler: an ending to write, or the error that it threw. */
export type Fate = { ending: Ending } | { error: unknown };

/** The claim of a run, which only its holder can end. */
export interface Held {
  task: ClaimedTask;
  token: string;
  actor: string;
}

/** How a run ended: the answer to its delivery, and what logs and traces call it. */
export interface Settled {
  reply: DeliveryEnd;
  outcome: string;
  code?: string;
  /** What the run met, where it did not end by itself. */
  error?: unknown;
}

type Settling = Dispatcher & { stopping: AbortSignal };
type Closable = Pick<Enrichment<never>, 'type' | 'output' | 'onFailed'>;

/** Nobody threw: the runs of a task came to nothing and it is given up. An error, so that it is reported like one. */
class GivenUp extends Error {
  override name = 'GivenUp';
}

/** Writes how a run ended, or gives the task back for another one. It never throws. */
export async function settleRun(
  runner: Settling,
  enrichment: Closable,
  held: Held,
  fate: Fate,
): Promise<Settled> {
  if ('error' in fate) return release(runner, enrichment, held, fate.error);
  try {
    const { settled, failure } = await close(runner, enrichment, held, fate.ending);
    if (!failure || !/^(POISONED|ENDLESS):/.test(failure)) return settled;
    const error = new GivenUp(`${enrichment.type}: ${failure}`);
    runner.log.error({ err: error, ...namesOf(held) }, 'a task was given up');
    return { ...settled, error };
  } catch (error) {
    return release(runner, enrichment, held, error);
  }
}

async function close(
  runner: Settling,
  enrichment: Closable,
  { task, token, actor }: Held,
  ending: Ending,
): Promise<{ settled: Settled; failure: string | null }> {
  const closed = await closeRun(runner.database, { task, token, ending, enrichment });
  if (closed === 'stale') return { settled: stale, failure: null };
  await dispatchTasks(runner, closed.dispatch, actor);
  return {
    settled: {
      reply: { answer: 'done' },
      outcome: closed.halt ? 'halted' : closed.status,
      ...(closed.halt ? { code: closed.halt } : {}),
    },
    failure: closed.failure,
  };
}

/** Gives the task back for another run, or ends it as `failed` when it has none left. */
async function release(runner: Settling, enrichment: Closable, held: Held, error: unknown): Promise<Settled> {
  if (error instanceof StaleRun) return stale;
  const { task, token, actor } = held;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // A run that was stopped by us says nothing about the task, so it is not held against it.
  const lastRun = task.attempt >= getWorker(enrichment.type).maxRuns && !runner.stopping.aborted;
  // Whoever watches errors hears of one that nothing will try again, and not of each try before.
  const say = (severity: 'warn' | 'error') =>
    runner.log[severity]({ err: error, ...namesOf(held) }, 'run ended in an error');
  try {
    if (lastRun) {
      const ending: Outcome = {
        status: 'failed',
        error: `GAVE_UP: run ${task.attempt} of ${task.attempt}: ${reason}`,
      };
      const { settled } = await close(runner, enrichment, held, ending);
      say(settled === stale ? 'warn' : 'error');
      return { ...settled, error };
    }
    say('warn');
    const released = await runner.database.connect((db) =>
      db.maybeOne(releaseTask({ pk: task.pk, token, reason: reason.slice(0, 1_000), actor })),
    );
    if (!released) return stale;
    if (error instanceof Overloaded)
      return {
        reply: { answer: 'overloaded', retryAfterSeconds: error.retryAfterSeconds },
        ...{ outcome: 'overloaded', error },
      };
    return { reply: { answer: 'retry' }, outcome: 'retried', error };
  } catch (cause) {
    if (lastRun) say('warn');
    // The lease runs out by itself, and the sweep brings the task back.
    runner.log.warn({ err: cause, ...namesOf(held) }, 'the end of a run was not recorded');
    return {
      reply: isUnavailable(cause) ? { answer: 'database_unavailable' } : { answer: 'retry' },
      ...{ outcome: 'unrecorded', error },
    };
  }
}

const stale: Settled = { reply: { answer: 'done' }, outcome: 'stale' };

const namesOf = ({ task }: Held) => ({
  ...{ task_id: task.enrichment_task_id, enrichment_type: task.enrichment_type, attempt: task.attempt },
});
