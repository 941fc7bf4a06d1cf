import { z } from 'zod';
import { noBody } from '../../shared/http/answer-schema.ts';

export const ApiKeyDeleteParams = z.strictObject({ id: z.guid() });

/** The key proves nothing from now on. */
export const ApiKeyDeleteAnswers = { 204: noBody };
