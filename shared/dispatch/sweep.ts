import { completeBatch, listForgottenBatches } from '../db/enrichment-batches.ts';
import { wakeParent } from '../db/enrichment-tasks.ts';
import {
  listForgottenParents,
  listUndispatched,
  raiseGenerations,
  rejectUndeliverable,
} from '../db/sweep.ts';
import { DISPATCH_GENERATIONS_MAX, SWEEP_LIMIT } from '../domain/limits.ts';
import { type Dispatcher, dispatchTasks } from './dispatch-tasks.ts';

export interface SweepTimes {
  graceSeconds: number;
  redispatchAfterSeconds: number;
}

/** What a sweep mended. */
export interface Swept {
  undispatched: number;
  silent: number;
  /** Given up: too many messages of theirs were lost. */
  undeliverable: number;
  parents: number;
  batches: number;
}

/**
 * Brings back what would otherwise lie for ever: tasks that were never dispatched, whose lease ran out or whose message
 * got lost; parents and batches whose end nobody noticed. Fresh tasks go first, and each kind of trouble has a share of
 * its own, so that a pile of one never starves another. Sweeps may overlap.
 */
export async function sweep(
  dispatcher: Dispatcher,
  { graceSeconds, redispatchAfterSeconds }: SweepTimes,
  { queueLost = false }: { queueLost?: boolean } = {},
): Promise<Swept> {
  const { database } = dispatcher;
  const limit = SWEEP_LIMIT;
  const actor = 'sweep';

  const undispatched = await database.connect((db) => db.any(listUndispatched({ graceSeconds, limit })));
  await dispatchTasks(dispatcher, undispatched, actor);

  const undeliverable = await database.connect((db) =>
    db.any(rejectUndeliverable({ generations: DISPATCH_GENERATIONS_MAX, limit, actor })),
  );
  if (undeliverable.length > 0) {
    // With a stack, because that is what is reported as an error.
    const err = new Error(`no message of ${DISPATCH_GENERATIONS_MAX} reached a worker`);
    dispatcher.log.alert(
      { err, count: undeliverable.length },
      'tasks never reached a worker and were rejected',
    );
  }

  const silent = await database.connect((db) =>
    db.any(raiseGenerations({ redispatchAfterSeconds, limit, queueLost })),
  );
  await dispatchTasks(dispatcher, silent, actor);

  // Each row by itself: one that cannot be mended does not keep the others.
  const mend = async <Row>(rows: readonly Row[], one: (row: Row) => Promise<number>): Promise<number> => {
    let mended = 0;
    for (const row of rows) {
      try {
        mended += await one(row);
      } catch (error) {
        dispatcher.log.error({ err: error }, 'sweep could not mend a row');
      }
    }
    return mended;
  };
  // Before their parents, which may add to them once they are awake.
  const batches = await mend(
    await database.connect((db) => db.any(listForgottenBatches({ limit }))),
    async ({ batch_id }) =>
      (await database.connect((db) => db.maybeOne(completeBatch({ batchId: batch_id })))) ? 1 : 0,
  );
  const parents = await mend(
    await database.connect((db) => db.any(listForgottenParents({ limit }))),
    async ({ pk }) => {
      const woken = await database.connect((db) => db.any(wakeParent({ pk, actor })));
      await dispatchTasks(dispatcher, woken, actor);
      return woken.length;
    },
  );
  return {
    undispatched: undispatched.length,
    silent: silent.length,
    undeliverable: undeliverable.length,
    parents,
    batches,
  };
}
