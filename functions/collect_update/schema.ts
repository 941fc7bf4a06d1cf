import { z } from 'zod';
import { Collect } from '../../shared/domain/collect-schema.ts';
import { CollectStatus } from '../../shared/domain/collect-states.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { documentSchema, resourceSchema } from '../../shared/http/document.ts';
import { oneLine } from '../../shared/http/one-line.ts';

// Rewritten in UTC: Postgres takes fewer offsets than ISO 8601 has.
const Time = z.iso
  .datetime({ offset: true, error: 'expected a time such as 2026-06-02T09:15:00.000Z' })
  .transform((value) => new Date(value).toISOString());

const ErrorText = z
  .string()
  .max(2_000)
  .transform((text) => text.replaceAll('\0', '').toWellFormed());

export const CollectUpdateParams = z.strictObject({ id: z.guid() });

/** What a client may change of a run, and for one that failed the reason, which goes to the sync log. */
export const CollectUpdateBody = documentSchema(
  resourceSchema({
    type: 'collect',
    attributes: z
      .strictObject({
        /** Clients may send back the id that they read; it is held against the path. */
        collect_id: z.guid().optional(),
        status: CollectStatus.optional(),
        provider: oneLine(255).nullable().optional(),
        started_at: Time.optional(),
        ended_at: Time.optional(),
        error: ErrorText.optional(),
      })
      .refine(({ status, error }) => error === undefined || status === 'error', {
        path: ['error'],
        error: 'goes with the status error',
      }),
  }),
);
export type CollectUpdateBody = z.output<typeof CollectUpdateBody>;

/** The run as it is now. */
export const CollectUpdateAnswers = { 200: documentOf(Collect) };
