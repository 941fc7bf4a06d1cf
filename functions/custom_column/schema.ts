import { z } from 'zod';
import { recordRoots } from '../../shared/domain/records-roots.ts';
import { cellTypes } from '../../shared/formula/cell-value.ts';

/** The record is the task's entity too. */
export const CustomColumnInput = z.strictObject({
  custom_column_id: z.guid(),
  root: z.enum(recordRoots),
  record_id: z.guid(),
  /** Of the column when the task was asked for: a changed column makes another task. */
  column_updated_at: z.string().nullish(),
  /** Stands for the record's values at that time, likewise. */
  as_of: z.string().max(100).optional(),
  /** How far down a chain of follow-ups the task is. */
  depth: z.int().optional(),
  /** Replaces a cell that a person entered. */
  force: z.boolean().optional(),
  /** False where no model may be asked, as for the rows of a backfill. */
  allow_model: z.boolean().optional(),
});
export type CustomColumnInput = z.output<typeof CustomColumnInput>;

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const CustomColumnOutput = z.looseObject({
  value: Value.optional(),
  /** Of an amount. */
  currency: z.string().optional(),
  type: z.enum(cellTypes).optional(),
  engine: z.enum(['formula', 'model']).optional(),
  /** Of a model's answer, 0–1. */
  confidence: z.number().min(0).max(1).optional(),
  /** What stood in the cell before; left out where there was none. */
  previous: Value.optional(),
  /** False when the cell held this value already. */
  changed: z.boolean().optional(),
});
export type CustomColumnOutput = z.output<typeof CustomColumnOutput>;
