import { z } from 'zod';
import { BATCH_TASKS_MAX } from '../shared/domain/limits.ts';
import { recordRoots } from '../shared/domain/records-roots.ts';
import { besideAttributes, besideData } from '../shared/http/document.ts';

// The same record named twice is one record, and one task.
const RecordIds = z
  .array(z.guid())
  .min(1)
  .max(BATCH_TASKS_MAX)
  .transform((ids) => [...new Set(ids.map((id) => id.toLowerCase()))]);

const isPlain = (body: unknown) => typeof body === 'object' && body !== null && !('data' in body);

/**
 * Which records to compute. Callers send the attributes in a JSON:API document, or bare: both are read as a document.
 * The root may be left out where the path names it.
 */
export const computeBody = <R extends z.ZodType>(root: R) =>
  z.preprocess(
    (body) => (isPlain(body) ? { data: { attributes: body } } : body),
    z.strictObject({
      data: z.strictObject({
        ...besideAttributes,
        type: z.string().max(64).optional(),
        attributes: z.strictObject({
          root,
          record_ids: RecordIds,
          /** Computes again what was computed lately, and replaces cells that a person entered. */
          force: z.boolean().optional(),
        }),
      }),
      ...besideData,
    }),
  );

/** A records root in a request. */
export const RootName = z
  .enum(recordRoots)
  .meta({ id: 'RecordRoot', description: 'A collection of records, in the plural.' });

/** Schema of the answer to a press of "compute": `own` says what was computed. */
export const computingStarted = <S extends z.core.$ZodLooseShape>(own: S) =>
  z.strictObject({
    status: z.literal('accepted'),
    ...own,
    record_count: z.int().positive(),
    batch_id: z.guid().nullable().describe('Null when all of it is being computed already.'),
  });
