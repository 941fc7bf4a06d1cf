import { z } from 'zod';
import { EnrichmentTask } from '../../shared/domain/enrichment-task-schema.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';

export const EnrichmentTaskRetrieveParams = z.strictObject({ id: z.guid() });

/** The task as it is now. */
export const EnrichmentTaskRetrieveAnswers = { 200: documentOf(EnrichmentTask) };
