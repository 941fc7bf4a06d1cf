import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { packDocument } from '../../../shared/extraction/pack-document.ts';
import { plainTextDocument } from '../../../shared/extraction/plain-text.ts';
import { insertDocument, insertInvoice, insertTask, insertTransaction } from '../../support/factories.ts';

const RECEIPT = `CAFE MORGENROT GMBH
Lindenallee 4
10115 Berlin

RECEIPT No 4711
Date: 10.03.2026 14:05

2 Coffee             7.40
1 Breakfast         16.00

TOTAL EUR           23.40
Paid by card        23.40
`;

/** Documents that hang on nothing, as the pipeline or an import from elsewhere left them. */
export const unlinkedDocuments = (client: pg.Client, workspacePk: number) => {
  const readDocument = async (
    columns: Record<string, string | null>,
    text = 'INVOICE',
    readAs = columns.document_type,
  ) => {
    const document = await insertDocument(client, workspacePk, {
      processing_status: 'categorized',
      ...columns,
    });
    const { rows } = await client.query<{ document_extraction_id: string }>(
      `insert into document_extractions (workspace_pk, document_pk, parser_name, parser_version, text, metadata)
       values ($1, $2, 'wellspring', '1', $3, $4) returning document_extraction_id`,
      [workspacePk, document.pk, text, JSON.stringify(packDocument(plainTextDocument(text)))],
    );
    await insertTask(client, workspacePk, {
      enrichment_type: 'ocr_extract',
      entity_type: 'document',
      entity_id: document.document_id,
      status: 'completed',
      completed_at: new Date(),
      output: { status: 'ok', document_type: readAs },
    });
    return { ...document, extraction_id: rows[0]?.document_extraction_id ?? '' };
  };
  return {
    unread: () => insertDocument(client, workspacePk),
    /** Its text was read and called an invoice, and no invoice came of it. */
    invoiceText: () => readDocument({ document_type: '380' }),
    order: () => readDocument({ document_type: null }, 'ORDER', 'order'),
    receipt: () => readDocument({ document_type: null }, RECEIPT, 'receipt'),
    /** The payment of the receipt. */
    payment: (columns: Record<string, string> = {}) =>
      insertTransaction(client, workspacePk, {
        transaction_external_id: randomUUID(),
        type: 'debit',
        instructed_amount: '-23.40',
        booking_date: '2026-03-11',
        remittance_unstructured: 'CARD CAFE MORGENROT BERLIN',
        ...columns,
      }),
    /** An invoice that nothing was paid for, with its document. */
    unpaid: async () => {
      const document = await readDocument({ document_type: '380', processing_status: 'extracted' });
      return { document, invoice: await insertInvoice(client, workspacePk, { document_pk: document.pk }) };
    },
  };
};
