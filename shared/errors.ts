import type { z } from 'zod';

/** Where in the request something is wrong, and what to change. */
export interface ProblemDetails {
  /** Dotted place in the request, such as `data.attributes.status` or `query.limit`. */
  path: string;
  /** `required`, `unknown field`, or a sentence that says what is expected. */
  issue: string;
}

interface ProblemOptions {
  details?: ProblemDetails;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** The only error a caller may see: everything in it but `cause` and `stack` is sent to the caller. */
export class HttpProblem extends Error {
  readonly status: number;
  /** Stable, UPPER_SNAKE: clients branch on it. */
  readonly code: string;
  readonly title: string;
  readonly details: ProblemDetails | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, title: string, message: string, options: ProblemOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.title = title;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }
}

/** 400: the request makes no sense in a way that no schema describes. */
export const badRequest = (message: string, options?: ProblemOptions) =>
  new HttpProblem(400, 'BAD_REQUEST', 'Bad Request', message, options);

/** 400: the body is not JSON. */
export const invalidJson = (message: string, options?: ProblemOptions) =>
  new HttpProblem(400, 'INVALID_JSON', 'Invalid JSON', message, options);

/** 400: one named place of the request does not fit its schema. */
export const schemaProblem = (details: ProblemDetails, cause?: unknown) =>
  new HttpProblem(400, 'SCHEMA_VALIDATION_ERROR', 'Validation Error', `${details.path}: ${details.issue}`, {
    details,
    cause,
  });

/** 401: no token, or one that proves nothing. The message never says which check failed in detail. */
export const unauthorized = (message: string, cause?: unknown) =>
  new HttpProblem(401, 'UNAUTHORIZED', 'Unauthorized', message, {
    headers: { 'www-authenticate': 'Bearer' },
    cause,
  });

/** 403: we know who is asking, and they may not. */
export const forbidden = (message: string, cause?: unknown) =>
  new HttpProblem(403, 'FORBIDDEN', 'Forbidden', message, { cause });

/** 404: `notFound('collect')` has the code COLLECT_NOT_FOUND; the same for rows of another workspace, on purpose. */
export const notFound = (resource?: string) =>
  resource
    ? new HttpProblem(
        404,
        `${upperSnake(resource)}_NOT_FOUND`,
        'Not Found',
        `There is no such ${words(resource)}.`,
      )
    : new HttpProblem(404, 'NOT_FOUND', 'Not Found', 'Nothing answers at this address.');

/** 405, with the methods that would work. */
export const methodNotAllowed = (allowed: readonly string[]) =>
  new HttpProblem(
    405,
    'METHOD_NOT_ALLOWED',
    'Method Not Allowed',
    `This address takes ${allowed.join(', ')}.`,
    {
      headers: { allow: allowed.join(', ') },
    },
  );

/** 409 with a code of its own, such as COLLECT_ALREADY_ENDED. */
export const conflict = (code: string, message: string, options?: ProblemOptions) =>
  new HttpProblem(409, code, 'Conflict', message, options);

/** 413: larger than `limit` bytes. */
export const payloadTooLarge = (limit: number) =>
  new HttpProblem(413, 'PAYLOAD_TOO_LARGE', 'Payload Too Large', `The limit here is ${limit} bytes.`);

/** 415: the message says what to send instead. */
export const unsupportedMediaType = (message: string) =>
  new HttpProblem(415, 'UNSUPPORTED_MEDIA_TYPE', 'Unsupported Media Type', message);

/** 422: well-formed, but the domain refuses it. */
export const unprocessable = (code: string, message: string, options?: ProblemOptions) =>
  new HttpProblem(422, code, 'Unprocessable Content', message, options);

/** 429: come back in `retryAfterSeconds`. */
export const rateLimited = (retryAfterSeconds: number) =>
  new HttpProblem(
    429,
    'RATE_LIMIT_EXCEEDED',
    'Too Many Requests',
    `Try again in ${retryAfterSeconds} seconds.`,
    { headers: { 'retry-after': String(retryAfterSeconds) } },
  );

/** 500 that tells the caller nothing; what happened is in `cause` and in the log. */
export const internalError = (cause: unknown) =>
  new HttpProblem(
    500,
    'INTERNAL_SERVER_ERROR',
    'Internal Server Error',
    'Something went wrong on our side.',
    {
      cause,
    },
  );

/** 503: something we cannot work without is away; come back in `retryAfterSeconds`. */
export const unavailable = (message: string, retryAfterSeconds: number, cause?: unknown) =>
  new HttpProblem(503, 'SERVICE_UNAVAILABLE', 'Service Unavailable', message, {
    headers: { 'retry-after': String(retryAfterSeconds) },
    cause,
  });

/** What the caller sees of any thrown value: itself when it is an HttpProblem, else a bare 500 around it. */
export const asProblem = (error: unknown): HttpProblem =>
  error instanceof HttpProblem ? error : internalError(error);

/**
 * The first issue of a failed parse as a 400. `root` names the part of the request and starts the path (`query`,
 * `params`; empty for a body, whose paths start at `data`); `input` is what was parsed.
 */
export const problemFromZod = (error: z.ZodError, input: unknown, root = ''): HttpProblem => {
  const issue = error.issues[0];
  if (!issue) return schemaProblem({ path: root, issue: 'invalid' }, error);
  const keys: PropertyKey[] = [...(root ? [root] : []), ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    // A schema may have said what there is instead.
    const mend = issue.message.startsWith('Unrecognized key') ? 'unknown field' : issue.message;
    return schemaProblem({ path: dotted([...keys, issue.keys[0] ?? '']), issue: mend.slice(0, 300) }, error);
  }
  const missing = issue.code !== 'custom' && valueAt(input, issue.path) === undefined;
  return schemaProblem({ path: dotted(keys), issue: missing ? 'required' : readable(issue.message) }, error);
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? Reflect.get(inner, key)
        : undefined,
    value,
  );

// Names of fields come from the caller: long ones are cut, so that an answer cannot be made to grow.
const dotted = (keys: readonly PropertyKey[]) =>
  keys.map((key) => String(key).slice(0, 64)).join('.') || 'body';

// "Invalid option: expected one of …" → "expected one of …": what to send, not that it was wrong.
const readable = (message: string) => {
  const mend = /^Invalid (?:input|option): (.+)$/s.exec(message)?.[1] ?? message;
  return mend.slice(0, 300);
};

const upperSnake = (resource: string) => resource.replaceAll(/[^a-z0-9]+/gi, '_').toUpperCase();
const words = (resource: string) => resource.replaceAll(/[_-]+/g, ' ');
