import { z } from 'zod';
import { Document } from '../../shared/domain/document-schema.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { documentSchema, resourceSchema, toOneSchema } from '../../shared/http/document.ts';
import { oneLine } from '../../shared/http/one-line.ts';

/** A name to show and to save under: what could be a folder or hide its end becomes an underscore. */
const FileName = z
  .string()
  .transform((name) =>
    name
      .toWellFormed()
      .normalize('NFC')
      .replaceAll(/[\p{C}/\\]/gu, '_')
      .trim(),
  )
  .pipe(z.string().min(1).max(255));

/** UN/EDIFACT 1001, such as 380 or 381. */
const DocumentTypeCode = z.string().regex(/^\d{1,3}$/, 'expected a UN/EDIFACT 1001 code such as 380');

/** What a caller says about a file. Everything may be left out: then it belongs to the caller's default workspace. */
export const DocumentCreateBody = documentSchema(
  resourceSchema({
    type: 'document',
    attributes: z.strictObject({
      file_name: FileName.optional(),
      collect_id: z.guid().nullish(),
      workspace_id: z.guid().optional(),
      external_workspace_id: oneLine(255).optional(),
      metadata: z.strictObject({ document_type: DocumentTypeCode.nullish() }).optional(),
    }),
    relationships: z.strictObject({
      collect: toOneSchema('collect').optional(),
      workspace: toOneSchema('workspace').optional(),
      // Part of the documented form. No column holds them, and the answer says so.
      company: toOneSchema('company', 'companies').optional(),
      people: toOneSchema('people', 'peoples').optional(),
    }),
  }).omit({ id: true }),
);
export type DocumentCreateBody = z.output<typeof DocumentCreateBody>;

/** The document, and the task that reads it. */
export const DocumentCreateAnswers = {
  201: documentOf(Document, {
    id: 'DocumentUploaded',
    meta: z.strictObject({
      enrichment_task_id: z
        .guid()
        .nullable()
        .describe('The task that reads the document; null where the workspace wants none.'),
      ignored: z.array(z.string()).optional().describe('Parts of the form that are not kept.'),
    }),
  }),
};
