import type { ExtractionRow } from '../../shared/db/document-extractions.ts';
import { type DocumentRow, markDocument } from '../../shared/db/documents.ts';
import { listProvenance } from '../../shared/db/field-provenance.ts';
import type { Db } from '../../shared/db/sql.ts';
import { isInvoiceLike } from '../../shared/domain/document-types.ts';
import { setByField } from '../../shared/domain/field-writes.ts';
import { afterDocumentRead } from '../../shared/domain/follow-up-map.ts';
import { completed, type Outcome } from '../../shared/domain/outcomes.ts';
import type { DocumentText } from '../../shared/extraction/document-text.ts';
import { classifyDocument } from './classify-document.ts';
import { detectLanguage } from './detect-language.ts';
import { settleType } from './settle-type.ts';

export interface ReadText {
  document: DocumentRow;
  text: DocumentText;
  extraction: ExtractionRow;
  cached: boolean;
}

/** The end of a document that was read: it gets its type, and what looks like an invoice goes on to be read as one. */
export function categorize(workspacePk: number, { document, text, extraction, cached }: ReadText) {
  const { document_id } = document;
  const { document_extraction_id } = extraction;
  const found = classifyDocument(text);
  const { language } = detectLanguage(extraction.text ?? '');
  const entity = { entity_type: 'document', entity_id: document_id } as const;

  return async (db: Db): Promise<Outcome> => {
    const provenance = await db.any(
      listProvenance({ workspacePk, entityType: 'document', entityId: document_id }),
    );
    const setBy = setByField(provenance).get('document_type') ?? null;
    const { type, write } = settleType(document.document_type, setBy, found);
    await db.query(
      markDocument({
        workspacePk,
        documentId: document_id,
        status: 'categorized',
        stage: 'ocr_extract',
        ...(write ? { documentType: write.value } : {}),
      }),
    );
    const output = {
      document_extraction_id,
      cached,
      parser: { name: extraction.parser_name, version: extraction.parser_version },
      page_count: text.pageCount,
      truncated: text.truncated,
      chars: extraction.text?.length ?? 0,
      document_type: type,
      type_confidence: found.type_confidence,
      language,
    };
    return completed(output, {
      provenance: write
        ? [{ ...entity, field: 'document_type', source: 'rule', confidence: write.confidence }]
        : [],
      followUps: isInvoiceLike(type) ? afterDocumentRead(document_id, document_extraction_id) : [],
    });
  };
}
