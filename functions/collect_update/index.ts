import type { Caller } from '../../shared/auth/caller.ts';
import { type LockedCollect, lockCollect, updateCollect } from '../../shared/db/collects.ts';
import type { Database } from '../../shared/db/pool.ts';
import type { Db } from '../../shared/db/sql.ts';
import { recordCollectEnd } from '../../shared/db/sync-logs.ts';
import { collectResource } from '../../shared/domain/collect-resource.ts';
import {
  type CollectChange,
  type CollectRefusal,
  hasEnded,
  planCollectChange,
} from '../../shared/domain/collect-states.ts';
import { conflict, type HttpProblem, notFound, unprocessable } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { document } from '../../shared/http/document.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { CollectUpdateAnswers, CollectUpdateBody, CollectUpdateParams } from './schema.ts';

/** `PATCH /v1/collects/{id}`: moves a run on, and leaves its line in the sync log when it ends. */
export const collectUpdate = endpointsFor<Caller, { database: Database }>()({
  name: 'collect_update',
  summary: 'Move a collect on',
  answers: CollectUpdateAnswers,
  params: CollectUpdateParams,
  body: CollectUpdateBody,

  async handle(
    { caller: { workspacePk }, database, log, once, requireMatch },
    { params, body: { data } },
  ): Promise<Answer> {
    const { error = null, collect_id: _, ...change } = data.attributes;

    const { answer, unlogged } = await database.inWorkspace(workspacePk, async (db) => {
      let unlogged = false;
      const answer = await once(db, async () => {
        const wanted = { workspacePk, collectId: params.id, change, error };
        const changed = await changeCollect(db, wanted, (current) => requireMatch(collectResource(current)));
        unlogged = changed.unlogged;
        return { status: 200, body: document(collectResource(changed.collect)) };
      });
      return { answer, unlogged };
    });
    if (unlogged) log.warn({ collect_id: params.id }, 'a collect ended without a connector to log it');
    return answer;
  },
});

interface Change {
  workspacePk: number;
  collectId: string;
  change: CollectChange;
  error: string | null;
}

async function changeCollect(
  db: Db,
  { workspacePk, collectId, change, error }: Change,
  check: (current: LockedCollect) => void,
) {
  const current = await db.maybeOne(lockCollect({ workspacePk, collectId }));
  if (!current) throw notFound('collect');
  check(current);
  const plan = planCollectChange(current, change, current.now);
  if (plan.kind === 'refused') throw problemOf(plan);
  if (plan.kind === 'unchanged') return { collect: current, unlogged: false };

  const { pk, status: from } = current;
  const collect = await db.one(updateCollect({ pk, workspacePk, from, to: plan.to }));
  if (!hasEnded(collect.status)) return { collect, unlogged: false };
  const logged = await recordCollectEnd(db, {
    workspacePk,
    collectPk: pk,
    provider: collect.provider,
    error,
  });
  return { collect, unlogged: !logged };
}

function problemOf({ code, field, message }: CollectRefusal): HttpProblem {
  const details = { path: `data.attributes.${field}`, issue: message };
  return code === 'COLLECT_TIMESTAMP_INVALID'
    ? unprocessable(code, message, { details })
    : conflict(code, message, { details });
}
