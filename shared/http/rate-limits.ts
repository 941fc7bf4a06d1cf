import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { rateLimited } from '../errors.ts';

/** Time in which requests are counted, in seconds. */
const WINDOW_SECONDS = 60;

/** How much of this instance one caller may use, in requests a minute; 0 means any number. */
export interface RateLimitSettings {
  /** Of a caller that has proven who it is. Reads and writes count alike, and so does a batch. */
  callerPerMinute: number;
  /** From one peer address that proves nothing. */
  failuresPerMinute: number;
}

/** Counts requests in memory, per instance. */
export interface RateLimits {
  /**
   * Counts a request of a proven caller and says in headers what is left. Throws a 429 when nothing is.
   * `identity` tells callers apart; only its hash is kept.
   */
  countCaller(identity: string, res: ServerResponse): Promise<void>;
  /** Counts a request that proved nothing. Throws a 429 in place of its 401 when there were too many. */
  countFailure(peer: string | undefined, res: ServerResponse): Promise<void>;
}

/** The limits by the names that `RateLimit-Policy` gives them: `caller` and `failures`. */
export const createRateLimits = ({ callerPerMinute, failuresPerMinute }: RateLimitSettings): RateLimits => {
  const countCaller = limit('caller', callerPerMinute);
  const countFailure = limit('failures', failuresPerMinute);
  return {
    countCaller: (identity, res) => countCaller(hashed(identity), res),
    countFailure: (peer, res) => countFailure(peer ?? 'gone', res),
  };
};

const limit = (name: string, points: number) => {
  if (points === 0) return async () => {};
  const limiter = new RateLimiterMemory({ keyPrefix: name, points, duration: WINDOW_SECONDS });
  return async (key: string, res: ServerResponse): Promise<void> => {
    const count = await limiter.consume(key).catch((refusal: unknown) => {
      if (refusal instanceof RateLimiterRes) return refusal;
      throw refusal;
    });
    const seconds = Math.max(1, Math.ceil(count.msBeforeNext / 1_000));
    // Structured fields of draft-ietf-httpapi-ratelimit-headers, where a policy is named in quotes.
    res.setHeader('ratelimit-policy', `"${name}";q=${points};w=${WINDOW_SECONDS}`);
    res.setHeader('ratelimit', `"${name}";r=${count.remainingPoints};t=${seconds}`);
    if (count.consumedPoints > points) throw rateLimited(seconds);
  };
};

const hashed = (identity: string): string => createHash('sha256').update(identity).digest('base64url');
