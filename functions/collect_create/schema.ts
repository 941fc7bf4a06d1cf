import { z } from 'zod';
import { Collect } from '../../shared/domain/collect-schema.ts';
import { CollectStatus } from '../../shared/domain/collect-states.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { documentSchema, resourceSchema, toOneSchema } from '../../shared/http/document.ts';
import { oneLine } from '../../shared/http/one-line.ts';

/** A new run: where it collects from, a first status, and the task that triggered it. Everything else is ours. */
export const CollectCreateBody = documentSchema(
  resourceSchema({
    type: 'collect',
    attributes: z.strictObject({
      provider: oneLine(255).nullish(),
      status: CollectStatus.optional(),
    }),
    relationships: z.strictObject({ task: toOneSchema('task').optional() }),
  }).omit({ id: true }),
);
export type CollectCreateBody = z.output<typeof CollectCreateBody>;

/** The new run. */
export const CollectCreateAnswers = { 201: documentOf(Collect) };
