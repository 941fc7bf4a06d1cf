import type { Caller } from '../../shared/auth/caller.ts';
import { countCollects, listCollects } from '../../shared/db/collect-lists.ts';
import { readPage } from '../../shared/db/page.ts';
import type { Database } from '../../shared/db/pool.ts';
import { collectResource } from '../../shared/domain/collect-resource.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { listCollectIncluded } from '../../shared/http/collect-view.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { listAnswer } from '../../shared/http/list-answer.ts';
import { CollectListAnswers, CollectListQuery } from './schema.ts';

/** `GET /v1/collects`: the runs of a workspace, newest first. */
export const collectList = endpointsFor<Caller, { database: Database }>()({
  name: 'collect_list',
  summary: 'List collects',
  answers: CollectListAnswers,
  query: CollectListQuery,

  async handle({ caller: { workspacePk }, database, self }, { query }): Promise<Answer> {
    const { page, included } = await database.inWorkspace(workspacePk, async (db) => {
      const page = await readPage(db, query, {
        list: listCollects({ workspacePk, ...query }),
        count: countCollects({ workspacePk, ...query }),
      });
      return { page, included: await listCollectIncluded(db, workspacePk, page.rows, query.include) };
    });
    return listAnswer(query, { self, page, resourceOf: collectResource, included });
  },
});
