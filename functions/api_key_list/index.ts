import type { Caller } from '../../shared/auth/caller.ts';
import { requireKeyManager } from '../../shared/auth/key-managers.ts';
import { countApiKeys, listApiKeys } from '../../shared/db/api-keys.ts';
import { readPage } from '../../shared/db/page.ts';
import type { Database } from '../../shared/db/pool.ts';
import { apiKeyResource } from '../../shared/domain/api-key-resource.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { listAnswer } from '../../shared/http/list-answer.ts';
import { ApiKeyListAnswers, ApiKeyListQuery } from './schema.ts';

/** `GET /v1/api-key`: the keys of the workspace, newest first. */
export const apiKeyList = endpointsFor<Caller, { database: Database }>()({
  name: 'api_key_list',
  summary: 'List API keys',
  answers: ApiKeyListAnswers,
  query: ApiKeyListQuery,

  async handle({ caller, database, self }, { query }): Promise<Answer> {
    requireKeyManager(caller);
    const { workspacePk } = caller;
    const page = await database.inWorkspace(workspacePk, (db) =>
      readPage(db, query, {
        list: listApiKeys({ workspacePk, request: query }),
        count: countApiKeys({ workspacePk }),
      }),
    );
    return listAnswer(query, { self, page, resourceOf: apiKeyResource });
  },
});
