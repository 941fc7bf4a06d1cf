import { z } from 'zod';
import { noBody } from '../../shared/http/answer-schema.ts';

/** An OpenAPI document; what may stand in it is OpenAPI's to say. */
export const OpenapiAnswers = {
  200: z.looseObject({ openapi: z.string().regex(/^3\.1\./), paths: z.looseObject({}) }),
  304: noBody,
};
