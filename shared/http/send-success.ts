import type { ServerResponse } from 'node:http';
import { type Answer, send } from './answer.ts';
import { etagOf, isKnown, jsonApiTag } from './conditional.ts';
import type { Resource } from './document.ts';
import type { Edge } from './edge.ts';
import { JSON_API, JSON_UTF8 } from './media-types.ts';

/**
 * Sends what a door answered in the form that the caller accepts. An answer with one resource carries its ETag, and a
 * GET by a caller that has it already is a 304 without a body.
 */
export const sendSuccess = (res: ServerResponse, edge: Edge, answer: Answer): void => {
  const jsonApi = edge.accepted.success === 'jsonapi';
  const plainTag = tagOf(answer);
  const etag = plainTag && jsonApi ? jsonApiTag(plainTag) : plainTag;
  if (etag) res.setHeader('etag', etag);
  const reads = edge.method === 'GET' || edge.method === 'HEAD';
  if (etag && reads && isKnown(edge.headers['if-none-match'], etag)) {
    send(res, { status: 304 });
    return;
  }
  const { ETag: _, ...headers } = answer.headers ?? {};
  const body = jsonApi && answer.body !== undefined ? jsonApiDocument(answer.body) : answer.body;
  send(res, { status: answer.status, body, headers }, jsonApi ? JSON_API : JSON_UTF8);
};

/** The door's own tag, or that of the one resource it answers with. What it includes is not in it, so there is none. */
const tagOf = ({ status, body, headers }: Answer): string | undefined => {
  if (status >= 300 || !isObject(body) || 'included' in body) return undefined;
  return headers?.ETag ?? (isResource(body.data) ? etagOf(body.data) : undefined);
};

/** Some documented answers are no resources; in JSON:API they are what is said about nothing else: `meta`. */
const jsonApiDocument = (body: unknown): unknown => ({
  jsonapi: { version: '1.1' },
  ...(isDocument(body) ? body : { meta: body }),
});

// What has attributes and no id, such as a resolution, is no resource.
const isDocument = (body: unknown): body is object => {
  if (!isObject(body)) return false;
  if (!('data' in body)) return 'meta' in body;
  return !isObject(body.data) || Array.isArray(body.data) || 'id' in body.data;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isResource = (data: unknown): data is Resource =>
  isObject(data) && typeof data.type === 'string' && typeof data.id === 'string' && isObject(data.attributes);
