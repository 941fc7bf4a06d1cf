import { ERRORS_PATH } from '../domain/problem-codes.ts';
import type { HttpProblem } from '../errors.ts';
import type { LogContext } from '../log.ts';
import { type Accepted, JSON_API, JSON_UTF8, PROBLEM_JSON, readAccept } from './media-types.ts';

/**
 * Writes a problem as a body. Another wire format is another function of this type. `sent` is the parsed body of the
 * request, so far as it was read.
 */
export type ProblemRenderer = (
  problem: HttpProblem,
  context: LogContext,
  sent?: unknown,
) => { contentType: string; body: unknown };

/** The documented error body: what everybody gets who asks for nothing else. */
export const renderEnvelope: ProblemRenderer = (problem, context) => ({
  contentType: JSON_UTF8,
  body: {
    code: problem.code,
    status: problem.status,
    title: problem.title,
    message: problem.message,
    ...(problem.details ? { details: problem.details } : {}),
    meta: metaOf(context),
  },
});

/** A JSON:API document with one error. */
export const renderJsonApi: ProblemRenderer = (problem, context, sent) => {
  const source = sourceOf(problem, sent);
  return {
    contentType: JSON_API,
    body: {
      jsonapi: { version: '1.1' },
      errors: [
        {
          id: context.logId,
          links: { type: catalogued(problem) },
          status: String(problem.status),
          code: problem.code,
          title: problem.title,
          detail: problem.message,
          ...(source ? { source } : {}),
          meta: { ...metaOf(context), ...(problem.details ? { details: problem.details } : {}) },
        },
      ],
    },
  };
};

/** RFC 9457: problem details, with the code and the place as further members. */
export const renderProblemJson: ProblemRenderer = (problem, context) => ({
  contentType: PROBLEM_JSON,
  body: {
    type: catalogued(problem),
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    instance: instanceOf(context.logId),
    code: problem.code,
    ...(problem.details ? { details: problem.details } : {}),
    ...metaOf(context),
  },
});

const renderers: Record<Accepted['error'], ProblemRenderer> = {
  json: renderEnvelope,
  jsonapi: renderJsonApi,
  problem: renderProblemJson,
};

/** The renderer that an `Accept` header asks for. */
export const rendererFor = (accept: string | undefined): ProblemRenderer =>
  renderers[readAccept(accept).error];

const metaOf = ({ traceId, logId }: LogContext) => ({ trace_id: traceId, log_id: logId });

/** Relative on purpose: every function serves the catalogue at its own origin. */
const catalogued = ({ code }: HttpProblem): string => `${ERRORS_PATH}#${code}`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const instanceOf = (logId: string): string =>
  UUID.test(logId) ? `urn:uuid:${logId}` : `urn:x-request-id:${logId}`;

/** Where JSON:API says the fault lies; nothing for ids of the path and parts of a form, which it has no word for. */
const sourceOf = ({ pointer, details }: HttpProblem, sent: unknown): Record<string, string> | undefined => {
  if (pointer !== undefined) return { pointer: nearest(sent, pointer) };
  if (!details) return undefined;
  const [part = '', ...rest] = details.path.split('.');
  const name = rest.join('.');
  if (part === 'query') return name === '' ? undefined : { parameter: name };
  if (part === 'headers') return { header: name };
  if (part === 'data') return { pointer: nearest(sent, `/${[part, ...rest].join('/')}`) };
  return undefined;
};

/** What is missing is looked for around it: JSON:API wants pointers to lead somewhere. A form is no document of its own. */
const nearest = (sent: unknown, pointer: string): string => {
  if (sent === undefined) return pointer;
  const there: string[] = [];
  let at = sent;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) break;
    there.push(`/${part}`);
    at = Reflect.get(at, name);
  }
  return there.join('');
};
