import { z } from 'zod';
import { noBody } from '../../shared/http/answer-schema.ts';

export const CollectDeleteParams = z.strictObject({ id: z.guid() });

/** Nothing is left to say. */
export const CollectDeleteAnswers = { 204: noBody };
