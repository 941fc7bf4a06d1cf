import { z } from 'zod';
import { enrichmentTypes, entityTypes, sourceChannels } from '../../shared/domain/enrichment-types.ts';
import { BATCH_TASKS_MAX } from '../../shared/domain/limits.ts';
import { resourceSchema } from '../../shared/http/document.ts';
import { oneLine } from '../../shared/http/one-line.ts';

/** What a caller may say about a task. Its status, hash and batch are the pipeline's. */
const NewTaskResource = resourceSchema({
  type: 'enrichment_task',
  attributes: z.strictObject({
    enrichment_type: z.enum(enrichmentTypes),
    entity_type: z.enum(entityTypes),
    /** Left out for the workspace itself and for a month, whose id is made from `input.record_id`. */
    entity_id: z.guid().optional(),
    input: z.record(z.string(), z.unknown()).optional(),
    target_fields: z.array(oneLine(255)).min(1).max(100).optional(),
    source_channel: z.enum(sourceChannels).default('manual'),
  }),
}).omit({ id: true });
export type NewTaskResource = z.output<typeof NewTaskResource>;

const NewTaskResources = z.array(NewTaskResource).min(1).max(BATCH_TASKS_MAX);

/** One task, or a list of them that becomes one batch. Which of the two is told by its shape, so that a fault is named where it is. */
export const EnrichmentTaskCreateBody = z.strictObject({
  data: z.unknown().transform((data, context): NewTaskResource | NewTaskResource[] => {
    const parsed = (Array.isArray(data) ? NewTaskResources : NewTaskResource).safeParse(data);
    if (parsed.success) return parsed.data;
    // Issues as they were found are issues to be found: only the library's own optional marks differ.
    context.issues.push(...(parsed.error.issues as z.core.$ZodRawIssue[]));
    return z.NEVER;
  }),
});
