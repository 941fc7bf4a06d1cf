import { findExtraction, saveExtraction } from '../../shared/db/document-extractions.ts';
import { findEarlierCopy, markDocument, startExtraction } from '../../shared/db/documents.ts';
import type { Db } from '../../shared/db/sql.ts';
import { findProcessingSettings } from '../../shared/db/workspaces.ts';
import { failed, halted } from '../../shared/domain/outcomes.ts';
import { packDocument, textOf, unpackDocument } from '../../shared/extraction/pack-document.ts';
import type { readDocument } from '../../shared/extraction/read-document.ts';
import { defineEnrichment, type Ending } from '../../shared/tasks/define-enrichment.ts';
import { categorize } from './categorize.ts';
import { languagesOf } from './languages-of.ts';
import { fingerprint, openFile } from './open-file.ts';
import { OcrExtractInput, OcrExtractOutput } from './schema.ts';

/** The parser of this installation. A new version misses the cache: raise it when the same bytes read differently. */
const parser = { parserName: 'wellspring', parserVersion: '1' };
/** Channels that extract only where the workspace wants it; a person who asks is not asked back. */
const automaticChannels = new Set(['document_upload', 'email_import', 'mcp_hub']);

export const ocrExtract = defineEnrichment<OcrExtractInput, { documents: { read: typeof readDocument } }>({
  type: 'ocr_extract',
  input: OcrExtractInput,
  output: OcrExtractOutput,

  async run({ input, task, workspacePk, signal }, { read, write, storage, documents }) {
    const documentId = task.entity_id;
    if (input.document_id && input.document_id !== documentId)
      return failed('INPUT_INVALID', 'document_id is not the document of this task');
    if (input.parser && input.parser.name !== parser.parserName)
      return failed('INPUT_INVALID', `the parser here is ${parser.parserName}`);

    const settings = await read((db) => db.maybeOne(findProcessingSettings({ workspacePk })));
    if (!settings) return failed('NOT_FOUND', 'the workspace is gone');
    if (!settings.auto_extract_enabled && automaticChannels.has(task.source_channel ?? ''))
      return halted('auto_extract_disabled', 'the workspace extracts on request only');

    const document = await write((db) => db.maybeOne(startExtraction({ workspacePk, documentId })));
    if (!document) return failed('NOT_FOUND', 'there is no such document in this workspace');
    if (document.size === 0) return failed('UNREADABLE', 'the file is empty');

    const skipped =
      (code: string, detail: string, output: OcrExtractOutput = {}): Ending =>
      async (db) => {
        const stage = `ocr_extract:${code}`;
        await db.query(markDocument({ workspacePk, documentId, status: 'skipped', stage }));
        return halted(code, detail, output);
      };

    const source = await fingerprint(document, workspacePk, { storage, write });
    if ('failure' in source) return source.failure;
    const copy = { workspacePk, pk: document.pk, contentChecksum: source.checksum };
    const earlier = input.force ? null : await read((db) => db.maybeOne(findEarlierCopy(copy)));
    if (earlier)
      return skipped('duplicate_document', 'the workspace has this content already', {
        duplicate_of: earlier.document_id,
      });

    const key = { ...parser, workspacePk, documentPk: document.pk, sourceChecksum: source.checksum };
    const known = input.force ? null : await read((db) => db.maybeOne(findExtraction(key)));
    if (known) {
      const text = unpackDocument(known.metadata);
      return categorize(workspacePk, { document, text, extraction: known, cached: true });
    }

    const file = await openFile(document, { storage });
    if ('failure' in file) return file.failure;
    const parsed = await documents.read(file.bytes, { signal, languages: languagesOf(settings.country) });
    if (!parsed.ok && parsed.code === 'UNSUPPORTED_TYPE') return skipped('unsupported_type', parsed.message);
    if (!parsed.ok) return failed(parsed.code, parsed.message);

    const { document: text } = parsed;
    const made = { text: textOf(text), pageCount: text.pageCount, metadata: packDocument(text) };
    // Kept before the end: recognition takes minutes, and a run that dies now need not repeat it.
    const extraction = await write((db) => db.one(saveExtraction({ ...key, ...made })));
    return categorize(workspacePk, { document, text, extraction, cached: false });
  },

  async onFailed(db: Db, { task: { workspace_pk: workspacePk, entity_id: documentId }, error }) {
    await db.query(markDocument({ workspacePk, documentId, status: 'failed', stage: 'ocr_extract', error }));
  },
});
