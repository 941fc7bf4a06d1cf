import { z } from 'zod';

/** Nothing has to be given: the record is the task's entity. */
export const LogoInput = z.strictObject({
  /** The target's own id; may be left out. */
  company_id: z.uuid().optional(),
  /** Where to look, as a domain or an address, instead of what is known of the record. */
  domain: z.string().min(1).max(500).optional(),
  /** Looks although there is a logo, and replaces the one that enrichment found. */
  force: z.boolean().optional(),
  /** How far down a chain of follow-ups the task is. */
  depth: z.int().optional(),
});
export type LogoInput = z.output<typeof LogoInput>;

export const LogoOutput = z.looseObject({
  media_id: z.uuid().optional(),
  path: z.string().optional(),
  /** Address of the picture. */
  source: z.url().optional(),
  content_type: z.enum(['image/png', 'image/jpeg', 'image/webp']).optional(),
  bytes: z.int().optional(),
  /** Addresses that turned out to be no logo, and why. */
  dropped: z.array(z.strictObject({ url: z.string(), reason: z.string() })).optional(),
});
