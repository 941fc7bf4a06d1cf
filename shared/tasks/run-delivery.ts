import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type ClaimedTask, claimTask, countSubtasks, findClaim, lockClaim } from '../db/enrichment-tasks.ts';
import { type Database, isUnavailable, rollback } from '../db/pool.ts';
import type { Dispatcher } from '../dispatch/dispatch-tasks.ts';
import { getWorker, queueName } from '../domain/catalogue.ts';
import { ABORT_GRACE_MS, POISON_RUNS, STOP_GRACE_MS } from '../domain/limits.ts';
import { failed } from '../domain/outcomes.ts';
import type { Storage } from '../storage/storage.ts';
import { inSpan, inTraceOf, messaging, type SpanStart } from '../trace.ts';
import { type Ending, type Enrichment, StaleRun, type Tools } from './define-enrichment.ts';
import { keepLease, type LeaseTimes } from './keep-lease.ts';
import { type DeliveryEnd, type Fate, type Settled, settleRun } from './settle-run.ts';

/** The body of a delivery. */
export const Delivery = z.strictObject({ id: z.uuid(), generation: z.int().min(0) });
export type Delivery = z.output<typeof Delivery>;

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
    const isAway = isUnavailable(error);
    // Nothing counts these deliveries, so none of them is the last: what is no outage has to be heard of at once.
    runner.log[isAway ? 'warn' : 'error']({ err: error, task_id: delivery.id }, 'task was not claimed');
    return { answer: isAway ? 'database_unavailable' : 'retry' };
  }
  if (!claimed) {
    runner.log.info(
      { task_id: delivery.id, generation: delivery.generation, outcome: 'skipped' },
      'nothing to do',
    );
    return { answer: 'done' };
  }

  return inTraceOf(claimed, () =>
    inSpan(
      () => runSpan(claimed, delivery),
      async (span) => {
        const end = await run(runner, enrichment, { claimed, delivery, token, actor }, extra);
        span.set({ 'wellspring.outcome': end.outcome, 'wellspring.code': end.code });
        if (end.outcome === 'failed' || end.reply.answer !== 'done') span.fail(end.error);
        return end.reply;
      },
    ),
  );
}

const runSpan = (
  { enrichment_task_id, enrichment_type, attempt }: ClaimedTask,
  { generation }: Delivery,
): SpanStart => ({
  name: `process ${queueName(enrichment_type)}`,
  kind: 'consumer',
  attributes: {
    ...messaging(queueName(enrichment_type), enrichment_task_id),
    ...{ 'messaging.operation.name': 'process', 'messaging.operation.type': 'process' },
    ...{ 'wellspring.enrichment_type': enrichment_type, 'wellspring.generation': generation },
    'wellspring.attempt': attempt,
  },
});

interface Claim {
  claimed: ClaimedTask;
  delivery: Delivery;
  token: string;
  actor: string;
}

/** A run of a claimed task, from its input to the line that says how it ended. */
async function run<Extra>(
  runner: Runner,
  enrichment: Enrichment<unknown, Extra>,
  { claimed, delivery, token, actor }: Claim,
  extra: Extra,
): Promise<Settled> {
  const started = performance.now();
  const fate = await decide(runner, enrichment, claimed, token, extra);
  const end = await settleRun(runner, enrichment, { task: claimed, token, actor }, fate);
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
  return end;
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
