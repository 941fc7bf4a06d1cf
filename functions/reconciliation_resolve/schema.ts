import { z } from 'zod';
import { resolveActions } from '../../shared/db/enrichment-tasks.ts';
import { documentSchema, resourceSchema } from '../../shared/http/document.ts';

/** Tasks that one call may resolve. */
export const RESOLVE_TASKS_MAX = 100;

// The same task named twice is one task, and gets one answer.
const TaskIds = z
  .array(z.guid())
  .min(1)
  .max(RESOLVE_TASKS_MAX)
  .transform((ids) => [...new Set(ids.map((id) => id.toLowerCase()))]);

/** Which tasks, and what a person says to them. */
export const ReconciliationResolveBody = documentSchema(
  resourceSchema({
    type: 'reconciliation-resolve',
    attributes: z.strictObject({ task_ids: TaskIds, action: z.enum(resolveActions) }),
  }).omit({ id: true }),
);
export type ReconciliationResolveBody = z.output<typeof ReconciliationResolveBody>;
