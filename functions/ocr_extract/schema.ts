import { z } from 'zod';

export const OcrExtractInput = z.object({
  /** The target's own id; may be left out. */
  document_id: z.uuid().optional(),
  /** Asks for this parser; there is one. */
  parser: z.object({ name: z.string(), version: z.string().optional() }).optional(),
  /** Parses again, and does not mind that the workspace has the same content already. */
  force: z.boolean().optional(),
  /** Handed on to the reading of the invoice: false where no model may be asked. */
  allow_model: z.boolean().optional(),
});
export type OcrExtractInput = z.output<typeof OcrExtractInput>;

export const OcrExtractOutput = z.looseObject({
  document_extraction_id: z.uuid().optional(),
  cached: z.boolean().optional(),
  parser: z.object({ name: z.string(), version: z.string() }).optional(),
  page_count: z.int().optional(),
  truncated: z.boolean().optional(),
  chars: z.int().optional(),
  document_type: z.string().nullish(),
  type_confidence: z.number().optional(),
  language: z.string().nullish(),
  /** The first document with the same content, where this one was skipped for it. */
  duplicate_of: z.uuid().optional(),
});
export type OcrExtractOutput = z.output<typeof OcrExtractOutput>;
