import { z } from 'zod';
import { relationshipTypes } from '../../shared/db/peoples.ts';

const HINT_CHARACTERS_MAX = 500;
/** How much of a block of text is read; a signature is shorter. */
const SIGNATURE_CHARACTERS_MAX = 4_000;

const hint = z.string().max(HINT_CHARACTERS_MAX).nullish();

/** What somebody already knows; evidence, not truth. */
export const PersonHints = z.strictObject({
  full_name: hint,
  /** `ada@firm.example` or `"Ada Lovelace" <ada@firm.example>`. */
  email: hint,
  phone: hint,
  job_title: hint,
  company_id: z.uuid().nullish(),
  linkedin_url: hint,
  /** The block of text they sign with; what is beyond the limit is not read. */
  signature: z
    .string()
    .transform((text) => text.slice(0, SIGNATURE_CHARACTERS_MAX))
    .nullish(),
});
export type PersonHints = z.output<typeof PersonHints>;

export const AiPeopleInput = z.strictObject({
  /** The target's own id; may be left out. */
  person_id: z.uuid().optional(),
  hints: PersonHints.nullish(),
  /** Lets what is read now replace what was read more surely before. Never a person's value. */
  force: z.boolean().optional(),
  /** False where no model may be asked. */
  allow_model: z.boolean().optional(),
  /** How far down a chain of follow-ups the task is. */
  depth: z.int().optional(),
});
export type AiPeopleInput = z.output<typeof AiPeopleInput>;

/** Nothing personal stands here but what waits for an answer. */
export const AiPeopleOutput = z.looseObject({
  /** Fields that were written: columns, and `emails`, `phones`, `web_links`. */
  applied: z.array(z.string()).optional(),
  skipped: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
  /** Companies that the person was put into. */
  links: z.array(z.object({ company_id: z.uuid(), relationship_type: z.enum(relationshipTypes) })).optional(),
  /** By field; 0–1. */
  confidence: z.record(z.string(), z.number()).optional(),
  /** What contradicts a person's word, and is written when they approve; emptied of values then. */
  conflicts: z
    .array(
      z.object({
        field: z.enum(['first_name', 'last_name', 'full_name', 'job_title']),
        current: z.string().optional(),
        proposed: z.string().optional(),
        confidence: z.number(),
      }),
    )
    .optional(),
});
