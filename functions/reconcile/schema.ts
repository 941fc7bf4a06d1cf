import { z } from 'zod';

/** What names the record is the task's entity; `depth` says how far down a chain the task is. */
export const ReconcileInput = z.strictObject({
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
