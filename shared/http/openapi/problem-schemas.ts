import { z } from 'zod';
import { type ProblemCode, problemCodes } from '../../domain/problem-codes.ts';
import { JsonApi } from '../answer-schema.ts';

const ErrorCode = z
  .enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]])
  .meta({ id: 'ErrorCode', description: 'Stable: branch on it and on the status, never on texts.' });

const Details = z
  .strictObject({
    path: z.string().describe('Dotted place in the request, such as `data.attributes.status`.'),
    issue: z.string().describe('`required`, `unknown field`, or what is expected there.'),
  })
  .meta({ id: 'ErrorDetails', description: 'Where in the request something is wrong.' });

const trace = {
  trace_id: z.string().describe('The trace that the request belongs to.'),
  log_id: z.string().describe('Of this request alone; quote it.'),
};

const example = {
  code: 'SCHEMA_VALIDATION_ERROR',
  status: 400,
  title: 'Validation Error',
  message: 'data.attributes.status: expected one of "todo"|"in_progress"|"finalized"|"error"',
  details: {
    path: 'data.attributes.status',
    issue: 'expected one of "todo"|"in_progress"|"finalized"|"error"',
  },
  meta: { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', log_id: '7d0f2a52-1f4e-4c09-8d62-6f9f6f1f0c11' },
};

/** An error as everybody gets it who asks for nothing else. */
export const Problem = z
  .strictObject({
    code: ErrorCode,
    status: z.int(),
    title: z.string(),
    message: z.string(),
    details: Details.optional(),
    meta: z.strictObject(trace),
  })
  .meta({ id: 'Problem', description: 'What went wrong, in plain JSON.', examples: [example] });

/** An error for who accepts `application/vnd.api+json`. */
export const JsonApiErrors = z
  .strictObject({
    jsonapi: JsonApi,
    errors: z.array(
      z.strictObject({
        id: z.string(),
        links: z.strictObject({ type: z.string() }),
        status: z.string(),
        code: ErrorCode,
        title: z.string(),
        detail: z.string(),
        source: z
          .strictObject({
            pointer: z.string().optional(),
            parameter: z.string().optional(),
            header: z.string().optional(),
          })
          .optional(),
        meta: z.strictObject({ ...trace, details: Details.optional() }),
      }),
    ),
  })
  .meta({ id: 'JsonApiErrors', description: 'What went wrong, as a JSON:API document.' });

/** An error for who accepts `application/problem+json`. */
export const ProblemDetails = z
  .strictObject({
    type: z.string().describe('Leads to what the code means.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: ErrorCode,
    details: Details.optional(),
    ...trace,
  })
  .meta({ id: 'ProblemDetails', description: 'What went wrong, as RFC 9457 writes it.' });
