import {
  type CollectChange,
  type CollectRefusal,
  hasEnded,
  planCollectChange,
} from '../domain/collect-states.ts';
import { type CollectRow, type LockedCollect, updateCollect } from './collects.ts';
import type { Db } from './sql.ts';
import { recordCollectEnd } from './sync-logs.ts';

/** A collect after a change; `unlogged` when its end has no line because no connector serves its provider. */
export interface ChangedCollect {
  kind: 'done';
  collect: CollectRow;
  unlogged: boolean;
}

/**
 * Changes a collect that the caller's transaction holds locked, as the state machine allows, and leaves the line of
 * its end in the sync log. `error` is what that line says went wrong.
 */
export async function changeCollect(
  db: Db,
  { current, change, error }: { current: LockedCollect; change: CollectChange; error: string | null },
): Promise<ChangedCollect | CollectRefusal> {
  const plan = planCollectChange(current, change, current.now);
  if (plan.kind === 'refused') return plan;
  if (plan.kind === 'unchanged') return { kind: 'done', collect: current, unlogged: false };

  const { pk, workspace_pk: workspacePk, status: from } = current;
  const collect = await db.one(updateCollect({ pk, workspacePk, from, to: plan.to }));
  if (!hasEnded(collect.status)) return { kind: 'done', collect, unlogged: false };
  const { provider } = collect;
  const logged = await recordCollectEnd(db, { workspacePk, collectPk: pk, provider, error });
  return { kind: 'done', collect, unlogged: !logged };
}
