import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { readDocument } from '../../../shared/extraction/read-document.ts';
import { readInvoiceDocument } from '../../../shared/extraction/read-invoice-document.ts';
import type { Arranged, Scene, WorkerCase, World } from '../worker-case.ts';
import { unlinkedDocuments } from './unlinked.ts';

const asked = ({ workspaceId }: World, input: Record<string, unknown>): Arranged['task'] => ({
  enrichment_type: 'document_reconciliation_backfill',
  entity_type: 'workspace',
  entity_id: workspaceId,
  input,
});

const refused =
  (input: Record<string, unknown>, error: string): Scene =>
  async (world) => ({
    task: asked(world, input),
    expected: { status: 'failed', error, followUps: [] },
  });

export const documentReconciliationBackfillCase: WorkerCase = {
  type: 'document_reconciliation_backfill',

  success: async (world) => {
    const { client, workspacePk } = world;
    const documents = unlinkedDocuments(client, workspacePk);
    await documents.payment();
    await documents.unread();
    await documents.invoiceText();
    await documents.order();
    await documents.unpaid();
    const last = await documents.receipt();
    return {
      task: asked(world, {}),
      extra: { documents: { read: readDocument, readInvoice: readInvoiceDocument } },
      expected: {
        status: 'completed',
        output: {
          ...{ status: 'ok', scanned: 5, linked: 1, ambiguous: 0, skipped: 1, done: true },
          enqueued: { ocr_extract: 1, ai_invoice: 1, reconcile: 1 },
          cursor: last.document_id,
          params: expect.objectContaining({ limit: 200, dry_run: false, allow_ai: false }),
        },
        // Its tasks are children, which it does not wait for and does not list.
        followUps: [],
      },
    };
  },

  halts: {},

  failures: {
    'from after to': refused({ from: '2026-03-02', to: '2026-03-01' }, 'INPUT_INVALID'),
    'more than five years': refused({ from: '2020-01-01', to: '2026-01-01' }, 'INPUT_INVALID'),
    'a page of nothing': refused({ limit: 0 }, 'INPUT_INVALID'),
    'a cursor that names nothing': refused({ cursor: randomUUID() }, 'INPUT_INVALID'),
  },
};
