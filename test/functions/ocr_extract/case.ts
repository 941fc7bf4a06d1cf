import { randomUUID } from 'node:crypto';
import type { WorkerExtras } from '../../../functions/worker.ts';
import type { ReadResult } from '../../../shared/extraction/read-document.ts';
import { documentText } from '../../support/document-text.ts';
import { insertDocument } from '../../support/factories.ts';
import type { Arranged, Scene, WorkerCase, World } from '../worker-case.ts';

const INVOICE =
  'Oak Mill GmbH\n\nINVOICE\n\nInvoice number: 77-A\nInvoice date: 14 March 2026\nPlease pay the amount due. Thank you.\n' +
  'Description          Quantity        Amount\nOak boards           12              240.00\nTotal                        240.00 EUR\n';
const LETTER = 'Oak Mill GmbH\n\nDear neighbours,\nour yard is closed for the holidays.\nThe mill\n';

/** Parsers as they would answer, and no parser that runs. */
const reading = (result: ReadResult): Partial<WorkerExtras> => ({
  documents: {
    read: async () => result,
    readInvoice: () => Promise.reject(new Error('no invoice is read here')),
  },
});
const textOf = (page: string) => reading({ ok: true, document: documentText(page) });
const refusing = (code: Extract<ReadResult, { ok: false }>['code']) =>
  reading({ ok: false, code, message: 'the file is not read' });

/** A document with its file in the storage. */
const upload = async ({ client, workspacePk, storage }: World, columns: Record<string, string> = {}) => {
  const path = `documents/${randomUUID()}`;
  const bytes = new TextEncoder().encode(path);
  const { bucket } = await storage.put({ path, bytes, contentType: 'application/pdf' });
  return insertDocument(client, workspacePk, { bucket, path, size: bytes.byteLength, ...columns });
};

const asked = (documentId: string, input: Record<string, unknown> = {}): Arranged['task'] => ({
  enrichment_type: 'ocr_extract',
  entity_type: 'document',
  entity_id: documentId,
  input: { document_id: documentId, ...input },
});

const failing =
  (error: string, extra?: Partial<WorkerExtras>): Scene =>
  async (world) => ({
    task: asked((await upload(world)).document_id),
    ...(extra ? { extra } : {}),
    expected: { status: 'failed', error, followUps: [] },
  });

export const ocrExtractCase: WorkerCase = {
  type: 'ocr_extract',

  success: async (world) => {
    const { document_id } = await upload(world);
    return {
      task: { ...asked(document_id), source_channel: 'document_upload' },
      extra: textOf(INVOICE),
      expected: {
        status: 'completed',
        output: { status: 'ok', document_type: '380', language: 'en', page_count: 1 },
        followUps: [{ enrichment_type: 'ai_invoice', entity_type: 'document', entity_id: document_id }],
      },
    };
  },

  halts: {
    auto_extract_disabled: async (world) => {
      const { client, workspacePk } = world;
      await client.query('update workspaces set auto_extract_enabled = false where pk = $1', [workspacePk]);
      return {
        task: { ...asked((await upload(world)).document_id), source_channel: 'email_import' },
        expected: { status: 'completed', followUps: [] },
      };
    },
    duplicate_document: async (world) => {
      const first = await upload(world, { content_checksum: 'sha256:same' });
      const second = await upload(world, { content_checksum: 'sha256:same' });
      return {
        task: asked(second.document_id),
        expected: {
          status: 'completed',
          output: { duplicate_of: first.document_id },
          followUps: [],
        },
      };
    },
    unsupported_type: async (world) => ({
      task: asked((await upload(world)).document_id),
      extra: refusing('UNSUPPORTED_TYPE'),
      expected: { status: 'completed', followUps: [] },
    }),
  },

  failures: {
    'a damaged file': failing('UNREADABLE', refusing('UNREADABLE')),
    'a file with a password': failing('ENCRYPTED', refusing('ENCRYPTED')),
    'a file that bursts its parser': failing('TOO_LARGE', refusing('TOO_LARGE')),
    'an empty file': async ({ client, workspacePk }) => ({
      task: asked((await insertDocument(client, workspacePk, { size: 0 })).document_id),
      expected: { status: 'failed', error: 'UNREADABLE', followUps: [] },
    }),
    'a file that is not in the storage': async ({ client, workspacePk }) => ({
      task: asked((await insertDocument(client, workspacePk)).document_id),
      expected: { status: 'failed', error: 'NOT_FOUND', followUps: [] },
    }),
    'a document that was deleted': async (world) => {
      const { document_id, pk } = await upload(world);
      return {
        task: asked(document_id),
        meanwhile: () => world.client.query('update documents set deleted_at = now() where pk = $1', [pk]),
        expected: { status: 'failed', error: 'NOT_FOUND', followUps: [] },
      };
    },
    'another document in its input': async (world) => ({
      task: asked((await upload(world)).document_id, { document_id: randomUUID() }),
      expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
    }),
    'a parser that is not here': async (world) => ({
      task: asked((await upload(world)).document_id, { parser: { name: 'other' } }),
      expected: { status: 'failed', error: 'INPUT_INVALID', followUps: [] },
    }),
  },
};

/** The other good end: a document that is no invoice goes no further. */
export const ocrExtractOfLetterCase: WorkerCase = {
  ...ocrExtractCase,
  success: async (world) => ({
    task: asked((await upload(world)).document_id),
    extra: textOf(LETTER),
    expected: { status: 'completed', output: { status: 'ok', document_type: 'other' }, followUps: [] },
  }),
  halts: {},
  failures: {},
};
