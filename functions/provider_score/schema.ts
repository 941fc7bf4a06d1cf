import { z } from 'zod';
import { retrievalModes } from '../../shared/domain/match-provider.ts';

/** Days before `as_of` whose expenses count, unless told. */
const WINDOW_DAYS = 180;
/** Two years and a leap day. */
const WINDOW_DAYS_MAX = 731;

export const ProviderScoreInput = z.strictObject({
  /** The target's own id; may be left out. */
  company_id: z.uuid().optional(),
  window_days: z.int().min(1).max(WINDOW_DAYS_MAX).default(WINDOW_DAYS),
  /** The last day that counts; the day of the task unless told. */
  as_of: z.iso.date().optional(),
  depth: z.int().optional(),
  force: z.boolean().optional(),
});
export type ProviderScoreInput = z.output<typeof ProviderScoreInput>;

const Part = z.number().min(0).max(1);

/** What a score is made of; the first four are its parts, the rest says why. */
export const Features = z.strictObject({
  match: Part,
  volume: Part,
  regularity: Part,
  readiness: Part,
  /** Settled expenses of the window without a confirmed invoice or a document. */
  transactions: z.int(),
  base_currency: z.string(),
  /** Decimal string, of what could be converted. */
  base_total: z.string(),
  /** Expenses in a currency without a rate for their day. */
  unconverted: z.int(),
  last_day: z.iso.date().nullable(),
  days_since_last: z.int().nullable(),
  has_blueprint: z.boolean(),
  skill_status: z.string().nullable(),
  skill_confidence: z.number().nullable(),
  /** Whether the provider serves the company's country; null when either is not known. */
  country_fit: z.boolean().nullable(),
  is_selected: z.boolean(),
  is_matched: z.boolean(),
  is_connected: z.boolean(),
});
export type Features = z.output<typeof Features>;

export const ProviderScoreOutput = z.looseObject({
  provider_id: z.uuid().optional(),
  /** 0–100. */
  score: z.number().optional(),
  confidence: Part.optional(),
  mode: z.enum(retrievalModes).optional(),
  /** The to-do item that says so, also one that this run ended; null when there is nothing to do. */
  task_id: z.uuid().nullish(),
  created: z.boolean().optional(),
  features: Features.optional(),
});
