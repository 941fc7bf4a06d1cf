import type { Caller } from '../../shared/auth/caller.ts';
import { deleteCollect } from '../../shared/db/collects.ts';
import type { Database } from '../../shared/db/pool.ts';
import { notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { CollectDeleteAnswers, CollectDeleteParams } from './schema.ts';

/** `DELETE /v1/collects/{id}`: takes a run away, also one in progress; it leaves no line in the sync log. */
export const collectDelete = endpointsFor<Caller, { database: Database }>()({
  name: 'collect_delete',
  summary: 'Delete a collect',
  answers: CollectDeleteAnswers,
  params: CollectDeleteParams,

  async handle({ caller: { workspacePk }, database }, { params }): Promise<Answer> {
    const deleted = await database.inWorkspace(workspacePk, (db) =>
      db.maybeOne(deleteCollect({ workspacePk, collectId: params.id })),
    );
    if (!deleted) throw notFound('collect');
    return { status: 204 };
  },
});
