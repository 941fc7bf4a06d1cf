import type { DocumentReconciliationBackfillInput, Progress } from './schema.ts';

/** Longest span of one backfill, in years. */
const YEARS_MAX = 5;

/** The day so many years before; the 29th of February becomes the 28th. */
const yearsBefore = (day: string, years: number) =>
  `${Number(day.slice(0, 4)) - years}${day.slice(4)}`.replace('-02-29', '-02-28');

/** Where a first run begins, or what is wrong with its span. `today` is an ISO day. */
export function startOf(
  { from, to, cursor, limit, dry_run, allow_ai }: DocumentReconciliationBackfillInput,
  today: string,
): Progress | { invalid: string } {
  const end = to ?? today;
  const earliest = yearsBefore(end, YEARS_MAX);
  const begin = from ?? earliest;
  if (begin > end) return { invalid: `from ${begin} is after to ${end}` };
  if (begin < earliest) return { invalid: `${begin} to ${end} is longer than ${YEARS_MAX} years` };
  return {
    scanned: 0,
    linked: 0,
    enqueued: { ocr_extract: 0, ai_invoice: 0, reconcile: 0 },
    ambiguous: 0,
    skipped: 0,
    cursor: cursor ?? null,
    done: false,
    params: { from: begin, to: end, limit, dry_run, allow_ai },
  };
}

/** What one page came to. */
export type PageCounts = Pick<Progress, 'linked' | 'enqueued' | 'ambiguous' | 'skipped'> & {
  /** The documents of the page, in its order. */
  documentIds: readonly string[];
};

/** The progress with a page added. A page that is not full is the last one. */
export function advance(progress: Progress, page: PageCounts): Progress {
  const { enqueued, params } = progress;
  return {
    scanned: progress.scanned + page.documentIds.length,
    linked: progress.linked + page.linked,
    enqueued: {
      ocr_extract: enqueued.ocr_extract + page.enqueued.ocr_extract,
      ai_invoice: enqueued.ai_invoice + page.enqueued.ai_invoice,
      reconcile: enqueued.reconcile + page.enqueued.reconcile,
    },
    ambiguous: progress.ambiguous + page.ambiguous,
    skipped: progress.skipped + page.skipped,
    cursor: page.documentIds.at(-1) ?? progress.cursor,
    done: page.documentIds.length < params.limit,
    params,
  };
}
