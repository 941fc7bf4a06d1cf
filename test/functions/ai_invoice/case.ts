import { randomUUID } from 'node:crypto';
import { ModelInvoice } from '../../../functions/ai_invoice/ask-model.ts';
import type { WorkerExtras } from '../../../functions/worker.ts';
import type { Model } from '../../../shared/ai/model.ts';
import type { DocumentText } from '../../../shared/extraction/document-text.ts';
import { readInvoice } from '../../../shared/extraction/invoice/read-invoice.ts';
import { documentText, xmlDocument } from '../../support/document-text.ts';
import { insertExtractedDocument } from '../../support/extracted-document.ts';
import { insertDocument, insertInvoice } from '../../support/factories.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { ciiContact, ciiXml } from '../../support/invoice-xml.ts';
import type { Arranged, ExpectedFollowUp, Scene, WorkerCase, World } from '../worker-case.ts';

/** A page that names itself and its total, but neither number nor supplier. */
const PAGE = 'INVOICE\n\nQuintessence Bakery\nref QB/2031\n\nGrand total   EUR 88.40\n';

/** The readers as they are, without the children that parse foreign files. */
const extras = (model: Model | null = null): Partial<WorkerExtras> => ({
  documents: {
    read: () => Promise.reject(new Error('no file is read here')),
    readInvoice: async (document, options) => readInvoice(document, options),
  },
  model,
});

const asked = (documentId: string, input: Record<string, unknown> = {}): Arranged['task'] => ({
  enrichment_type: 'ai_invoice',
  entity_type: 'document',
  entity_id: documentId,
  input: { document_id: documentId, ...input },
  source_channel: 'ocr_completion',
});

const reconcile: ExpectedFollowUp = { enrichment_type: 'reconcile', entity_type: 'invoice' };
const lookUp: ExpectedFollowUp[] = [
  { enrichment_type: 'ai_company', entity_type: 'company' },
  { enrichment_type: 'ai_people', entity_type: 'person' },
];

/** The workspace is the buyer of the samples. */
const beTheBuyer = ({ client, ownCompany }: World) =>
  client.query(`update companies set name = 'Kunde', canonical_legal_name = 'KUNDE' where pk = $1`, [
    ownCompany.pk,
  ]);

const halting =
  (content: DocumentText, output: Record<string, unknown> = {}): Scene =>
  async ({ client, workspacePk }) => ({
    task: asked((await insertExtractedDocument(client, workspacePk, content)).document_id),
    extra: extras(),
    expected: { status: 'completed', output, followUps: [] },
  });

export const aiInvoiceCase: WorkerCase = {
  type: 'ai_invoice',

  success: async (world) => {
    await beTheBuyer(world);
    const { client, workspacePk, ownCompany } = world;
    const content = xmlDocument(ciiXml({ seller: ciiContact() }));
    const document = await insertExtractedDocument(client, workspacePk, content);
    return {
      task: asked(document.document_id, { document_extraction_id: document.document_extraction_id }),
      extra: extras(),
      expected: {
        status: 'completed',
        output: {
          status: 'ok',
          created: true,
          parties: { receiver_id: ownCompany.company_id, polarity: 'payable' },
        },
        followUps: [...lookUp, reconcile],
      },
    };
  },

  halts: {
    not_extracted: async ({ client, workspacePk }) => {
      const { document_id } = await insertDocument(client, workspacePk);
      return {
        task: asked(document_id),
        expected: {
          status: 'completed',
          followUps: [{ enrichment_type: 'ocr_extract', entity_type: 'document', entity_id: document_id }],
        },
      };
    },
    not_an_invoice: halting(xmlDocument('<Order xmlns="urn:o"><ID>1</ID></Order>')),
    no_text: halting(documentText('')),
    low_confidence: halting(documentText('INVOICE\n\nThank you for your order\n')),
    duplicate_invoice: async (world) => {
      const { client, workspacePk } = world;
      const first = await insertExtractedDocument(client, workspacePk, xmlDocument(ciiXml()));
      const { rows } = await client.query<{ pk: number }>(
        `insert into companies (workspace_pk, name, canonical_tax_id) values ($1, 'Muster', 'FR83404833048') returning pk`,
        [workspacePk],
      );
      const invoice = await insertInvoice(client, workspacePk, {
        issuer_pk: rows[0]?.pk,
        invoice_number: 'A-17',
        document_pk: first.pk,
      });
      const second = await insertExtractedDocument(client, workspacePk, xmlDocument(ciiXml()));
      return {
        task: asked(second.document_id),
        extra: extras(),
        expected: {
          status: 'completed',
          output: { invoice_id: invoice.invoice_id, created: false, attached: false },
          followUps: [],
        },
      };
    },
  },

  failures: {
    'XML that attacks its reader': async ({ client, workspacePk }) => {
      const content = xmlDocument('<!DOCTYPE x [<!ENTITY e "x">]><Invoice>&e;</Invoice>');
      const { document_id } = await insertExtractedDocument(client, workspacePk, content);
      return {
        task: asked(document_id),
        extra: extras(),
        expected: { status: 'failed', error: 'UNREADABLE', followUps: [] },
      };
    },
    'a document that was deleted': async ({ client, workspacePk }) => {
      const { document_id, pk } = await insertExtractedDocument(client, workspacePk, xmlDocument(ciiXml()));
      return {
        task: asked(document_id),
        meanwhile: () => client.query('update documents set deleted_at = now() where pk = $1', [pk]),
        expected: { status: 'failed', error: 'NOT_FOUND', followUps: [] },
      };
    },
    'an invoice without a document': async ({ client, workspacePk }) => {
      const { invoice_id } = await insertInvoice(client, workspacePk);
      return {
        task: { ...asked(''), entity_type: 'invoice', entity_id: invoice_id, input: { invoice_id } },
        expected: { status: 'failed', error: 'NOT_FOUND', followUps: [] },
      };
    },
    'another document in its input': async ({ client, workspacePk }) => ({
      task: asked((await insertDocument(client, workspacePk)).document_id, { document_id: randomUUID() }),
      expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
    }),
  },
};

/** The same with a model, for a page that leaves something open. */
export const aiInvoiceWithModelCase: WorkerCase = {
  type: 'ai_invoice',
  success: async ({ client, workspacePk }) => {
    const nothing = Object.fromEntries(Object.keys(ModelInvoice.shape).map((key) => [key, null]));
    const { document_id } = await insertExtractedDocument(client, workspacePk, documentText(PAGE));
    return {
      task: asked(document_id),
      extra: extras(
        fakeModel(() => ({
          ...nothing,
          invoice_number: 'QB/2031',
          supplier_name: 'Quintessence Bakery',
        })),
      ),
      expected: {
        status: 'completed',
        output: { model: { model_id: 'small-1' } },
        followUps: [{ enrichment_type: 'ai_company', entity_type: 'company' }, reconcile],
      },
    };
  },
  halts: {},
  failures: {},
};
