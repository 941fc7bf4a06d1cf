import { createHash } from 'node:crypto';
import type { Db } from '../db/sql.ts';
import type { Answer } from './answer.ts';
import { findReplay, type KeyedRequest, oncePerKey } from './once-per-key.ts';

/**
 * Does what a request asks for once per `Idempotency-Key`, and keeps its answer in the same transaction: a request
 * that comes again gets that answer, and one whose first is still running a 409. Every POST and PATCH door answers
 * through it, inside its transaction; without a key it just does the work. The first statement of `work` finds out
 * whether the key is free, so whatever reaches beyond the transaction comes after one.
 */
export interface Once {
  (db: Db, work: () => Promise<Answer>): Promise<Answer>;
  /** The answer this key got before, or null: for work outside the database that has to come before `work`. */
  replay(db: Db): Promise<Answer | null>;
  /** The same request in a workspace that its body names. */
  in(workspacePk: number): Once;
}

/** What a key belongs to, and what the request with it asks. */
export interface OnceScope {
  workspacePk: number;
  /** Name of the function. */
  operation: string;
  /** Proven identity of the caller: the same text sent by somebody else is another key. */
  subject: string;
  key: string | undefined;
  /** Equal for requests that ask the same. */
  requestHash: string;
}

/** `Once` for one request, and whether the door has used it. */
export const createOnce = ({ operation, subject, key, requestHash, workspacePk }: OnceScope) => {
  let used = false;
  // Identities are kept as hashes: the ledger needs to tell them apart, and nobody needs to read them there.
  const endpoint = `${operation}/${sha256(subject).slice(0, 32)}`;
  const inWorkspace = (pk: number): Once => {
    const request: KeyedRequest = { workspacePk: pk, endpoint, key, hash: requestHash };
    const once = (db: Db, work: () => Promise<Answer>) => {
      used = true;
      return oncePerKey(db, request, work);
    };
    return Object.assign(once, {
      async replay(db: Db) {
        const answer = await findReplay(db, request);
        used ||= answer !== null;
        return answer;
      },
      in: inWorkspace,
    });
  };
  return { once: inWorkspace(workspacePk), wasUsed: () => used };
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
