import type { Db } from '../../shared/db/sql.ts';
import { attachTransactionDocuments, newestTransaction } from '../../shared/db/transaction-documents.ts';
import { findPageStart, listEarlierWork, listUnlinkedDocuments } from '../../shared/db/unlinked-documents.ts';
import { completed, continuing, failed } from '../../shared/domain/outcomes.ts';
import { defineEnrichment, type Run } from '../../shared/tasks/define-enrichment.ts';
import { findReceipts, type Readers } from './find-receipts.ts';
import { planPage, receiptsOf } from './plan-page.ts';
import { advance, startOf } from './progress.ts';
import {
  DocumentReconciliationBackfillInput,
  DocumentReconciliationBackfillOutput,
  Progress,
} from './schema.ts';

/** One run is one page: what it writes and how far it came are one transaction, and the next run begins there. */
export const documentReconciliationBackfill = defineEnrichment<DocumentReconciliationBackfillInput, Readers>({
  type: 'document_reconciliation_backfill',
  input: DocumentReconciliationBackfillInput,
  output: DocumentReconciliationBackfillOutput,

  async run(run, { read, documents }) {
    const { input, workspacePk } = run;
    const progress = progressOf(run);
    if ('invalid' in progress) return failed('INPUT_INVALID', progress.invalid);
    const page = await read((db) => loadPage(db, workspacePk, progress));
    if (!page) return failed('INPUT_INVALID', 'the cursor names no document of this workspace');

    const { dry_run: isDry, allow_ai: allowModel } = progress.params;
    const receipts = await findReceipts(receiptsOf(page.documents), run, { read, documents });
    const plan = planPage({ ...page, receipts }, { allowModel, force: input.force });
    return async (db) => {
      const { links } = plan;
      const attached = isDry ? links : await db.any(attachTransactionDocuments({ workspacePk, links }));
      const linked = attached.length;
      // A payment that got its document meanwhile leaves nothing to do here.
      const skipped = plan.counts.skipped + links.length - linked;
      const next = advance(progress, { ...plan.counts, linked, skipped });
      const children = isDry ? [] : plan.children;
      return next.done ? completed(next, { children }) : continuing(next, { children });
    };
  },
});

/** Where an earlier run left off, or the start. */
function progressOf({ input, task }: Run<DocumentReconciliationBackfillInput>) {
  // The database's own day, so that every run of a task means the same one.
  return task.output === null ? startOf(input, task.created_at.slice(0, 10)) : Progress.parse(task.output);
}

async function loadPage(db: Db, workspacePk: number, { cursor, params: { from, to, limit } }: Progress) {
  if (cursor !== null && !(await db.maybeOne(findPageStart({ workspacePk, documentId: cursor }))))
    return null;
  const documents = await db.any(listUnlinkedDocuments({ workspacePk, from, to, after: cursor, limit }));
  const entityIds = documents.flatMap(({ document_id, invoice_id }) => [
    document_id,
    ...(invoice_id ? [invoice_id] : []),
  ]);
  const earlier = await db.any(listEarlierWork({ workspacePk, entityIds }));
  const { created_at } = await db.one(newestTransaction({ workspacePk }));
  return { documents, earlier, newestTransaction: created_at };
}
