import { z } from 'zod';
import { sql, Timestamp } from './sql.ts';

/** A document that was just uploaded, and whether its workspace wants it extracted at once. */
export const UploadedDocument = z.strictObject({
  document_id: z.string(),
  filename: z.string(),
  path: z.string(),
  type: z.string(),
  size: z.number(),
  document_type: z.string().nullable(),
  uploaded_at: Timestamp,
  auto_extract_enabled: z.boolean(),
});
export type UploadedDocument = z.output<typeof UploadedDocument>;

export interface InsertDocument {
  workspacePk: number;
  /** The collect that uploads it. */
  collectPk: number | null;
  bucket: string;
  path: string;
  filename: string;
  /** MIME type, from the bytes. */
  type: string;
  /** In bytes. */
  size: number;
  contentChecksum: string;
  /** UN/EDIFACT 1001 code. */
  documentType: string | null;
}

/** Inserts an uploaded file. Its stage says `queued` where extraction follows, so that queued and never tried differ. */
export const insertDocument = (document: InsertDocument) =>
  sql.type(UploadedDocument)`
    with d as (
      insert into documents (
        workspace_pk, collect_pk, bucket, path, filename, type, size, content_checksum, document_type, processing_stage
      )
      select
        w.pk, ${document.collectPk}::int, ${document.bucket}, ${document.path}, ${document.filename}, ${document.type},
        ${document.size}::int, ${document.contentChecksum}, ${document.documentType},
        case when w.auto_extract_enabled then 'queued' end
      from workspaces w
      where w.pk = ${document.workspacePk}
        and w.deleted_at is null
      returning *
    )
    select
      d.document_id, d.filename, d.path, d.type, d.size, d.document_type, d.uploaded_at, w.auto_extract_enabled
    from d
    join workspaces w on w.pk = d.workspace_pk`;
