import { z } from 'zod';

/** The record is the task's entity; its id may be repeated here, as follow-ups do. */
export const ReconcileInput = z.strictObject({
  invoice_id: z.uuid().optional(),
  transaction_id: z.uuid().optional(),
  company_id: z.uuid().optional(),
  person_id: z.uuid().optional(),
  account_id: z.uuid().optional(),
  /** The record whose merge into this one asks for another look. */
  merged_id: z.uuid().optional(),
  /** How far down a chain of follow-ups the task is. */
  depth: z.int().optional(),
  force: z.boolean().optional(),
});
export type ReconcileInput = z.output<typeof ReconcileInput>;

const Confidence = z.number().min(0).max(1);

/** Output of payment matching, beside status and halt. */
export const PaymentOutput = z.looseObject({
  mode: z.literal('payment'),
  links: z.array(
    z.strictObject({
      invoice_transaction_id: z.uuid(),
      counterpart_id: z.uuid(),
      amount: z.string(),
      confidence: Confidence,
      edge_status: z.enum(['confirmed', 'provisional']),
    }),
  ),
});

/** Output of identity matching; with `merge_result` once two records were merged. */
export const IdentityOutput = z.looseObject({
  mode: z.literal('identity'),
  proposals: z.array(
    z.strictObject({
      /** The record that stays. */
      primary_id: z.guid(),
      /** The record that goes. */
      secondary_id: z.guid(),
      confidence: Confidence,
      /** Weight of each kind of key that the two share. */
      contributions: z.record(z.string(), Confidence),
    }),
  ),
  merge_result: z
    .strictObject({ primary_id: z.guid(), secondary_id: z.guid(), fks_migrated: z.int().min(0) })
    .optional(),
});

export const ReconcileOutput = z.discriminatedUnion('mode', [PaymentOutput, IdentityOutput]);
export type ReconcileOutput = z.output<typeof ReconcileOutput>;
