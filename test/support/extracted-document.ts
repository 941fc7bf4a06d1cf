import type pg from 'pg';
import type { DocumentText } from '../../shared/extraction/document-text.ts';
import { packDocument, textOf } from '../../shared/extraction/pack-document.ts';
import { insertDocument, type TestDocument } from './factories.ts';

export interface ExtractedDocument extends TestDocument {
  document_extraction_id: string;
}

/** A document whose text is kept already, as `ocr_extract` leaves it. */
export async function insertExtractedDocument(
  client: pg.Client,
  workspacePk: number,
  content: DocumentText,
  columns: Parameters<typeof insertDocument>[2] = {},
): Promise<ExtractedDocument> {
  const document = await insertDocument(client, workspacePk, {
    processing_status: 'categorized',
    ...columns,
  });
  const { rows } = await client.query<{ document_extraction_id: string }>(
    `insert into document_extractions (
       workspace_pk, document_pk, parser_name, parser_version, source_checksum, text, page_count, metadata
     )
     values ($1, $2, 'wellspring', '1', $3, $4, $5, $6)
     returning document_extraction_id`,
    [
      workspacePk,
      document.pk,
      document.content_checksum,
      textOf(content),
      content.pageCount,
      JSON.stringify(packDocument(content)),
    ],
  );
  return { ...document, document_extraction_id: rows[0]?.document_extraction_id ?? '' };
}
