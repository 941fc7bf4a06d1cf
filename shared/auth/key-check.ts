import { findKeyHolder, noteKeyUse } from '../db/api-keys.ts';
import { type Database, isUnavailable } from '../db/pool.ts';
import { last } from '../db/sql.ts';
import { unauthorized, unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import { isKeyOf, type KeyCaller, prefixOf } from './api-key.ts';

const DATABASE_RETRY_SECONDS = 5;

/** The keys of programs, as one process checks them. */
export interface ApiKeys {
  /**
   * Proves a key and finds the member it acts as, in one statement and without a cache: a key that was deleted proves
   * nothing from then on. Throws a 401, for a mistyped key without asking the database, and a 503 without a database.
   */
  prove(text: string): Promise<KeyCaller>;
  /** Waits for the notes of uses that are still being written. */
  close(): Promise<void>;
}

/** Checks keys against the database as callers see it. */
export const openApiKeys = ({ database, log }: { database: Database; log: Log }): ApiKeys => {
  const notes = new Map<number, Promise<unknown>>();

  // Beside the request, which neither waits for it nor fails with it.
  const note = (use: { workspacePk: number; apiKeyPk: number }): void => {
    if (notes.has(use.apiKeyPk)) return;
    const writing = database
      .inWorkspace(use.workspacePk, (db) => db.query(noteKeyUse(use)))
      .catch((error: unknown) => log.warn({ err: error }, 'the use of an API key was not noted'))
      .finally(() => notes.delete(use.apiKeyPk));
    notes.set(use.apiKeyPk, writing);
  };

  return {
    async prove(text) {
      const prefix = prefixOf(text);
      if (!prefix) throw unauthorized('The API key is incomplete or mistyped: its checksum does not fit.');
      const found = await database
        .asKey(prefix, (db) => db.maybeOne(last(findKeyHolder({ prefix }))))
        .catch((error: unknown) => {
          throw isUnavailable(error)
            ? unavailable('The database cannot be reached.', DATABASE_RETRY_SECONDS, error)
            : error;
        });
      if (!found || !isKeyOf(text, found.secret_hash)) throw unauthorized('The API key is not valid here.');
      const { api_key_pk, api_key_id, secret_hash: _, is_use_due, ...membership } = found;
      if (is_use_due) note({ workspacePk: membership.workspace_pk, apiKeyPk: api_key_pk });
      return { kind: 'key', apiKeyId: api_key_id, membership };
    },
    async close() {
      await Promise.all(notes.values());
    },
  };
};
