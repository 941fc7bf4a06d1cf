import type { z } from 'zod';
import { type CodeOf, type ProblemCode, problemCodes } from './domain/problem-codes.ts';

/** Where in the request something is wrong, and what to change. */
export interface ProblemDetails {
  /** Dotted place in the request, such as `data.attributes.status` or `query.limit`. */
  path: string;
  /** `required`, `unknown field`, or a sentence that says what is expected. */
  issue: string;
}

interface ProblemOptions {
  details?: ProblemDetails;
  pointer?: string;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** The only error a caller may see: everything in it but `cause` and `stack` is sent to the caller. */
export class HttpProblem extends Error {
  /** Stable: clients branch on it. Status and title come from the catalogue of codes. */
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly details: ProblemDetails | undefined;
  /** JSON Pointer to the place in the body, when the body is what is wrong and the place is known. */
  readonly pointer: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'HttpProblem';
    this.code = code;
    this.status = problemCodes[code].status;
    this.title = problemCodes[code].title;
    this.details = options.details;
    this.pointer = options.pointer;
    this.headers = options.headers ?? {};
  }
}

/** 400: the request makes no sense in a way that no schema describes. */
export const badRequest = (message: string, options?: ProblemOptions) =>
  new HttpProblem('BAD_REQUEST', message, options);

/** 400: the body is not JSON. */
export const invalidJson = (message: string, options?: ProblemOptions) =>
  new HttpProblem('INVALID_JSON', message, options);

/** 400: one named place of the request does not fit its schema. */
export const schemaProblem = (details: ProblemDetails, options: Omit<ProblemOptions, 'details'> = {}) =>
  new HttpProblem('SCHEMA_VALIDATION_ERROR', `${details.path}: ${details.issue}`, { ...options, details });

/** 401: no token, or one that proves nothing. The message never says which check failed in detail. */
export const unauthorized = (message: string, cause?: unknown) =>
  new HttpProblem('UNAUTHORIZED', message, { headers: { 'www-authenticate': 'Bearer' }, cause });

/** 403: we know who is asking, and they may not. */
export const forbidden = (message: string, cause?: unknown) =>
  new HttpProblem('FORBIDDEN', message, { cause });

type Missing<Code> = Code extends `${infer Resource}_NOT_FOUND` ? Lowercase<Resource> : never;

/** 404: `notFound('collect')` has the code COLLECT_NOT_FOUND; the same for rows of another workspace, on purpose. */
export const notFound = (resource?: Missing<CodeOf<404>>) =>
  resource
    ? new HttpProblem(
        // Lower and upper case of one name, which the types cannot follow.
        `${resource.toUpperCase()}_NOT_FOUND` as CodeOf<404>,
        `There is no such ${resource.replaceAll('_', ' ')}.`,
      )
    : new HttpProblem('NOT_FOUND', 'Nothing answers at this address.');

/** 405, with the methods that would work. */
export const methodNotAllowed = (allowed: readonly string[]) =>
  new HttpProblem('METHOD_NOT_ALLOWED', `This address takes ${allowed.join(', ')}.`, {
    headers: { allow: allowed.join(', ') },
  });

/** 406: the message says what may be accepted. */
export const notAcceptable = (message: string) => new HttpProblem('NOT_ACCEPTABLE', message);

/** 409 with a code of its own, such as COLLECT_ALREADY_ENDED. */
export const conflict = (code: CodeOf<409>, message: string, options?: ProblemOptions) =>
  new HttpProblem(code, message, options);

/** 412: the resource is not in the state that the caller decided on. */
export const preconditionFailed = (header: 'If-Match' | 'If-None-Match') =>
  new HttpProblem('PRECONDITION_FAILED', 'The resource is not in the state that the request is made for.', {
    details: { path: `headers.${header}`, issue: 'does not fit the ETag of the current state' },
  });

/** 413: larger than `limit` bytes. */
export const payloadTooLarge = (limit: number) =>
  new HttpProblem('PAYLOAD_TOO_LARGE', `The limit here is ${limit} bytes.`);

/** 415: the message says what to send instead. */
export const unsupportedMediaType = (message: string) => new HttpProblem('UNSUPPORTED_MEDIA_TYPE', message);

/** 422: well-formed, but the domain refuses it. */
export const unprocessable = (code: CodeOf<422>, message: string, options?: ProblemOptions) =>
  new HttpProblem(code, message, options);

/** 429: come back in `retryAfterSeconds`. */
export const rateLimited = (retryAfterSeconds: number) =>
  new HttpProblem('RATE_LIMIT_EXCEEDED', `Try again in ${retryAfterSeconds} seconds.`, {
    headers: { 'retry-after': String(retryAfterSeconds) },
  });

/** 500 that tells the caller nothing; what happened is in `cause` and in the log. */
export const internalError = (cause: unknown) =>
  new HttpProblem('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.', { cause });

/** 503: something we cannot work without is away; come back in `retryAfterSeconds`. */
export const unavailable = (message: string, retryAfterSeconds: number, cause?: unknown) =>
  new HttpProblem('SERVICE_UNAVAILABLE', message, {
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
  if (!issue) return schemaProblem({ path: root, issue: 'invalid' }, { cause: error });
  const unknown = issue.code === 'unrecognized_keys';
  const path = unknown ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  const missing = !unknown && issue.code !== 'custom' && valueAt(input, path) === undefined;
  const expected = missing ? 'required' : readable(issue.message);
  const details = {
    path: dotted([...(root ? [root] : []), ...path]),
    issue: unknown ? unknownSays(issue.message) : expected,
  };
  if (isResourceType(root, path) && typeof valueAt(input, path) === 'string' && !unknown)
    return conflict('RESOURCE_TYPE_MISMATCH', `${details.path}: ${details.issue}`, { details, cause: error });
  const inBody = root === '' || root.startsWith('data');
  return schemaProblem(details, {
    ...(inBody ? { pointer: pointerTo(input, path, root) } : {}),
    cause: error,
  });
};

// A schema may have said what there is instead.
const unknownSays = (message: string): string =>
  message.startsWith('Unrecognized key') ? 'unknown field' : message.slice(0, 300);

/** `data.type`, or that of one of several. What a relationship refers to has a type as well, which is no conflict. */
const isResourceType = (root: string, path: readonly PropertyKey[]): boolean =>
  root === '' && path[0] === 'data' && path.at(-1) === 'type' && path.slice(1, -1).every(Number.isInteger);

/** JSON Pointer to what is there: the place itself, or the nearest one around it when it is missing. */
const pointerTo = (input: unknown, path: readonly PropertyKey[], root: string): string => {
  const there: string[] = root ? root.split('.') : [];
  let at = input;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key) || String(key).length > NAME_MAX)
      break;
    there.push(String(key).replaceAll('~', '~0').replaceAll('/', '~1'));
    at = Reflect.get(at, key);
  }
  return there.map((key) => `/${key}`).join('');
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? Reflect.get(inner, key)
        : undefined,
    value,
  );

const NAME_MAX = 64;

// Names of fields come from the caller: long ones are cut, so that an answer cannot be made to grow.
const dotted = (keys: readonly PropertyKey[]) =>
  keys.map((key) => String(key).slice(0, NAME_MAX)).join('.') || 'body';

// "Invalid option: expected one of …" → "expected one of …": what to send, not that it was wrong.
const readable = (message: string) => {
  const mend = /^Invalid (?:input|option): (.+)$/s.exec(message)?.[1] ?? message;
  return mend.slice(0, 300);
};
