/** Spends one token per dispatch and refills with time; times in epoch milliseconds. */
export interface TokenBucket {
  take(now: number): boolean;
  /** When the next token will be there. */
  nextAt(now: number): number;
  resize(limits: BucketLimits, now: number): void;
}

export interface BucketLimits {
  perSecond: number;
  burst: number;
}

// Sums of fractions of a token may end a hair below one.
const enough = 1 - 1e-6;

export const createTokenBucket = (initial: BucketLimits, start: number): TokenBucket => {
  let limits = initial;
  let tokens = initial.burst;
  let filledAt = start;

  const refill = (now: number): void => {
    tokens = Math.min(limits.burst, tokens + ((now - filledAt) / 1000) * limits.perSecond);
    filledAt = now;
  };

  return {
    take(now) {
      refill(now);
      if (tokens < enough) return false;
      tokens -= 1;
      return true;
    },
    nextAt(now) {
      refill(now);
      return tokens >= enough ? now : Math.ceil(now + ((1 - tokens) / limits.perSecond) * 1000);
    },
    resize(next, now) {
      refill(now);
      limits = next;
      tokens = Math.min(tokens, next.burst);
    },
  };
};
