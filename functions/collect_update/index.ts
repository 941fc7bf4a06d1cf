import type { Caller } from '../../shared/auth/caller.ts';
import { changeCollect } from '../../shared/db/collect-changes.ts';
import { lockCollect } from '../../shared/db/collects.ts';
import type { Database } from '../../shared/db/pool.ts';
import { collectResource } from '../../shared/domain/collect-resource.ts';
import type { CollectRefusal } from '../../shared/domain/collect-states.ts';
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
  errors: [
    'COLLECT_NOT_FOUND',
    'COLLECT_INVALID_TRANSITION',
    'COLLECT_ALREADY_ENDED',
    'COLLECT_TIMESTAMP_INVALID',
  ],
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
        const current = await db.maybeOne(lockCollect({ workspacePk, collectId: params.id }));
        if (!current) throw notFound('collect');
        requireMatch(collectResource(current));
        const changed = await changeCollect(db, { current, change, error });
        if (changed.kind === 'refused') throw problemOf(changed);
        unlogged = changed.unlogged;
        return { status: 200, body: document(collectResource(changed.collect)) };
      });
      return { answer, unlogged };
    });
    if (unlogged) log.warn({ collect_id: params.id }, 'a collect ended without a connector to log it');
    return answer;
  },
});

function problemOf({ code, field, message }: CollectRefusal): HttpProblem {
  const details = { path: `data.attributes.${field}`, issue: message };
  return code === 'COLLECT_TIMESTAMP_INVALID'
    ? unprocessable(code, message, { details })
    : conflict(code, message, { details });
}
