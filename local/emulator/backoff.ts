/** What a queue does after a failed attempt; times in milliseconds. */
export interface RetryConfig {
  /** Counts the first try; −1 is no limit. */
  maxAttempts: number;
  /** From the first attempt; 0 is no limit. */
  maxRetryDurationMs: number;
  minBackoffMs: number;
  maxBackoffMs: number;
  maxDoublings: number;
}

/** The wait after failure number `failures` (1, 2, …): it doubles, then grows by a fixed step, then stays at the ceiling. */
export const backoffMs = (
  { minBackoffMs, maxBackoffMs, maxDoublings }: RetryConfig,
  failures: number,
): number => {
  const doublings = Math.min(failures - 1, maxDoublings);
  const steps = Math.max(0, failures - 1 - maxDoublings);
  const doubled = minBackoffMs * 2 ** doublings;
  return Math.min(maxBackoffMs, doubled + steps * minBackoffMs * 2 ** maxDoublings);
};

/** Whether a failed task is given up: only when every limit that is set is used up. */
export const isExhausted = (
  { maxAttempts, maxRetryDurationMs }: RetryConfig,
  { attempts, sinceFirstMs }: { attempts: number; sinceFirstMs: number },
): boolean => {
  const limits = [
    ...(maxAttempts > 0 ? [attempts >= maxAttempts] : []),
    ...(maxRetryDurationMs > 0 ? [sinceFirstMs >= maxRetryDurationMs] : []),
  ];
  return limits.length > 0 && limits.every(Boolean);
};

/** Milliseconds a `Retry-After` header asks for, seconds or an HTTP date; undefined when it says nothing usable. */
export const retryAfterMs = (header: string | undefined, now: number): number | undefined => {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Only the shapes of an HTTP date: Date.parse alone would read "-5" or "soon 1" as a year.
  const date = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
