import type { ServerResponse } from 'node:http';
import { asProblem } from '../errors.ts';
import type { Log, LogContext } from '../log.ts';
import { JSON_UTF8 } from './media-types.ts';
import { type ProblemRenderer, renderEnvelope } from './renderers.ts';

/** What a handler of ours answers: `body` is sent as JSON, none means an empty answer. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** Sends the answer; false when it is too late, because an answer has begun or the caller is gone. */
export const send = (
  res: ServerResponse,
  { status, body, headers = {} }: Answer,
  contentType: string = JSON_UTF8,
): boolean => {
  // Serialised first: a value that JSON cannot hold must fail while a problem can still be sent.
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  if (res.headersSent || res.destroyed) return false;
  res.statusCode = status;
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('cache-control', 'no-store');
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (bytes) {
    res.setHeader('content-type', contentType);
    res.setHeader('content-length', bytes.byteLength);
  }
  res.end(bytes);
  return true;
};

/** Turns any thrown value into the answer a caller may see, and logs what it hides. */
export const sendProblem = (
  res: ServerResponse,
  error: unknown,
  {
    log,
    context,
    body: asked,
    render = renderEnvelope,
  }: { log: Log; context: LogContext; body?: unknown; render?: ProblemRenderer },
): void => {
  const problem = asProblem(error);
  if (problem !== error) log.error({ err: error }, 'a request failed unexpectedly');
  // Whoever is told to come again will: a database or a service is away, which its own alert says once.
  else if (problem.status === 503) log.warn({ err: problem, code: problem.code }, 'a request has to wait');
  else if (problem.status >= 500) log.error({ err: problem, code: problem.code }, 'a request failed');
  const { contentType, body } = render(problem, context, asked);
  const sent = send(res, { status: problem.status, body, headers: problem.headers }, contentType);
  // Half an answer must not look like a whole one.
  if (!sent && !res.writableEnded) res.destroy();
};
