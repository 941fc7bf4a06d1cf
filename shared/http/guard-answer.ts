import type { ServerResponse } from 'node:http';
import { internalError } from '../errors.ts';
import { sendProblem } from './answer.ts';
import type { Edge } from './edge.ts';

/**
 * Keeps the error pages of functions-framework and Express from callers. They show the message or the stack of an
 * error; what passes instead is the bare 500. Work wrapped in `httpFunction` never gets there, this is for the rest:
 * an error in a timer, a rejection nobody awaited.
 */
export const guardAnswer = (res: ServerResponse, edge: Edge): void => {
  const end = res.end;
  // The overloads of `end` cannot be written as one function.
  res.end = ((...args: Parameters<typeof end>) => {
    res.end = end;
    if (!isCrashPage(res)) return end.apply(res, args);
    for (const name of res.getHeaderNames()) {
      if (!name.startsWith('access-control-') && !KEPT.has(name)) res.removeHeader(name);
    }
    const crash = new Error('the framework answered in place of the function');
    sendProblem(res, internalError(crash), edge);
    return res;
  }) as typeof end;
};

/** Set by the front for every answer. */
const KEPT = new Set(['vary', 'x-request-id']);

const isCrashPage = (res: ServerResponse): boolean =>
  !res.headersSent &&
  (res.hasHeader('x-google-status') ||
    (res.statusCode >= 400 && String(res.getHeader('content-type') ?? '').startsWith('text/html')));
