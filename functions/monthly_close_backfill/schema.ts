import { z } from 'zod';
import { CLOSE_MONTHS_MAX } from '../../shared/domain/limits.ts';
import { MONTH_PATTERN } from '../../shared/domain/months.ts';

const month = z.string().regex(MONTH_PATTERN, 'is no month such as 2026-03');

export const MonthlyCloseBackfillInput = z.strictObject({
  from: month,
  to: month,
  /** Counts and starts nothing. */
  dry_run: z.boolean().optional(),
  /** Months of this call; the rest is for the next one. */
  limit: z.int().min(1).max(CLOSE_MONTHS_MAX).optional(),
  requested_by: z.string().optional(),
  /** How far down a chain of follow-ups the task is. */
  depth: z.int().optional(),
  force: z.boolean().optional(),
});
export type MonthlyCloseBackfillInput = z.output<typeof MonthlyCloseBackfillInput>;

const count = z.int().min(0);

/** Also how far it is: `counts.months` of the span are done. */
export const MonthlyCloseBackfillOutput = z.looseObject({
  params: z.strictObject({ from: month, to: month, dry_run: z.boolean(), limit: count }),
  counts: z.strictObject({
    months: count,
    enqueued: count,
    skipped_live: count,
    skipped_done: count,
    refused: count,
    failed: count,
  }),
  /** The closes it started. */
  tasks: z.array(z.uuid()),
  /** Months whose close could not be started in any run. */
  failed_months: z.array(month),
  /** Where the next call goes on; null when the span is done. */
  next_from: month.nullable(),
});
export type MonthlyCloseBackfillOutput = z.output<typeof MonthlyCloseBackfillOutput>;
