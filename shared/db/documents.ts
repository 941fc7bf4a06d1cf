import { z } from 'zod';
import { publicId } from './public-id.ts';
import { NoRow, sql } from './sql.ts';

/** States of a document on its way through the pipeline, native enum `document_processing_status_enum`. */
export const processingStatuses = [
  'pending',
  'extracting',
  'categorized',
  'extracted',
  'skipped',
  'failed',
  'rejected',
] as const;
export type ProcessingStatus = (typeof processingStatuses)[number];

/** A document as the workers read it. */
export const DocumentRow = z.strictObject({
  pk: z.number(),
  document_id: z.uuid(),
  bucket: z.string(),
  path: z.string(),
  type: z.string(),
  size: z.number(),
  content_checksum: z.string().nullable(),
  document_type: z.string().nullable(),
  processing_status: z.enum(processingStatuses),
});
export type DocumentRow = z.output<typeof DocumentRow>;

const columns = sql.fragment`
  d.pk, d.document_id, d.bucket, d.path, d.type, d.size, d.content_checksum, d.document_type, d.processing_status`;

interface DocumentKey {
  workspacePk: number;
  documentId: string;
}

/** Null when it is gone, deleted or another workspace's. */
export const findDocument = ({ workspacePk, documentId }: DocumentKey) =>
  sql.type(DocumentRow)`
    select ${columns}
    from documents d
    where d.document_id = ${publicId(documentId)}
      and d.workspace_pk = ${workspacePk}
      and d.deleted_at is null`;

/** Null when it is gone, deleted or another workspace's. */
export const findDocumentByPk = ({ workspacePk, pk }: { workspacePk: number; pk: number }) =>
  sql.type(DocumentRow)`
    select ${columns}
    from documents d
    where d.pk = ${pk}
      and d.workspace_pk = ${workspacePk}
      and d.deleted_at is null`;

/** Marks that a parser has it in hand; null like `findDocument`. */
export const startExtraction = ({ workspacePk, documentId }: DocumentKey) =>
  sql.type(DocumentRow)`
    update documents d
    set processing_status = 'extracting',
        processing_stage = 'ocr_extract',
        processing_error = null
    where d.document_id = ${publicId(documentId)}
      and d.workspace_pk = ${workspacePk}
      and d.deleted_at is null
    returning ${columns}`;

const EarlierDocument = z.strictObject({ document_id: z.uuid() });

/** The first live document of the workspace with the same content that was uploaded before this one and not given up. */
export const findEarlierCopy = ({
  workspacePk,
  pk,
  contentChecksum,
}: {
  workspacePk: number;
  pk: number;
  contentChecksum: string;
}) =>
  sql.type(EarlierDocument)`
    select d.document_id
    from documents d
    where d.workspace_pk = ${workspacePk}
      and d.content_checksum = ${contentChecksum}
      and d.pk < ${pk}
      and d.processing_status not in ('skipped', 'failed', 'rejected')
      and d.deleted_at is null
    order by d.pk
    limit 1`;

/** Notes the fingerprint of a document that was stored without one. */
export const setContentChecksum = ({
  workspacePk,
  pk,
  contentChecksum,
}: {
  workspacePk: number;
  pk: number;
  contentChecksum: string;
}) =>
  sql.type(NoRow)`
    update documents
    set content_checksum = ${contentChecksum}
    where pk = ${pk}
      and workspace_pk = ${workspacePk}
      and content_checksum is null
      and deleted_at is null`;

export interface MarkDocument extends DocumentKey {
  status: ProcessingStatus;
  /** Which worker, and its halt code where it halted. */
  stage: string;
  error?: string | null;
  /** Left as it is when absent. */
  documentType?: string;
}

/** Says on the document itself how far it got, so that never tried, gave up and failed stay apart. */
export const markDocument = ({ workspacePk, documentId, status, stage, error, documentType }: MarkDocument) =>
  sql.type(NoRow)`
    update documents
    set processing_status = ${status}::document_processing_status_enum,
        processing_stage = ${stage},
        processing_error = ${error ?? null},
        document_type = coalesce(${documentType ?? null}, document_type)
    where document_id = ${publicId(documentId)}
      and workspace_pk = ${workspacePk}
      and deleted_at is null`;
