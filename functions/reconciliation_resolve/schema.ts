import { z } from 'zod';
import { resolveActions } from '../../shared/db/enrichment-tasks.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { documentSchema, resourceSchema } from '../../shared/http/document.ts';

/** Tasks that one call may resolve. */
export const RESOLVE_TASKS_MAX = 100;

// The same task named twice is one task, and gets one answer.
const TaskIds = z
  .array(z.guid())
  .min(1)
  .max(RESOLVE_TASKS_MAX)
  .transform((ids) => [...new Set(ids.map((id) => id.toLowerCase()))]);

const ResolveAction = z
  .enum(resolveActions)
  .meta({ id: 'ResolveAction', description: 'What a person says to a proposal.' });

/** Which tasks, and what a person says to them. */
export const ReconciliationResolveBody = documentSchema(
  resourceSchema({
    type: 'reconciliation-resolve',
    attributes: z.strictObject({ task_ids: TaskIds, action: ResolveAction }),
  }).omit({ id: true }),
);
export type ReconciliationResolveBody = z.output<typeof ReconciliationResolveBody>;

// What was applied is the worker's to say, beside these.
const Resolved = z.looseObject({ task_id: z.guid(), action: ResolveAction, success: z.literal(true) });

/** What became of each task. */
export const ReconciliationResolveAnswers = {
  200: documentOf(
    z.strictObject({
      type: z.literal('reconciliation-resolve'),
      attributes: z.strictObject({
        resolved: z.array(Resolved),
        errors: z.array(z.strictObject({ task_id: z.guid(), code: z.string(), message: z.string() })),
      }),
    }),
    { id: 'ReconciliationResolution' },
  ),
};
