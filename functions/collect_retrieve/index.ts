import type { Caller } from '../../shared/auth/caller.ts';
import { findCollect } from '../../shared/db/collect-lists.ts';
import type { Database } from '../../shared/db/pool.ts';
import { collectResource } from '../../shared/domain/collect-resource.ts';
import { notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { listCollectIncluded } from '../../shared/http/collect-view.ts';
import { etagOf } from '../../shared/http/conditional.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { viewDocument } from '../../shared/http/list-answer.ts';
import { CollectRetrieveAnswers, CollectRetrieveParams, CollectRetrieveQuery } from './schema.ts';

/** `GET /v1/collects/{id}`: one run and where it is. */
export const collectRetrieve = endpointsFor<Caller, { database: Database }>()({
  name: 'collect_retrieve',
  summary: 'Read a collect',
  answers: CollectRetrieveAnswers,
  errors: ['COLLECT_NOT_FOUND'],
  params: CollectRetrieveParams,
  query: CollectRetrieveQuery,

  async handle({ caller: { workspacePk }, database }, { params, query }): Promise<Answer> {
    const { collect, included } = await database.inWorkspace(workspacePk, async (db) => {
      const collect = await db.maybeOne(findCollect({ workspacePk, collectId: params.id }));
      if (!collect) throw notFound('collect');
      return { collect, included: await listCollectIncluded(db, workspacePk, [collect], query.include) };
    });
    const resource = collectResource(collect);
    return {
      status: 200,
      body: viewDocument(query, resource, { included }),
      // Of the whole resource, so that it fits a change also where fields are left out.
      ...(query.include ? {} : { headers: { ETag: etagOf(resource) } }),
    };
  },
});
