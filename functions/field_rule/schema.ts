import { z } from 'zod';
import { recordRoots } from '../../shared/domain/records-roots.ts';

/** The record is the task's entity too. */
export const FieldRuleInput = z.strictObject({
  field_rule_id: z.guid(),
  root: z.enum(recordRoots),
  field_key: z.string().min(1).max(255),
  record_id: z.guid(),
  /** Of the rule when the task was asked for: a changed rule makes another task. */
  rule_updated_at: z.string().nullish(),
  /** Stands for the record's values at that time, likewise. */
  as_of: z.string().max(100).optional(),
  /** How far down a chain of follow-ups the task is. */
  depth: z.int().optional(),
  /** Asks again where the same was asked lately. */
  force: z.boolean().optional(),
  /** False where no model may be asked, as for the rows of a backfill. */
  allow_model: z.boolean().optional(),
});
export type FieldRuleInput = z.output<typeof FieldRuleInput>;

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const FieldRuleOutput = z.looseObject({
  value: Value.optional(),
  /** Of an amount. */
  currency: z.string().optional(),
  /** As people read it; left out where the rule asks for no format. */
  formatted: z.string().optional(),
  source: z.enum(['formula', 'ai', 'base']).optional(),
  /** Of a model's answer, 0–1. */
  confidence: z.number().min(0).max(1).optional(),
  field_rule_id: z.string().optional(),
  changed: z.boolean().optional(),
});
export type FieldRuleOutput = z.output<typeof FieldRuleOutput>;
