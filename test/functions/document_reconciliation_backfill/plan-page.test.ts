import { describe, expect, test } from 'vitest';
import {
  type Page,
  planPage,
  receiptsOf,
} from '../../../functions/document_reconciliation_backfill/plan-page.ts';
import type { EarlierWork, UnlinkedDocumentRow } from '../../../shared/db/unlinked-documents.ts';
import { inputHash } from '../../../shared/dispatch/input-hash.ts';
import {
  documentNeedsText,
  invoiceNeedsPayment,
  textNeedsInvoice,
} from '../../../shared/domain/follow-up-map.ts';
import type { FollowUp } from '../../../shared/domain/outcomes.ts';

const document: UnlinkedDocumentRow = {
  pk: 1,
  document_id: '0b6f3c1e-9a55-4f0a-8d39-6c4c6f6a1a11',
  processing_status: 'categorized',
  document_type: '380',
  is_classified: true,
  document_extraction_id: '1b6f3c1e-9a55-4f0a-8d39-6c4c6f6a1a12',
  invoice_id: null,
};
const invoiceId = '2b6f3c1e-9a55-4f0a-8d39-6c4c6f6a1a13';
const textId = document.document_extraction_id ?? '';
const quiet = { allowModel: false };
const unread = {
  processing_status: 'pending',
  document_type: null,
  is_classified: false,
  document_extraction_id: null,
} as const;

const work = (task: FollowUp, parts: Partial<EarlierWork> = {}): EarlierWork => ({
  enrichment_type: task.enrichment_type,
  entity_id: task.entity_id,
  input_hash: inputHash(task),
  is_live: false,
  created_at: '2026-03-01T00:00:00.000Z',
  ...parts,
});
const plan = (
  parts: Partial<UnlinkedDocumentRow>,
  page: Partial<Page> = {},
  rules: Partial<{ allowModel: boolean; force: boolean }> = {},
) =>
  planPage(
    {
      documents: [{ ...document, ...parts }],
      earlier: [],
      newestTransaction: '2026-02-01T00:00:00.000Z',
      receipts: new Map(),
      ...page,
    },
    { allowModel: false, force: false, ...rules },
  );

describe('a document that hangs on nothing', () => {
  test.each([
    ['never read, is to be read', unread, documentNeedsText(document.document_id, quiet)],
    [
      'given up in the middle, is to be read',
      { ...unread, processing_status: 'extracting' } as const,
      documentNeedsText(document.document_id, quiet),
    ],
    ['read as an invoice, is to become one', {}, textNeedsInvoice(document.document_id, textId, quiet)],
    [
      'read before anybody said what it is, may be one',
      { document_type: null, is_classified: false },
      textNeedsInvoice(document.document_id, textId, quiet),
    ],
    ['with an invoice, is to be paid', { invoice_id: invoiceId }, invoiceNeedsPayment(invoiceId)],
  ])('%s', (_what, parts, child) => {
    expect(plan(parts).children).toEqual([child]);
  });

  test.each([
    ['is something else', { document_type: 'order' }],
    ['says nothing about itself', { document_type: null }],
    ['could not be read', { processing_status: 'failed', document_extraction_id: null } as const],
    ['is a copy', { processing_status: 'skipped' } as const],
    ['lost its text', { document_extraction_id: null }],
  ])('that %s is passed over', (_what, parts) => {
    expect(plan(parts)).toMatchObject({ children: [], links: [], counts: { skipped: 1 } });
  });

  test('that is a receipt hangs on its payment, or waits for a person', () => {
    const receipts = (found: { transactionPk: number } | 'ambiguous') => ({
      receipts: new Map([[1, found]]),
    });
    const receipt = { document_type: 'receipt' };

    expect(plan(receipt, receipts({ transactionPk: 7 }))).toMatchObject({
      links: [{ documentPk: 1, transactionPk: 7 }],
      children: [],
      counts: { linked: 1, skipped: 0 },
    });
    expect(plan(receipt, receipts('ambiguous'))).toMatchObject({
      links: [],
      children: [],
      counts: { ambiguous: 1 },
    });
    expect(plan(receipt).counts.enqueued).toEqual({ ocr_extract: 0, ai_invoice: 1, reconcile: 0 });
  });
});

describe('work of before', () => {
  const reading = (allowModel: boolean) => textNeedsInvoice(document.document_id, textId, { allowModel });
  const asks = (...args: Parameters<typeof plan>) => plan(...args).children.length;

  test.each([
    ['is not done again', {}, work(reading(false)), {}, 0],
    ['with a model found all that one without would find', {}, work(reading(true)), {}, 0],
    ['without a model leaves something to one with', {}, work(reading(false)), { allowModel: true }, 1],
    [
      'on another text does not count',
      {},
      work(textNeedsInvoice(document.document_id, invoiceId, quiet)),
      {},
      1,
    ],
    ['is done again when forced', {}, work(reading(false)), { force: true }, 1],
    ['that is under way is never doubled', {}, work(reading(true), { is_live: true }), { force: true }, 0],
    ['that read nothing does not count', unread, work(documentNeedsText(document.document_id, quiet)), {}, 1],
    [
      'that is reading it now does',
      unread,
      work(documentNeedsText(document.document_id, quiet), { is_live: true }),
      {},
      0,
    ],
    [
      'found no payment, and none came since',
      { invoice_id: invoiceId },
      work(invoiceNeedsPayment(invoiceId)),
      {},
      0,
    ],
    [
      'found no payment, but some came since',
      { invoice_id: invoiceId },
      work(invoiceNeedsPayment(invoiceId), { created_at: '2026-01-31T00:00:00.000Z' }),
      {},
      1,
    ],
  ])('%s', (_what, parts, earlier, rules, children) => {
    expect(asks(parts, { earlier: [earlier] }, rules)).toBe(children);
  });
});

test('only receipts with a text and no invoice are looked at themselves', () => {
  const receipt = { ...document, document_type: 'receipt' };

  expect(
    receiptsOf([
      receipt,
      document,
      { ...receipt, invoice_id: invoiceId },
      { ...receipt, document_extraction_id: null },
    ]),
  ).toEqual([receipt]);
});
