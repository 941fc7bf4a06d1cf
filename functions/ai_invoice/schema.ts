import { z } from 'zod';

/** Version of what a reading holds; raise it when the same evidence is to be read anew. */
export const SCHEMA_VERSION = '1';

export const AiInvoiceInput = z.object({
  /** The target's own id, or the document of the invoice; may be left out. */
  document_id: z.uuid().optional(),
  document_extraction_id: z.uuid().optional(),
  invoice_id: z.uuid().optional(),
  schema_version: z.literal(SCHEMA_VERSION).optional(),
  /** Reads again, and lets what is read now replace what was read more surely before. Never a person's value. */
  force: z.boolean().optional(),
  /** False where no model may be asked, as for the rows of a backfill; what one answered before still counts. */
  allow_model: z.boolean().optional(),
});
export type AiInvoiceInput = z.output<typeof AiInvoiceInput>;

const Value = z.union([z.string(), z.number(), z.boolean()]);

export const AiInvoiceOutput = z.looseObject({
  invoice_id: z.uuid().optional(),
  created: z.boolean().optional(),
  structured_extraction_id: z.uuid().nullish(),
  cached: z.boolean().optional(),
  /** By path, such as `supplier.name`; 0–1. */
  field_confidence: z.record(z.string(), z.number()).optional(),
  flags: z.array(z.string()).optional(),
  parties: z
    .object({
      issuer_id: z.uuid().nullable(),
      receiver_id: z.uuid().nullable(),
      created: z.array(z.uuid()),
      /** People whom the counterparties name to be asked. */
      contacts: z.array(z.uuid()),
      /** From the workspace's own company: it pays, it is paid, or it is neither side. */
      polarity: z.enum(['payable', 'receivable', 'unknown']),
    })
    .optional(),
  applied: z.array(z.string()).optional(),
  skipped: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
  payment: z
    .object({ payment_status: z.string() })
    .or(z.object({ halt: z.string() }))
    .optional(),
  /** What the model was asked for this reading, and what it took. */
  model: z.looseObject({ model_id: z.string() }).nullish(),
  /** Why a person has to look. */
  review: z.array(z.string()).optional(),
  conflicts: z
    .array(
      z.object({ field: z.string(), current: Value.nullable(), proposed: Value, confidence: z.number() }),
    )
    .optional(),
  /** What an approval writes. */
  proposal: z
    .object({
      entity_type: z.literal('invoice'),
      entity_id: z.uuid(),
      fields: z.record(z.string(), Value),
    })
    .optional(),
});
