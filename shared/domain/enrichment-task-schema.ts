import { z } from 'zod';
import { EnrichmentType, SourceChannel, TaskStatus } from './enrichment-types.ts';
import { linkTo, Moment, maybeLinkTo, PublicId, system } from './schema-parts.ts';

/** An enrichment task as callers see it, with the words and the example of the EnrichmentTask object reference. */
export const EnrichmentTask = z
  .strictObject({
    type: z.literal('enrichment_task'),
    id: PublicId,
    attributes: z.strictObject({
      enrichment_task_id: system(PublicId, 'Public stable identifier, made at insert.'),
      entity_type: z
        .string()
        .max(100)
        .describe('Kind of entity this task targets; pairs with entity_id to form the reference.'),
      entity_id: z.string().max(255).describe('Public id of the target entity.'),
      status: system(
        TaskStatus,
        'Lifecycle state. Driven exclusively by the pipeline; users cannot write this field.',
      ),
      enrichment_type: z
        .union([EnrichmentType, z.string()])
        .describe('The worker that processes the task; rarely one that only a newer version knows.'),
      input: z.unknown().describe('Worker input payload. The shape is worker-specific.'),
      output: system(
        z.unknown(),
        'Worker output payload written on completion. The shape is worker-specific.',
      ),
      target_fields: z
        .array(z.string())
        .nullable()
        .describe('Names of the fields the worker should populate or re-evaluate.'),
      error: system(z.string().nullable(), 'What the worker says of a task that failed. Null on success.'),
      source_channel: SourceChannel.nullable(),
      input_hash: system(z.string().nullable(), 'Deduplication fingerprint of the input payload.'),
      description: z
        .string()
        .nullable()
        .describe('Human-readable markdown summary of the task, for display.'),
      batch_id: system(
        PublicId.nullable(),
        'Groups tasks triggered by a single user action. All tasks of a batch were enqueued together.',
      ),
      created_at: system(Moment, 'Row creation timestamp.'),
      updated_at: system(Moment.nullable(), 'Last modification timestamp.'),
      deleted_at: system(Moment.nullable(), 'Soft-delete timestamp.'),
      completed_at: system(
        Moment.nullable(),
        'When the task reached completed, failed or rejected. Distinct from updated_at.',
      ),
    }),
    relationships: z.strictObject({
      workspace: linkTo('workspace').describe('The workspace that owns this task.'),
      parent_task: maybeLinkTo('enrichment_task').describe(
        'The macro task this one is a part of, as in the monthly close.',
      ),
      subtasks: z
        .strictObject({
          links: z.strictObject({ related: z.string().describe('The list of all subtasks.') }),
          data: z.array(z.strictObject({ type: z.literal('enrichment_task'), id: PublicId })),
        })
        .optional()
        .describe('With `include=subtasks` only: those that come along, the oldest first.'),
    }),
  })
  .meta({
    id: 'EnrichmentTask',
    description:
      'The durable work-item record of the asynchronous enrichment pipeline: one unit of background work on one entity.',
    examples: [
      {
        type: 'enrichment_task',
        id: 'c3a1f9e2-4b7d-4e2a-8f1c-9a0b3d5e7f21',
        attributes: {
          enrichment_task_id: 'c3a1f9e2-4b7d-4e2a-8f1c-9a0b3d5e7f21',
          entity_type: 'company',
          entity_id: 'a1b2c3d4-0000-0000-0000-000000000001',
          status: 'completed',
          enrichment_type: 'ai_company',
          input: { company_id: 'a1b2c3d4-0000-0000-0000-000000000001' },
          output: { domain: 'nordlicht.example', registered_name: 'Nordlicht Example GmbH' },
          target_fields: ['domain', 'registered_name'],
          error: null,
          source_channel: 'company_create',
          input_hash: 'sha256:abc123',
          description: null,
          batch_id: 'f7e6d5c4-3b2a-4908-8654-321098fedcba',
          created_at: '2026-05-15T10:30:00.000Z',
          updated_at: '2026-05-15T10:31:05.000Z',
          deleted_at: null,
          completed_at: '2026-05-15T10:31:05.000Z',
        },
        relationships: {
          workspace: { data: { type: 'workspace', id: '7e91cd02-0a3b-4f55-8811-fedcba987654' } },
          parent_task: { data: null },
        },
      },
    ],
  });
export type EnrichmentTask = z.output<typeof EnrichmentTask>;

/** Attributes and relationships of a task, for sparse fields. */
export const enrichmentTaskFields = [
  ...Object.keys(EnrichmentTask.shape.attributes.shape),
  ...Object.keys(EnrichmentTask.shape.relationships.shape),
];
