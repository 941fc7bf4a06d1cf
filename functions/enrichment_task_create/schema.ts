import { z } from 'zod';
import { EnrichmentTask } from '../../shared/domain/enrichment-task-schema.ts';
import { EnrichmentType, EntityType, SourceChannel } from '../../shared/domain/enrichment-types.ts';
import { BATCH_TASKS_MAX } from '../../shared/domain/limits.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { documentSchema, resourceSchema } from '../../shared/http/document.ts';
import { oneLine } from '../../shared/http/one-line.ts';
import { showAs } from '../../shared/http/openapi/show-as.ts';

/** What a caller may say about a task. Its status, hash and batch are the pipeline's. */
const NewTaskResource = resourceSchema({
  type: 'enrichment_task',
  attributes: z.strictObject({
    enrichment_type: EnrichmentType,
    entity_type: EntityType,
    entity_id: z
      .guid()
      .optional()
      .describe(
        'Left out for the workspace itself and for a month, whose id is made from `input.record_id`.',
      ),
    input: z.record(z.string(), z.unknown()).optional(),
    target_fields: z.array(oneLine(255)).min(1).max(100).optional(),
    source_channel: SourceChannel.default('manual'),
  }),
})
  .omit({ id: true })
  .meta({ id: 'NewEnrichmentTask', description: 'A task to enqueue.' });
export type NewTaskResource = z.output<typeof NewTaskResource>;

const NewTaskResources = z.array(NewTaskResource).min(1).max(BATCH_TASKS_MAX);

// Which of the two is told by its shape, so that a fault is named where it is.
const OneOrMany = z.unknown().transform((data, context): NewTaskResource | NewTaskResource[] => {
  const parsed = (Array.isArray(data) ? NewTaskResources : NewTaskResource).safeParse(data);
  if (parsed.success) return parsed.data;
  // Issues as they were found are issues to be found: only the library's own optional marks differ.
  context.issues.push(...(parsed.error.issues as z.core.$ZodRawIssue[]));
  return z.NEVER;
});

/** One task, or a list of them that becomes one batch. */
export const EnrichmentTaskCreateBody = documentSchema(
  showAs(OneOrMany, z.union([NewTaskResource, NewTaskResources])),
);

const OneTask = documentOf(EnrichmentTask, {
  id: 'EnrichmentTaskCreated',
  meta: z.strictObject({ reused: z.boolean().describe('Whether the task was there already.') }),
});
const Batch = documentOf(z.array(EnrichmentTask), {
  id: 'EnrichmentTaskBatch',
  meta: z.strictObject({
    batch_id: z.guid().nullable().describe('Null when every task was there already.'),
    count: z.int().positive(),
    reused: z.int().nonnegative().describe('How many of the tasks were there already.'),
  }),
});

/** What was asked for: 200 when all of it was there already. */
const Asked = z.union([OneTask, Batch]).meta({ id: 'EnrichmentTasksAsked' });
export const EnrichmentTaskCreateAnswers = { 200: Asked, 201: Asked };
