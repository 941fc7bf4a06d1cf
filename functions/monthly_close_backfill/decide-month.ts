/** What becomes of a month in a backfill. */
export type MonthDecision = 'enqueued' | 'skipped_live' | 'skipped_done' | 'refused' | 'failed';

/** A close that could not start would end `rejected`: such months are refused here already. */
export function decideMonth({
  hasEnded,
  hasOwnCompany,
  live,
  done,
  isLastTry,
}: {
  hasEnded: boolean;
  hasOwnCompany: boolean;
  live: boolean;
  done: boolean;
  /** Every run before this one ended in a fault. */
  isLastTry: boolean;
}): MonthDecision {
  if (!hasEnded || !hasOwnCompany) return 'refused';
  if (live) return 'skipped_live';
  if (done) return 'skipped_done';
  return isLastTry ? 'failed' : 'enqueued';
}
