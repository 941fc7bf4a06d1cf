import { z } from 'zod';

const Hint = z.string().trim().max(500).nullish();

export const AiCompanyInput = z.object({
  /** The target's own id; may be left out. */
  company_id: z.uuid().optional(),
  /** What somebody already knows: evidence, not truth. `country` is ISO 3166-1 alpha-2. */
  hints: z
    .object({ name: Hint, domain: Hint, tax_id: Hint, country: z.string().length(2).nullish() })
    .optional(),
  /** Looks at every field, and lets what is found replace what was found more surely before. Never a person's value. */
  force: z.boolean().optional(),
  /** False where no model may be asked. */
  allow_model: z.boolean().optional(),
  depth: z.int().min(0).optional(),
});
export type AiCompanyInput = z.output<typeof AiCompanyInput>;

const Fields = z.record(z.string(), z.string());

const Conflict = z.object({
  field: z.string(),
  current: z.string().nullable(),
  proposed: z.string(),
  confidence: z.number(),
  /** What other sources say instead. */
  rivals: z.array(z.string()).optional(),
});

/** What was found stands flat beside these, by field. */
export const AiCompanyOutput = z.looseObject({
  company_id: z.uuid().optional(),
  /** By field, 0–1. */
  confidence: z.record(z.string(), z.number()).optional(),
  /** By field: who says so, and where. */
  sources: z.record(z.string(), z.array(z.object({ source: z.string(), evidence: z.string() }))).optional(),
  applied: z.array(z.string()).optional(),
  skipped: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
  /** Numbers that were read and left out because their checksum fails. */
  dropped: z.array(z.object({ field: z.string(), value: z.string(), evidence: z.string() })).optional(),
  /** What became of the site and the registers, where it was not the usual. */
  flags: z.array(z.string()).optional(),
  /** What a model was asked, and what it took. */
  model: z.looseObject({ model_id: z.string() }).nullish(),
  /** Why a person has to look. */
  review: z.array(z.string()).optional(),
  conflicts: z.array(Conflict).optional(),
  /** What an approval writes. */
  proposal: z.object({ entity_type: z.literal('company'), entity_id: z.uuid(), fields: Fields }).optional(),
});
