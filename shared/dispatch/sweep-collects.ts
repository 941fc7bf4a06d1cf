import { changeCollect } from '../db/collect-changes.ts';
import {
  type Abandoned,
  beginCollectSweep,
  findNeglect,
  listCancelledCollects,
  listIdleCollects,
} from '../db/collect-sweep.ts';
import { lockCollect } from '../db/collects.ts';
import type { Database } from '../db/pool.ts';
import type { Db } from '../db/sql.ts';
import { hasEnded } from '../domain/collect-states.ts';
import { SWEEP_LIMIT } from '../domain/limits.ts';
import type { Log } from '../log.ts';

/** Runs that a sweep ended as `error`. */
export interface SweptCollects {
  cancelled: number;
  inactive: number;
}

interface CollectSweep {
  database: Database;
  log: Log;
  /** Hours without a change and without an upload, after which a run is taken for dead. */
  inactivityHours: number;
}

/**
 * Ends the collects whose task was cancelled, and those that nothing happened to for too long: a browser that was
 * closed says no goodbye. Each in its own workspace and as a client would end it; sweeps and clients may meet.
 */
export async function sweepCollects(sweep: CollectSweep): Promise<SweptCollects> {
  const { database, inactivityHours } = sweep;
  const limit = SWEEP_LIMIT;
  const find = (statement: ReturnType<typeof listCancelledCollects>) =>
    database.transaction(async (db) => {
      await db.query(beginCollectSweep());
      return db.any(statement);
    });

  const cancelled = await endAll(sweep, await find(listCancelledCollects({ limit })));

  // Runs that still upload look idle from here; the next page is behind them.
  let inactive = 0;
  for (let after: Abandoned | null | undefined = null; after !== undefined && inactive < limit; ) {
    const found: readonly Abandoned[] = await find(listIdleCollects({ inactivityHours, after, limit }));
    inactive += await endAll(sweep, found);
    after = found.length < limit ? undefined : found.at(-1);
  }
  return { cancelled, inactive };
}

/** Each by itself: one that cannot be ended does not keep the others. */
async function endAll(sweep: CollectSweep, candidates: readonly Abandoned[]): Promise<number> {
  const { database, log, inactivityHours } = sweep;
  let ended = 0;
  for (const { workspace_pk: workspacePk, collect_id: collectId } of candidates) {
    try {
      const end = await database.inWorkspace(workspacePk, (db) =>
        endAbandoned(db, { workspacePk, collectId, inactivityHours }),
      );
      if (!end) continue;
      ended += 1;
      log.info({ collect_id: collectId, reason: end.reason }, 'a collect was ended by the sweep');
      if (end.unlogged) log.warn({ collect_id: collectId }, 'a collect ended without a connector to log it');
    } catch (error) {
      log.error({ err: error, collect_id: collectId }, 'sweep could not end a collect');
    }
  }
  return ended;
}

/** Null when the run has ended, is deleted, or is alive after all. */
async function endAbandoned(
  db: Db,
  {
    workspacePk,
    collectId,
    inactivityHours,
  }: { workspacePk: number; collectId: string; inactivityHours: number },
): Promise<{ reason: string; unlogged: boolean } | null> {
  const current = await db.maybeOne(lockCollect({ workspacePk, collectId }));
  if (!current || hasEnded(current.status)) return null;
  const neglect = await db.one(findNeglect({ workspacePk, collectPk: current.pk, inactivityHours }));
  const reason = neglect.task_cancelled ? 'task_cancelled' : neglect.idle ? 'inactivity' : null;
  if (!reason) return null;

  const changed = await changeCollect(db, {
    current,
    change: { status: 'error' },
    error: explain(reason, inactivityHours),
  });
  if (changed.kind === 'refused') throw new Error(changed.message);
  return { reason, unlogged: changed.unlogged };
}

const explain = (reason: 'task_cancelled' | 'inactivity', hours: number) =>
  reason === 'task_cancelled'
    ? 'task_cancelled: the task that this run belongs to was cancelled'
    : `inactivity: no change and no upload for ${hours} hours`;
