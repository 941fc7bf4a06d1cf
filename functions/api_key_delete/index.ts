import type { Caller } from '../../shared/auth/caller.ts';
import { requireKeyManager } from '../../shared/auth/key-managers.ts';
import { deleteApiKey } from '../../shared/db/api-keys.ts';
import type { Database } from '../../shared/db/pool.ts';
import { notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { ApiKeyDeleteAnswers, ApiKeyDeleteParams } from './schema.ts';

/** `DELETE /v1/api-key/{id}`: ends a key of the workspace, whoever made it, at once. */
export const apiKeyDelete = endpointsFor<Caller, { database: Database }>()({
  name: 'api_key_delete',
  summary: 'Delete an API key',
  answers: ApiKeyDeleteAnswers,
  errors: ['API_KEY_NOT_FOUND'],
  params: ApiKeyDeleteParams,

  async handle({ caller, database }, { params }): Promise<Answer> {
    requireKeyManager(caller);
    const { workspacePk } = caller;
    const deleted = await database.inWorkspace(workspacePk, (db) =>
      db.maybeOne(deleteApiKey({ workspacePk, apiKeyId: params.id })),
    );
    if (!deleted) throw notFound('api_key');
    return { status: 204 };
  },
});
