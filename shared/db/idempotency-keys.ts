import { z } from 'zod';
import { NoRow, sql } from './sql.ts';

/** How long an answer is kept for a repeated request, in hours. */
export const IDEMPOTENCY_KEY_HOURS = 24;

/** One key of a caller: the same text at another endpoint or in another workspace is another key. */
export interface IdempotencyKey {
  workspacePk: number;
  /** Name of the function. */
  endpoint: string;
  key: string;
}

/** What taking a key fails with while another transaction has it, and once it has an answer. */
export const KEY_TAKEN = 'WS409';

const Taken = z.strictObject({ take_idempotency_key: z.unknown() });

/**
 * Takes the key for the rest of the transaction, without waiting, and fails with the code `KEY_TAKEN` when it is not
 * free. A lock, not a row: a crash leaves nothing behind that a retry would have to wait for.
 */
export const takeIdempotencyKey = ({ workspacePk, endpoint, key }: IdempotencyKey) =>
  sql.type(Taken)`
    select take_idempotency_key(${workspacePk}, ${endpoint}, ${key})`;

const Setting = z.strictObject({ set_config: z.string() });

/** Lets this transaction hold its key while the work goes on elsewhere, for `seconds` at most. */
export const waitForWork = ({ seconds }: { seconds: number }) =>
  sql.type(Setting)`
    select set_config('idle_in_transaction_session_timeout', ${`${seconds}s`}, true)`;

const KeptAnswer = z.strictObject({
  request_hash: z.string(),
  status_code: z.number(),
  response_headers: z.record(z.string(), z.string()),
  response: z.unknown(),
});

/** The answer already given under this key, with the hash of the request it answered; null for a new or expired key. */
export const findKeptAnswer = ({ workspacePk, endpoint, key }: IdempotencyKey) =>
  sql.type(KeptAnswer)`
    select request_hash, status_code, response_headers, response
    from idempotency_keys
    where workspace_pk = ${workspacePk}
      and endpoint = ${endpoint}
      and key = ${key}
      and state = 'done'
      and expires_at > now()`;

export interface KeepAnswer extends IdempotencyKey {
  requestHash: string;
  statusCode: number;
  headers: Readonly<Record<string, string>>;
  response: unknown;
}

/** Keeps an answer in the transaction that did the work, so that both are there or neither. */
export const keepAnswer = ({
  workspacePk,
  endpoint,
  key,
  requestHash,
  statusCode,
  headers,
  response,
}: KeepAnswer) =>
  sql.type(NoRow)`
    insert into idempotency_keys (
      workspace_pk, endpoint, key, request_hash, state, status_code, response_headers, response, expires_at
    )
    values (
      ${workspacePk}, ${endpoint}, ${key}, ${requestHash}, 'done', ${statusCode},
      ${JSON.stringify(headers)}::jsonb, ${JSON.stringify(response)}::jsonb,
      now() + make_interval(hours => ${IDEMPOTENCY_KEY_HOURS})
    )
    on conflict (workspace_pk, endpoint, key) do update
    set request_hash = excluded.request_hash,
        state = excluded.state,
        status_code = excluded.status_code,
        response_headers = excluded.response_headers,
        response = excluded.response,
        created_at = now(),
        expires_at = excluded.expires_at
    where idempotency_keys.expires_at <= now()`;
