import { z } from 'zod';
import { sql } from './sql.ts';

/** One parser run's text of one document, without the payload. */
export const ExtractionRow = z.strictObject({
  pk: z.number(),
  document_extraction_id: z.uuid(),
  document_pk: z.number(),
  parser_name: z.string(),
  parser_version: z.string(),
  source_checksum: z.string().nullable(),
  text: z.string().nullable(),
  page_count: z.number().nullable(),
  metadata: z.unknown(),
});
export type ExtractionRow = z.output<typeof ExtractionRow>;

const columns = sql.fragment`
  e.pk, e.document_extraction_id, e.document_pk, e.parser_name, e.parser_version, e.source_checksum, e.text,
  e.page_count, e.metadata`;

interface ExtractionKey {
  workspacePk: number;
  documentPk: number;
  parserName: string;
  parserVersion: string;
  sourceChecksum: string | null;
}

/** The cached run of this parser over these bytes; null means that the parser has to work. */
export const findExtraction = ({
  workspacePk,
  documentPk,
  parserName,
  parserVersion,
  sourceChecksum,
}: ExtractionKey) =>
  sql.type(ExtractionRow)`
    select ${columns}
    from document_extractions e
    where e.workspace_pk = ${workspacePk}
      and e.document_pk = ${documentPk}
      and e.parser_name = ${parserName}
      and e.parser_version = ${parserVersion}
      and coalesce(e.source_checksum, '') = coalesce(${sourceChecksum}, '')
      and e.deleted_at is null`;

/** The extraction with this id, or else the newest one of the document; null when it was never extracted. */
export const findLatestExtraction = ({
  workspacePk,
  documentPk,
  extractionId,
}: {
  workspacePk: number;
  documentPk: number;
  extractionId: string | null;
}) =>
  sql.type(ExtractionRow)`
    select ${columns}
    from document_extractions e
    where e.workspace_pk = ${workspacePk}
      and e.document_pk = ${documentPk}
      and e.deleted_at is null
    order by (e.document_extraction_id::text = ${extractionId}) desc nulls last, e.pk desc
    limit 1`;

export interface SaveExtraction extends ExtractionKey {
  text: string;
  pageCount: number;
  metadata: unknown;
}

/**
 * Keeps a parser run. The one of the same key, which a forced run or another delivery left, is replaced in place and
 * gets a new id: whoever reads by the old one reads the newest.
 */
export const saveExtraction = ({
  workspacePk,
  documentPk,
  parserName,
  parserVersion,
  sourceChecksum,
  text,
  pageCount,
  metadata,
}: SaveExtraction) =>
  sql.type(ExtractionRow)`
    insert into document_extractions as e (
      workspace_pk, document_pk, parser_name, parser_version, source_checksum, text, page_count, metadata
    )
    values (
      ${workspacePk}, ${documentPk}, ${parserName}, ${parserVersion}, ${sourceChecksum}, ${text}, ${pageCount},
      ${JSON.stringify(metadata)}::jsonb
    )
    on conflict (document_pk, parser_name, parser_version, coalesce(source_checksum, ''))
      where deleted_at is null
    do update
    set document_extraction_id = excluded.document_extraction_id,
        text = excluded.text,
        page_count = excluded.page_count,
        metadata = excluded.metadata
    returning ${columns}`;
