import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, isExhausted, retryAfterMs } from '../../../local/emulator/backoff.ts';

const config = {
  maxAttempts: 100,
  maxRetryDurationMs: 0,
  minBackoffMs: 100,
  maxBackoffMs: 3_600_000,
  maxDoublings: 16,
};

const waits = (given: object, count: number): number[] =>
  Array.from({ length: count }, (_, index) => backoffMs({ ...config, ...given }, index + 1) / 1000);

describe('the wait after a failure', () => {
  it.each([
    [
      'the documented example',
      { minBackoffMs: 10_000, maxDoublings: 3, maxBackoffMs: 300_000 },
      [10, 20, 40, 80, 160, 240, 300, 300],
    ],
    ['no doublings', { minBackoffMs: 1000, maxDoublings: 0, maxBackoffMs: 4500 }, [1, 2, 3, 4, 4.5, 4.5]],
    ['one doubling', { minBackoffMs: 1000, maxDoublings: 1, maxBackoffMs: 100_000 }, [1, 2, 4, 6, 8, 10]],
    [
      'a ceiling below the doublings',
      { minBackoffMs: 2000, maxDoublings: 16, maxBackoffMs: 5000 },
      [2, 4, 5, 5],
    ],
    ['the defaults', {}, [0.1, 0.2, 0.4, 0.8, 1.6]],
  ])('follows the formula with %s', (_, given, expected) => {
    expect(waits(given, expected.length)).toEqual(expected);
  });

  it('never shrinks and never passes the ceiling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 200 }),
        (minBackoffMs, maxDoublings, failures) => {
          const given = { ...config, minBackoffMs, maxDoublings };
          const wait = backoffMs(given, failures);
          expect(wait).toBeLessThanOrEqual(given.maxBackoffMs);
          expect(backoffMs(given, failures + 1)).toBeGreaterThanOrEqual(wait);
        },
      ),
    );
  });
});

describe('giving a task up', () => {
  it.each([
    [{ maxAttempts: 3 }, { attempts: 2, sinceFirstMs: 1e9 }, false],
    [{ maxAttempts: 3 }, { attempts: 3, sinceFirstMs: 0 }, true],
    [{ maxAttempts: 3, maxRetryDurationMs: 60_000 }, { attempts: 3, sinceFirstMs: 59_999 }, false],
    [{ maxAttempts: 3, maxRetryDurationMs: 60_000 }, { attempts: 2, sinceFirstMs: 60_000 }, false],
    [{ maxAttempts: 3, maxRetryDurationMs: 60_000 }, { attempts: 3, sinceFirstMs: 60_000 }, true],
    [{ maxAttempts: -1, maxRetryDurationMs: 60_000 }, { attempts: 1, sinceFirstMs: 60_000 }, true],
    [{ maxAttempts: -1 }, { attempts: 1e6, sinceFirstMs: 1e12 }, false],
  ])('with %o after %o: %s', (given, spent, expected) => {
    expect(isExhausted({ ...config, ...given }, spent)).toBe(expected);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sun, 01 Mar 2026 12:02:00 GMT', 120_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    [undefined, undefined],
  ])('reads %j as %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
