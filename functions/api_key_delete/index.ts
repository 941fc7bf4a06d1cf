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

  async handle({ caller, database, requireMatch }, { params }): Promise<Answer> {
    requireKeyManager(caller);
    const { workspacePk } = caller;
    return database.inWorkspace(workspacePk, async (db) => {
      const deleted = await db.maybeOne(deleteApiKey({ workspacePk, apiKeyId: params.id }));
      if (!deleted) throw notFound('api_key');
      // No key is read alone, so nobody has a tag of one: `*` fits, and what is thrown here undoes the deletion.
      requireMatch({ type: 'api_key', id: deleted.api_key_id, attributes: {} });
      return { status: 204 };
    });
  },
});
