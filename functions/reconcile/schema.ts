import { z } from 'zod';

/** The record is the task's entity; its id may be repeated here, as follow-ups do. */
export const ReconcileInput = z.strictObject({
  invoice_id: z.uuid().optional(),
  transaction_id: z.uuid().optional(),
  /** How far down a chain of follow-ups the task is. */
  depth: z.int().optional(),
  force: z.boolean().optional(),
});
export type ReconcileInput = z.output<typeof ReconcileInput>;

/** Output of payment matching, beside status and halt. */
export const ReconcileOutput = z.looseObject({
  mode: z.literal('payment'),
  links: z.array(
    z.strictObject({
      invoice_transaction_id: z.uuid(),
      counterpart_id: z.uuid(),
      amount: z.string(),
      confidence: z.number().min(0).max(1),
      edge_status: z.enum(['confirmed', 'provisional']),
    }),
  ),
});
