import { z } from 'zod';
import { EnrichmentTask } from '../../shared/domain/enrichment-task-schema.ts';
import { EnrichmentType, EntityType, SourceChannel } from '../../shared/domain/enrichment-types.ts';
import { BATCH_TASKS_MAX } from '../../shared/domain/limits.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { documentSchema, resourceSchema, toOneSchema } from '../../shared/http/document.ts';
import { oneLine } from '../../shared/http/one-line.ts';
import { showAs } from '../../shared/http/openapi/show-as.ts';
import { storable } from '../../shared/http/storable.ts';

/** The database keeps an index of this key of an input, whose entries have a limit. */
const RecordId = z.string().max(255);

const TaskInput = z
  .record(z.string(), z.unknown())
  .refine(storable.is, { error: storable.message })
  .refine(({ record_id }) => record_id === undefined || RecordId.safeParse(record_id).success, {
    path: ['record_id'],
    error: 'expected text of up to 255 characters',
  });

/** What a caller may say about a task. Its status, hash and batch are the pipeline's. */
const NewTaskResource = resourceSchema({
  type: 'enrichment_task',
  attributes: z.strictObject({
    enrichment_type: EnrichmentType,
    entity_type: EntityType,
    entity_id: z
      .guid()
      .transform((id) => id.toLowerCase())
      .optional()
      .describe(
        'Left out for the workspace itself and for a month, whose id is made from `input.record_id`.',
      ),
    input: TaskInput.optional(),
    target_fields: z.array(oneLine(255)).min(1).max(100).optional(),
    source_channel: SourceChannel.default('manual'),
    force: z
      .boolean()
      .optional()
      .describe('Makes a new task where a recent one did the same work; the same as `input.force`.'),
  }),
  relationships: z.strictObject({ parent_task: toOneSchema('enrichment_task').optional() }),
})
  .omit({ id: true })
  .meta({ id: 'NewEnrichmentTask', description: 'A task to enqueue.' });
export type NewTaskResource = z.output<typeof NewTaskResource>;

const NewTaskResources = z.array(NewTaskResource).min(1).max(BATCH_TASKS_MAX);

const copied = z
  .never({ error: 'left out of a retry, which repeats what the failed task was asked' })
  .optional();

/** A failed task to repeat: all else is said by that task. */
const RetryResource = resourceSchema({
  type: 'enrichment_task',
  attributes: z.strictObject({
    enrichment_type: copied,
    entity_type: copied,
    entity_id: copied,
    input: copied,
    target_fields: copied,
    source_channel: copied,
    force: copied,
  }),
  relationships: z.strictObject({
    retry_of: z.strictObject({
      data: z.strictObject({ type: z.enum(['enrichment_task', 'enrichment_tasks']), id: z.guid() }),
    }),
    parent_task: copied,
  }),
})
  .omit({ id: true })
  .meta({
    id: 'EnrichmentTaskRetry',
    description: 'A failed task to repeat: all else is said by that task.',
  });
export type RetryResource = z.output<typeof RetryResource>;

/** Tells a retry from a new task. */
export const isRetry = (data: NewTaskResource | NewTaskResource[] | RetryResource): data is RetryResource =>
  !Array.isArray(data) && 'retry_of' in data.relationships;

const Retrying = z.looseObject({ relationships: z.looseObject({ retry_of: z.unknown() }) });

// Which of them is told by its shape, so that a fault is named where it is.
const Wanted = z.unknown().transform((data, context): NewTaskResource | NewTaskResource[] | RetryResource => {
  const schema = Array.isArray(data)
    ? NewTaskResources
    : Retrying.safeParse(data).data?.relationships.retry_of !== undefined
      ? RetryResource
      : NewTaskResource;
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  // Issues as they were found are issues to be found: only the library's own optional marks differ.
  context.issues.push(...(parsed.error.issues as z.core.$ZodRawIssue[]));
  return z.NEVER;
});

/** One task, a failed task to repeat, or a list of tasks that becomes one batch. */
export const EnrichmentTaskCreateBody = documentSchema(
  showAs(Wanted, z.union([NewTaskResource, RetryResource, NewTaskResources])),
);

const OneTask = documentOf(EnrichmentTask, {
  id: 'EnrichmentTaskCreated',
  meta: z.strictObject({
    reused: z.boolean().describe('Whether the task was there already.'),
    retry_of: z.guid().optional().describe('The failed task that was to be repeated.'),
  }),
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
