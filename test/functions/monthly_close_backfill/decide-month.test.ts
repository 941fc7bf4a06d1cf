import { expect, test } from 'vitest';
import { decideMonth } from '../../../functions/monthly_close_backfill/decide-month.ts';

const fresh = { hasEnded: true, hasOwnCompany: true, live: false, done: false, isLastTry: false };

test.each([
  [{}, 'enqueued'],
  [{ live: true, done: true }, 'skipped_live'],
  [{ done: true }, 'skipped_done'],
  [{ hasEnded: false, live: true }, 'refused'],
  [{ hasOwnCompany: false }, 'refused'],
  [{ isLastTry: true }, 'failed'],
  [{ isLastTry: true, live: true }, 'skipped_live'],
])('%o is %s', (parts, decision) => {
  expect(decideMonth({ ...fresh, ...parts })).toBe(decision);
});
