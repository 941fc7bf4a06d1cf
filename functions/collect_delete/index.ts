import type { Caller } from '../../shared/auth/caller.ts';
import { deleteCollect, lockCollect } from '../../shared/db/collects.ts';
import type { Database } from '../../shared/db/pool.ts';
import { collectResource } from '../../shared/domain/collect-resource.ts';
import { notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { CollectDeleteAnswers, CollectDeleteParams } from './schema.ts';

/** `DELETE /v1/collects/{id}`: takes a run away, also one in progress; it leaves no line in the sync log. */
export const collectDelete = endpointsFor<Caller, { database: Database }>()({
  name: 'collect_delete',
  summary: 'Delete a collect',
  answers: CollectDeleteAnswers,
  errors: ['COLLECT_NOT_FOUND'],
  params: CollectDeleteParams,

  async handle({ caller: { workspacePk }, database, requireMatch }, { params }): Promise<Answer> {
    await database.inWorkspace(workspacePk, async (db) => {
      const collect = await db.maybeOne(lockCollect({ workspacePk, collectId: params.id }));
      if (!collect) throw notFound('collect');
      requireMatch(collectResource(collect));
      await db.one(deleteCollect({ workspacePk, pk: collect.pk }));
    });
    return { status: 204 };
  },
});
