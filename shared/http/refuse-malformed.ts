import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { badRequest, HttpProblem } from '../errors.ts';
import { contextFromHeaders } from '../log.ts';
import { renderEnvelope } from './renderers.ts';

/** Answers bytes that are not HTTP, or that came too slowly, in the form of every other error, and hangs up. */
export const refuseMalformed = (error: Error & { code?: string }, socket: Duplex): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = problemFor(error.code);
  const context = contextFromHeaders({});
  const { contentType, body } = renderEnvelope(problem, context);
  const bytes = Buffer.from(JSON.stringify(body));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `content-type: ${contentType}`,
      `content-length: ${bytes.byteLength}`,
      `x-request-id: ${context.logId}`,
      'connection: close',
      '',
      bytes.toString(),
    ].join('\r\n'),
  );
};

const problemFor = (code: string | undefined): HttpProblem => {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new HttpProblem('HEADERS_TOO_LARGE', 'The headers are too large.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpProblem('REQUEST_TIMEOUT', 'The request did not arrive in time.');
  }
  return badRequest('This is not HTTP/1.1.');
};
