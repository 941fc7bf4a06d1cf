import { z } from 'zod';

/** Documents that one page may hold at most. */
export const PAGE_MAX = 500;
const PAGE_USUAL = 200;

export const DocumentReconciliationBackfillInput = z.strictObject({
  /** Days on which the documents came, both included; to today and from five years before it unless told. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  /** The document after which to begin, as an earlier run left it in `output.cursor`. */
  cursor: z.uuid().optional(),
  /** Documents a page. */
  limit: z.int().min(1).max(PAGE_MAX).default(PAGE_USUAL),
  /** Counts what would be done and does nothing. */
  dry_run: z.boolean().default(false),
  /** Lets the children ask a model, which costs one call a document. */
  allow_ai: z.boolean().default(false),
  depth: z.int().optional(),
  /** Asks again for what was tried before. */
  force: z.boolean().default(false),
});
export type DocumentReconciliationBackfillInput = z.output<typeof DocumentReconciliationBackfillInput>;

const Count = z.int().min(0);

/** How far it is: counts since the beginning, and where the next page begins. */
export const Progress = z.object({
  /** Unlinked documents looked at. */
  scanned: Count,
  /** Receipts attached to their payment. */
  linked: Count,
  enqueued: z.object({ ocr_extract: Count, ai_invoice: Count, reconcile: Count }),
  /** Receipts that fit several payments. */
  ambiguous: Count,
  /** Nothing to do, or tried before. */
  skipped: Count,
  /** The last document looked at; null before the first. */
  cursor: z.uuid().nullable(),
  done: z.boolean(),
  params: z.object({
    from: z.iso.date(),
    to: z.iso.date(),
    limit: Count,
    dry_run: z.boolean(),
    allow_ai: z.boolean(),
  }),
});
export type Progress = z.output<typeof Progress>;

export const DocumentReconciliationBackfillOutput = Progress.loose();
