import { z } from 'zod';
import { EnrichmentTask } from '../../shared/domain/enrichment-task-schema.ts';
import { TASK_DESCRIPTION_MAX } from '../../shared/domain/limits.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { documentSchema, resourceSchema } from '../../shared/http/document.ts';
import { storable } from '../../shared/http/storable.ts';

export const EnrichmentTaskUpdateParams = z.strictObject({ id: z.guid() });

const readOnly = (why: string) => z.never({ error: `read-only: ${why}` }).optional();
const pipelines = readOnly('the pipeline writes it');
const asked = readOnly('it is said once, when a task is asked for');

// A person's words are kept as they are or refused, never mended.
const Markdown = z.string().max(TASK_DESCRIPTION_MAX).refine(storable.is, { error: storable.message });

/** Of a task, people may change its description and nothing else; each other attribute is refused by its name. */
export const EnrichmentTaskUpdateBody = documentSchema(
  resourceSchema({
    type: 'enrichment_task',
    attributes: z.strictObject({
      description: Markdown.nullable().optional(),
      // Whoever sends back what they read repeats the id of the path.
      enrichment_task_id: z.guid().optional(),
      entity_type: asked,
      entity_id: asked,
      status: pipelines,
      enrichment_type: asked,
      input: asked,
      output: pipelines,
      target_fields: asked,
      error: pipelines,
      source_channel: asked,
      input_hash: pipelines,
      batch_id: pipelines,
      created_at: pipelines,
      updated_at: pipelines,
      deleted_at: pipelines,
      completed_at: pipelines,
    }),
  }),
);

/** The task as it is afterwards. */
export const EnrichmentTaskUpdateAnswers = { 200: documentOf(EnrichmentTask) };
