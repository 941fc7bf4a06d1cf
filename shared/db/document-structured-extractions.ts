import { z } from 'zod';
import { NoRow, sql } from './sql.ts';

/** A cached result of one extraction pass; whoever wrote it knows its shape. */
export const StructuredExtractionRow = z.strictObject({
  document_structured_extraction_id: z.uuid(),
  result: z.unknown(),
});
export type StructuredExtractionRow = z.output<typeof StructuredExtractionRow>;

/** The documented key of the cache: when any part changes, the pass is made anew. */
export interface StructuredKey {
  workspacePk: number;
  documentPk: number;
  /** Up to 32 characters. */
  family: string;
  schemaName: string;
  schemaVersion: string;
  promptVersion: string;
  modelPolicy: string;
  sourceChecksum: string;
  evidenceChecksum: string;
}

/** The cached result for exactly this key; null means a miss. */
export const findStructuredExtraction = (key: StructuredKey) =>
  sql.type(StructuredExtractionRow)`
    select document_structured_extraction_id, result
    from document_structured_extractions
    where workspace_pk = ${key.workspacePk}
      and document_pk = ${key.documentPk}
      and extraction_family = ${key.family}
      and schema_name = ${key.schemaName}
      and schema_version = ${key.schemaVersion}
      and prompt_version = ${key.promptVersion}
      and model_policy = ${key.modelPolicy}
      and source_checksum = ${key.sourceChecksum}
      and evidence_checksum = ${key.evidenceChecksum}
      and deleted_at is null`;

/** Keeps a result; `mapped` are the columns it stands for, `flags` what is doubtful about it. Saving twice keeps one. */
export const saveStructuredExtraction = (
  key: StructuredKey & { result: unknown; mapped: unknown; flags: readonly string[] },
) =>
  sql.type(StructuredExtractionRow)`
    insert into document_structured_extractions (
      workspace_pk, document_pk, extraction_family, schema_name, schema_version, prompt_version, model_policy,
      source_checksum, evidence_checksum, result, invoice_mapped_json, quality_flags
    )
    values (
      ${key.workspacePk}, ${key.documentPk}, ${key.family}, ${key.schemaName}, ${key.schemaVersion},
      ${key.promptVersion}, ${key.modelPolicy}, ${key.sourceChecksum}, ${key.evidenceChecksum},
      ${JSON.stringify(key.result)}::jsonb, ${JSON.stringify(key.mapped)}::jsonb, ${JSON.stringify(key.flags)}::jsonb
    )
    on conflict (
      document_pk, extraction_family, schema_name, schema_version, prompt_version, model_policy, source_checksum,
      evidence_checksum
    )
      where deleted_at is null
    do update
    set result = excluded.result,
        invoice_mapped_json = excluded.invoice_mapped_json,
        quality_flags = excluded.quality_flags
    returning document_structured_extraction_id, result`;

/** Soft-deletes what earlier passes of this family left on the document. */
export const supersedeStructuredExtractions = ({
  workspacePk,
  documentPk,
  family,
  keep,
}: Pick<StructuredKey, 'workspacePk' | 'documentPk' | 'family'> & { keep: string }) =>
  sql.type(NoRow)`
    update document_structured_extractions
    set deleted_at = now()
    where workspace_pk = ${workspacePk}
      and document_pk = ${documentPk}
      and extraction_family = ${family}
      and document_structured_extraction_id <> ${keep}::uuid
      and deleted_at is null`;

/** The cached readings of the newest invoices that a company issued, newest first. */
export const listReadingsOfIssuer = ({
  workspacePk,
  companyPk,
  limit,
}: {
  workspacePk: number;
  companyPk: number;
  limit: number;
}) =>
  sql.type(StructuredExtractionRow)`
    select e.document_structured_extraction_id, e.result
    from invoices i
    join document_structured_extractions e
      on e.document_pk = i.document_pk
      and e.workspace_pk = i.workspace_pk
    where i.workspace_pk = ${workspacePk}
      and i.issuer_pk = ${companyPk}
      and i.deleted_at is null
      and e.extraction_family = 'invoice'
      and e.deleted_at is null
    order by i.pk desc, e.pk desc
    limit ${limit}`;
