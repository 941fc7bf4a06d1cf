/** Holds a whole queue back after its handler asked for less; times in epoch milliseconds. */
export interface Throttle {
  heldUntil(): number;
  /** A 429 or 503 arrived for an attempt that left at `dispatchedAt`. */
  slowDown(now: number, dispatchedAt: number, retryAfterMs: number | undefined): void;
  recover(): void;
}

const firstHoldMs = 1000;
const longestHoldMs = 60_000;
const longestRetryAfterMs = 3_600_000;

/** Without Retry-After: 1 s, doubling with each further round up to 60 s, back to 1 s after a success. */
export const createThrottle = (): Throttle => {
  let rounds = 0;
  let since = Number.NEGATIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  return {
    heldUntil: () => until,
    slowDown(now, dispatchedAt, retryAfterMs) {
      // The answers of a whole burst are one sign of overload, not hundreds.
      const sameRound = dispatchedAt <= since;
      if (!sameRound) {
        rounds += 1;
        since = now;
      } else if (retryAfterMs === undefined) return;
      const wait =
        retryAfterMs === undefined
          ? Math.min(longestHoldMs, firstHoldMs * 2 ** (rounds - 1))
          : Math.min(longestRetryAfterMs, retryAfterMs);
      until = Math.max(until, now + wait);
    },
    recover() {
      rounds = 0;
    },
  };
};
