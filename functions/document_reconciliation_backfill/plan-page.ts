import type { EarlierWork, UnlinkedDocumentRow } from '../../shared/db/unlinked-documents.ts';
import { inputHash } from '../../shared/dispatch/input-hash.ts';
import { isInvoiceLike } from '../../shared/domain/document-types.ts';
import type { EnrichmentType } from '../../shared/domain/enrichment-types.ts';
import {
  documentNeedsText,
  invoiceNeedsPayment,
  textNeedsInvoice,
} from '../../shared/domain/follow-up-map.ts';
import type { FollowUp } from '../../shared/domain/outcomes.ts';
import type { PageCounts } from './progress.ts';

/** What a page is decided from. */
export interface Page {
  documents: readonly UnlinkedDocumentRow[];
  earlier: readonly EarlierWork[];
  /** When the newest movement of the workspace came in. */
  newestTransaction: string | null;
  /** What was found for the receipts of the page, by key of the document. */
  receipts: ReadonlyMap<number, { transactionPk: number } | 'ambiguous'>;
}

export interface PageRules {
  allowModel: boolean;
  /** Asks again for what was tried before. */
  force: boolean;
}

export interface Plan {
  links: { documentPk: number; transactionPk: number }[];
  children: FollowUp[];
  counts: PageCounts;
}

type Step = { link: number } | { child: FollowUp } | 'ambiguous' | 'skipped';

/** What a page of unlinked documents needs: a payment, a task, a person, or nothing. */
export function planPage(page: Page, rules: PageRules): Plan {
  const stepOf = stepsFor(page, rules);
  const steps = page.documents.map((document) => ({ document, step: stepOf(document) }));
  const children = steps.flatMap(({ step }) =>
    typeof step === 'object' && 'child' in step ? [step.child] : [],
  );
  const count = (type: FollowUp['enrichment_type']) =>
    children.filter(({ enrichment_type }) => enrichment_type === type).length;
  const links = steps.flatMap(({ document, step }) =>
    typeof step === 'object' && 'link' in step ? [{ documentPk: document.pk, transactionPk: step.link }] : [],
  );
  return {
    links,
    children,
    counts: {
      documentIds: page.documents.map(({ document_id }) => document_id),
      linked: links.length,
      enqueued: {
        ocr_extract: count('ocr_extract'),
        ai_invoice: count('ai_invoice'),
        reconcile: count('reconcile'),
      },
      ambiguous: steps.filter(({ step }) => step === 'ambiguous').length,
      skipped: steps.filter(({ step }) => step === 'skipped').length,
    },
  };
}

function stepsFor({ earlier, newestTransaction, receipts }: Page, { allowModel, force }: PageRules) {
  const workOn = Map.groupBy(earlier, ({ enrichment_type, entity_id }) => `${enrichment_type} ${entity_id}`);
  const workBefore = (type: EnrichmentType, id: string) => workOn.get(`${type} ${id}`) ?? [];
  const isUnderWay = (type: EnrichmentType, id: string) =>
    workBefore(type, id).some(({ is_live }) => is_live);
  /**
   * Asks for a task unless its work is under way or was done before, whatever it came to: the same input again would
   * come to the same. `alike` are other inputs with the same evidence; work from before `since` does not count.
   */
  const ask = (child: FollowUp, alike: readonly FollowUp[] = [], since: string | null = null): Step => {
    if (isUnderWay(child.enrichment_type, child.entity_id)) return 'skipped';
    const hashes = new Set([child, ...alike].map(inputHash));
    const isDone = workBefore(child.enrichment_type, child.entity_id).some(
      ({ input_hash, created_at }) =>
        input_hash !== null && hashes.has(input_hash) && (since === null || created_at >= since),
    );
    return isDone && !force ? 'skipped' : { child };
  };

  return (document: UnlinkedDocumentRow): Step => {
    const { document_id, document_extraction_id: extractionId, processing_status: status } = document;
    // An invoice that found no payment may find one among those that came since.
    if (document.invoice_id !== null)
      return ask(invoiceNeedsPayment(document.invoice_id), [], newestTransaction);
    const receipt = receipts.get(document.pk);
    if (receipt) return receipt === 'ambiguous' ? 'ambiguous' : { link: receipt.transactionPk };
    if (status === 'skipped' || status === 'failed' || status === 'rejected') return 'skipped';
    // Whoever reads a document leaves another status, so that one which stands here was not read, whoever tried.
    if (extractionId === null)
      return (status === 'pending' || status === 'extracting') && !isUnderWay('ocr_extract', document_id)
        ? { child: documentNeedsText(document_id, { allowModel }) }
        : 'skipped';
    const isCandidate = isInvoiceLike(document.document_type) || !isTyped(document);
    if (!isCandidate) return 'skipped';
    // Without the model nothing is found that a run with the model did not find.
    const withModel = textNeedsInvoice(document_id, extractionId, { allowModel: true });
    return ask(textNeedsInvoice(document_id, extractionId, { allowModel }), [withModel]);
  };
}

const isTyped = ({ document_type, is_classified }: UnlinkedDocumentRow) =>
  document_type !== null || is_classified;

/** The documents whose payment is looked for directly: receipts that were read and made no invoice. */
export const receiptsOf = (documents: readonly UnlinkedDocumentRow[]) =>
  documents.filter(
    ({ document_type, invoice_id, document_extraction_id }) =>
      document_type === 'receipt' && invoice_id === null && document_extraction_id !== null,
  );
