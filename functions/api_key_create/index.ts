import { makeApiKey } from '../../shared/auth/api-key.ts';
import type { Caller } from '../../shared/auth/caller.ts';
import { requireKeyManager } from '../../shared/auth/key-managers.ts';
import { type ApiKeyRow, insertApiKey } from '../../shared/db/api-keys.ts';
import type { Database } from '../../shared/db/pool.ts';
import { createdApiKey } from '../../shared/domain/api-key-resource.ts';
import { schemaProblem } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { document } from '../../shared/http/document.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { ApiKeyCreateAnswers, ApiKeyCreateBody } from './schema.ts';

/** `POST /v1/api-key`: a key that acts as the caller in this workspace. Its secret is in this answer and nowhere else. */
export const apiKeyCreate = endpointsFor<Caller, { database: Database }>()({
  name: 'api_key_create',
  summary: 'Make an API key',
  answers: ApiKeyCreateAnswers,
  body: ApiKeyCreateBody,

  async handle({ caller, database, once }, { body: { data } }): Promise<Answer> {
    requireKeyManager(caller);
    const { workspacePk, membershipPk } = caller;
    const { name, expires_at: expiresAt = null } = data.attributes;
    const { text, prefix, secretHash } = makeApiKey();

    const { answer, made } = await database.inWorkspace(workspacePk, async (db) => {
      let made: ApiKeyRow | null = null;
      const answer = await once(db, async () => {
        made = await db.maybeOne(
          insertApiKey({ workspacePk, membershipPk, name, prefix, secretHash, expiresAt }),
        );
        if (!made)
          throw schemaProblem({ path: 'data.attributes.expires_at', issue: 'expected a moment to come' });
        // What is kept of the answer for an Idempotency-Key must not hold the secret.
        return { status: 201, body: document(createdApiKey(made, null)) };
      });
      return { answer, made: made as ApiKeyRow | null };
    });
    return made ? { ...answer, body: document(createdApiKey(made, text)) } : answer;
  },
});
