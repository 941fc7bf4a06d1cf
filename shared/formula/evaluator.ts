import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { Program, Row, RowResult } from './evaluate-rows.ts';
import type { ThreadAnswer, ThreadRequest } from './evaluator-thread.ts';
import { BATCH_CLOCK_MS, ROW_CLOCK_MS, THREAD_HEAP_MB } from './limits.ts';
import { serveTogether } from './together.ts';

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

/** Why a thread was given up, as the error of the row or of the whole rest of the batch says it. */
class Overrun extends Error {
  readonly of: 'row' | 'batch';
  constructor(of: 'row' | 'batch', message: string) {
    super(message);
    this.of = of;
  }
}

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
  // Hundreds of tasks of one column bring a row each: those that wait travel to the thread as one batch.
  const together = serveTogether<readonly Row[], RowResult[]>();
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
    // Between batches nobody else listens, and an error that nobody hears ends the process.
    worker.on('error', () => {
      if (thread?.worker === worker) thread = undefined;
    });
    return { worker, done: new Int32Array(shared) };
  };

  const end = async (ended: Thread | undefined) => {
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
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new Overrun('row', 'the formula takes too much memory')
          : error,
      );
    const onExit = () => reject(new Error('the thread of formulas ended'));
    worker.once('error', onError).once('exit', onExit);
    const watch = watchRows({ worker, done }, { rowMs, batchMs }, reject);
    worker.postMessage(request);
    // Without it a caller that waits for nothing else would end before its answer.
    worker.ref();
    try {
      return await promise;
    } finally {
      watch.stop();
      worker.off('message', resolve).off('error', onError).off('exit', onExit);
      worker.unref();
    }
  };

  const run = async (key: string, program: Program, rows: readonly Row[]): Promise<RowResult[]> => {
    const results = new Map<number, RowResult>();
    let open = rows.map((_, index) => index);
    while (open.length > 0) {
      thread ??= start();
      const used = thread;
      try {
        const part = open.flatMap((index) => rows[index] ?? []);
        const answer = await send({ key, program, rows: part }, used);
        if ('broken' in answer) throw new Error(`an unchecked formula was to be run: ${answer.broken}`);
        open.forEach((index, at) => {
          const result = answer.results[at];
          if (result) results.set(index, result);
        });
        open = [];
      } catch (error) {
        const culprit = open[Math.max(Atomics.load(used.done, 0), 0)] ?? -1;
        await end(used);
        if (!(error instanceof Overrun)) throw error;
        for (const index of error.of === 'batch' ? open : [culprit])
          results.set(index, { error: error.message });
        open = open.filter((index) => !results.has(index));
      }
    }
    return rows.map((_, index) => results.get(index) ?? { error: 'the row was not reached' });
  };

  return {
    async evaluate(program, rows, { signal } = {}) {
      signal?.throwIfAborted();
      const key = JSON.stringify(program);
      return together(key, rows, async (batches) => {
        const results = await oneAtATime(() => run(key, program, batches.flat()));
        return batches.map(({ length }) => results.splice(0, length));
      });
    },
    close: () => oneAtATime(() => end(thread)),
  };
}

/** How often a row at work is looked at, in milliseconds. */
const LOOK_MS = 20;

/**
 * Gives up a row, or the batch, that has taken more processor time than it may. The thread's own time counts, not the
 * wall's: a machine that is busy elsewhere makes no formula slow.
 */
function watchRows(
  { worker, done }: Thread,
  { rowMs, batchMs }: Required<Pick<EvaluatorSettings, 'rowMs' | 'batchMs'>>,
  giveUp: (overrun: Overrun) => void,
): { stop(): void } {
  let stopped = false;
  let seen = NOT_BEGUN;
  let began: number | undefined;
  let rowBegan = 0;
  const look = async () => {
    const now = Atomics.load(done, 0);
    const { user, system } = await worker.cpuUsage();
    if (stopped) return;
    const used = (user + system) / 1_000;
    if (now === NOT_BEGUN) began = used;
    began ??= used;
    if (now !== seen || now === NOT_BEGUN) rowBegan = used;
    seen = now;
    if (used - rowBegan > rowMs) giveUp(new Overrun('row', `the formula takes longer than ${rowMs} ms`));
    else if (used - began > batchMs)
      giveUp(new Overrun('batch', `the batch takes longer than ${batchMs / 1_000} s`));
  };
  // A thread that has ended says so by its own event.
  const timer = setInterval(() => void look().catch(() => {}), LOOK_MS);
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
