import { z } from 'zod';
import { CreatedApiKey } from '../../shared/domain/api-key-schema.ts';
import { documentOf } from '../../shared/http/answer-schema.ts';
import { documentSchema, resourceSchema } from '../../shared/http/document.ts';
import { oneLine } from '../../shared/http/one-line.ts';
import { moment } from '../../shared/http/query-values.ts';

/** A name to know the key by, and when it ends; without an end it works until it is deleted. */
export const ApiKeyCreateBody = documentSchema(
  resourceSchema({
    type: 'api_key',
    attributes: z.strictObject({ name: oneLine(255), expires_at: moment.nullish() }),
  }).omit({ id: true }),
);
export type ApiKeyCreateBody = z.output<typeof ApiKeyCreateBody>;

/** The new key, with its secret. */
export const ApiKeyCreateAnswers = { 201: documentOf(CreatedApiKey) };
