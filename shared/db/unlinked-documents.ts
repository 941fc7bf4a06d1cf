import { z } from 'zod';
import { enrichmentTypes } from '../domain/enrichment-types.ts';
import { processingStatuses } from './documents.ts';
import { publicId } from './public-id.ts';
import { sql, Timestamp } from './sql.ts';

/** A document that no payment and no invoice with a payment refers to, with how far it got. */
export const UnlinkedDocumentRow = z.strictObject({
  pk: z.number(),
  document_id: z.uuid(),
  processing_status: z.enum(processingStatuses),
  /** A code of UNTDID 1001, or what its reading called it, such as `receipt`. */
  document_type: z.string().nullable(),
  /** Whether a reading ever said what it is; null as a type then means that nothing is known. */
  is_classified: z.boolean(),
  /** Its newest text. */
  document_extraction_id: z.uuid().nullable(),
  /** The invoice that it is the evidence of. */
  invoice_id: z.uuid().nullable(),
});
export type UnlinkedDocumentRow = z.output<typeof UnlinkedDocumentRow>;

export interface ListUnlinkedDocuments {
  workspacePk: number;
  /** Days in UTC, both included. */
  from: string;
  to: string;
  /** The document after which the page begins; null for the first page. */
  after: string | null;
  limit: number;
}

/** One page of them in the order they came, whatever was added or linked since the page before. */
export const listUnlinkedDocuments = ({ workspacePk, from, to, after, limit }: ListUnlinkedDocuments) =>
  sql.type(UnlinkedDocumentRow)`
    select
      d.pk,
      d.document_id,
      d.processing_status,
      coalesce(d.document_type, ocr.document_type) as document_type,
      ocr.pk is not null as is_classified,
      e.document_extraction_id,
      i.invoice_id
    from documents d
    left join lateral (
      select document_extraction_id
      from document_extractions
      where document_pk = d.pk
        and workspace_pk = d.workspace_pk
        and deleted_at is null
      order by pk desc
      limit 1
    ) e on true
    left join lateral (
      select pk, output ->> 'document_type' as document_type
      from enrichment_tasks
      where workspace_pk = d.workspace_pk
        and entity_type = 'document'
        and entity_id = d.document_id::text
        and enrichment_type = 'ocr_extract'
        and status = 'completed'
        and output ->> 'status' = 'ok'
        and deleted_at is null
      order by pk desc
      limit 1
    ) ocr on true
    left join lateral (
      select invoice_id
      from invoices
      where document_pk = d.pk
        and workspace_pk = d.workspace_pk
        and deleted_at is null
      order by pk
      limit 1
    ) i on true
    where d.workspace_pk = ${workspacePk}
      and d.deleted_at is null
      and d.created_at >= ${from}::date::timestamp at time zone 'UTC'
      and d.created_at < (${to}::date + 1)::timestamp at time zone 'UTC'
      and (
        ${after}::text is null
        or (d.created_at, d.pk) > (
          select c.created_at, c.pk
          from documents c
          where c.document_id = ${after === null ? null : publicId(after)}
            and c.workspace_pk = ${workspacePk}
        )
      )
      and not exists (
        select 1
        from transaction_documents td
        where td.document_pk = d.pk
          and td.deleted_at is null
      )
      and not exists (
        select 1
        from invoices v
        join invoice_transactions l on l.invoice_pk = v.pk and l.deleted_at is null
        where v.document_pk = d.pk
          and v.workspace_pk = d.workspace_pk
          and v.deleted_at is null
      )
    order by d.created_at, d.pk
    limit ${limit}`;

const DocumentPk = z.strictObject({ pk: z.number() });

/** A document by which a page may begin, deleted ones too; null when it was never the workspace's. */
export const findPageStart = ({ workspacePk, documentId }: { workspacePk: number; documentId: string }) =>
  sql.type(DocumentPk)`
    select pk
    from documents
    where document_id = ${publicId(documentId)}
      and workspace_pk = ${workspacePk}`;

/** Work that was asked for before. */
export const EarlierWork = z.strictObject({
  enrichment_type: z.enum(enrichmentTypes),
  entity_id: z.string(),
  input_hash: z.string().nullable(),
  is_live: z.boolean(),
  created_at: Timestamp,
});
export type EarlierWork = z.output<typeof EarlierWork>;

/** Every task there ever was on these documents and invoices that read or matched them, however it ended. */
export const listEarlierWork = ({
  workspacePk,
  entityIds,
}: {
  workspacePk: number;
  entityIds: readonly string[];
}) =>
  sql.type(EarlierWork)`
    select
      enrichment_type, entity_id, input_hash, status in ('pending', 'processing') as is_live, created_at
    from enrichment_tasks
    where workspace_pk = ${workspacePk}
      and entity_type in ('document', 'invoice')
      and entity_id = any(${sql.array(entityIds, 'text')})
      and enrichment_type in ('ocr_extract', 'ai_invoice', 'reconcile')
      and deleted_at is null`;
