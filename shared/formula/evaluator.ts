import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { Program, Row, RowResult } from './evaluate-rows.ts';
import type { ThreadAnswer, ThreadRequest } from './evaluator-thread.ts';
import { BATCH_CLOCK_MS, ROW_CLOCK_MS, THREAD_HEAP_MB } from './limits.ts';

/** Limits of an evaluator; each has its default in limits.ts. */
export interface EvaluatorSettings {
  rowMs?: number;
  batchMs?: number;
  heapMb?: number;
}

/** Runs formulas of users, beside the process's own thread. */
export interface Evaluator {
  /**
   * The results of the rows in their order. A row that breaks, takes too long or too much memory has an error of its
   * own. Rejects when the signal is aborted, and for a program that was not checked.
   */
  evaluate(program: Program, rows: readonly Row[], options?: { signal?: AbortSignal }): Promise<RowResult[]>;
  /** Ends the thread. */
  close(): Promise<void>;
}

/** Why a thread died of a row, as the row's error says it. */
class Overrun extends Error {}

/** Rows done while the thread has not yet begun with a batch. */
const NOT_BEGUN = -1;

interface Thread {
  worker: Worker;
  /** Rows done of the batch at work. */
  done: Int32Array;
}

/** One thread that starts with the first batch, stays warm, and is replaced when a row overruns. */
export function createEvaluator({
  rowMs = ROW_CLOCK_MS,
  batchMs = BATCH_CLOCK_MS,
  heapMb = THREAD_HEAP_MB,
}: EvaluatorSettings = {}): Evaluator {
  const oneAtATime = pLimit(1);
  let thread: Thread | undefined;

  const start = (): Thread => {
    const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const worker = new Worker(new URL('./evaluator-thread.ts', import.meta.url), {
      workerData: shared,
      // What users write runs there: it gets nothing of our environment.
      env: {},
      resourceLimits: {
        maxOldGenerationSizeMb: heapMb,
        maxYoungGenerationSizeMb: heapMb / 4,
        stackSizeMb: 4,
      },
    });
    worker.unref();
    return { worker, done: new Int32Array(shared) };
  };

  const end = async () => {
    const ended = thread;
    thread = undefined;
    await ended?.worker.terminate();
  };

  /** Rejects with Overrun when the row at work has to be given up; `done` then says which one it is. */
  const send = async (request: ThreadRequest, { worker, done }: Thread): Promise<ThreadAnswer> => {
    const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>();
    Atomics.store(done, 0, NOT_BEGUN);
    worker.once('message', resolve);
    const onError = (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new Overrun('the formula takes too much memory') : error,
      );
    worker.once('error', onError);
    const watch = watchRows(done, rowMs, () =>
      reject(new Overrun(`the formula takes longer than ${rowMs} ms`)),
    );
    worker.postMessage(request);
    // Without it a caller that waits for nothing else would end before its answer.
    worker.ref();
    try {
      return await promise;
    } finally {
      clearInterval(watch);
      worker.off('message', resolve).off('error', onError);
      worker.unref();
    }
  };

  const run = async (program: Program, rows: readonly Row[], signal?: AbortSignal): Promise<RowResult[]> => {
    const key = JSON.stringify(program);
    const results = new Map<number, RowResult>();
    const overruns = new Map<number, number>();
    const deadline = performance.now() + batchMs;
    let open = rows.map((_, index) => index);
    while (open.length > 0) {
      signal?.throwIfAborted();
      thread ??= start();
      try {
        const answer = await send({ key, program, rows: open.map((index) => rows[index] as Row) }, thread);
        if ('broken' in answer) throw new Error(`an unchecked formula was to be run: ${answer.broken}`);
        open.forEach((index, at) => {
          const result = answer.results[at];
          if (result) results.set(index, result);
        });
        open = [];
      } catch (error) {
        if (!(error instanceof Overrun)) throw error;
        const culprit = open[Math.max(Atomics.load(thread.done, 0), 0)] ?? -1;
        await end();
        const count = (overruns.get(culprit) ?? 0) + 1;
        overruns.set(culprit, count);
        // The clock is the wall's: a machine that was busy elsewhere is given a second chance, a formula no third.
        if (count > 1) {
          results.set(culprit, { error: error.message });
          open = open.filter((index) => index !== culprit);
        }
        if (performance.now() > deadline) {
          const late = { error: `the batch took longer than ${batchMs / 1_000} s` };
          for (const index of open) results.set(index, late);
          open = [];
        }
      }
    }
    return rows.map((_, index) => results.get(index) ?? { error: 'the row was not reached' });
  };

  return {
    evaluate: (program, rows, { signal } = {}) => oneAtATime(() => run(program, rows, signal)),
    close: () => oneAtATime(end),
  };
}

/** Looks a few times per row whether another row was done since; the clock starts when the thread has begun. */
function watchRows(done: Int32Array, rowMs: number, onOverrun: () => void): NodeJS.Timeout {
  let seen = NOT_BEGUN;
  let since = performance.now();
  return setInterval(() => {
    const now = Atomics.load(done, 0);
    if (now === NOT_BEGUN || now !== seen) {
      seen = now;
      since = performance.now();
    } else if (performance.now() - since > rowMs) onOverrun();
  }, rowMs / 8);
}
