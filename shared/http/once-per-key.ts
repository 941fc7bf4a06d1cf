import { findKeptAnswer, KEY_TAKEN, keepAnswer, takeIdempotencyKey } from '../db/idempotency-keys.ts';
import { returnToSavepoint, setSavepoint } from '../db/pool.ts';
import { type Db, later } from '../db/sql.ts';
import { conflict, unprocessable } from '../errors.ts';
import type { Answer } from './answer.ts';

/** How soon a caller may ask again while its first request is still running, in seconds. */
const RETRY_AFTER_SECONDS = 1;

/** A request that may come again: what its key belongs to, and what it asks. */
export interface KeyedRequest {
  workspacePk: number;
  /** Name of the function: the same key at another one is another key. */
  endpoint: string;
  /** The `Idempotency-Key` header; without one every request is a new one. */
  key: string | undefined;
  /** Equal for requests that ask the same in the name of the same person. */
  hash: string;
}

/**
 * The answer to give again, marked as such; null for a key that is new. Throws a 422 when the key was used for
 * another request.
 */
export async function findReplay(db: Db, { key, hash, ...place }: KeyedRequest): Promise<Answer | null> {
  if (key === undefined) return null;
  const kept = await db.maybeOne(findKeptAnswer({ ...place, key }));
  if (!kept) return null;
  if (kept.request_hash !== hash)
    throw unprocessable(
      'IDEMPOTENCY_KEY_REUSED',
      'This Idempotency-Key was used for another request; a new request needs a new key.',
    );
  return {
    status: kept.status_code,
    body: kept.response,
    headers: { ...kept.response_headers, 'Idempotency-Replayed': 'true' },
  };
}

/**
 * Does the work of a door once per key and keeps its answer in the same transaction: a repeated request gets that
 * answer, and one whose first is still running a 409. What `work` throws undoes both, so the key stays free.
 *
 * The key is taken on the way of the first statement of `work`, which is stopped there when it is not free. Work that
 * reaches beyond this transaction must therefore begin with a statement in it.
 */
export async function oncePerKey(
  db: Db,
  request: KeyedRequest,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { key, hash, ...place } = request;
  if (key === undefined) return work();
  await setSavepoint(db);
  await db.query(later(takeIdempotencyKey({ ...place, key })));

  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    if (!isKeyTaken(error)) throw error;
    await returnToSavepoint(db);
    const replay = await findReplay(db, request);
    if (replay) return replay;
    throw conflict(
      'IDEMPOTENCY_KEY_IN_USE',
      'The first request with this Idempotency-Key is still running.',
      {
        headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
      },
    );
  }
  const kept = {
    ...{ ...place, key, requestHash: hash, statusCode: answer.status },
    ...{ headers: answer.headers ?? {}, response: answer.body },
  };
  await db.query(later(keepAnswer(kept)));
  return answer;
}

const isKeyTaken = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === KEY_TAKEN;
