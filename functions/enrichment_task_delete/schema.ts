import { z } from 'zod';
import { noBody } from '../../shared/http/answer-schema.ts';

export const EnrichmentTaskDeleteParams = z.strictObject({ id: z.guid() });

export const EnrichmentTaskDeleteAnswers = { 204: noBody };
