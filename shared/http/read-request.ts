import type { IncomingMessage, ServerResponse } from 'node:http';
import { API_BODY_MAX_BYTES, TASK_BODY_MAX_BYTES, UPLOAD_MAX_BYTES } from '../domain/limits.ts';
import { ClientGone, readBody, refuseContentEncoding, requireFormType } from './body.ts';
import type { Edge } from './edge.ts';
import { parseJson } from './json.ts';
import { refuseParameters, requireJsonType } from './media-types.ts';
import type { Pattern } from './router.ts';

/** What a form adds around its file: boundaries, part headers, the document part. */
export const UPLOAD_BODY_MAX_BYTES = UPLOAD_MAX_BYTES + 256 * 1024;

/** The body of a request, or why a delivery has none that could be used. */
export type ReadRequest = Pick<Edge, 'body' | 'bytes'> | { unreadable: unknown };

/** How the body of each kind of function is read: its limits, its types, and what is thrown for others. */
export const readRequest: Record<
  Pattern['kind'],
  (req: IncomingMessage, res: ServerResponse) => Promise<ReadRequest>
> = {
  // A refusal would be retried a hundred times, so a delivery that is authentic but no use is taken and reported.
  async worker(req, res) {
    try {
      refuseContentEncoding(req);
      const bytes = await readBody(req, res, TASK_BODY_MAX_BYTES);
      return { bytes, body: parseJson(bytes) };
    } catch (error) {
      if (error instanceof ClientGone) throw error;
      return { unreadable: error };
    }
  },
  async scheduled(req, res) {
    return { bytes: await readBody(req, res, TASK_BODY_MAX_BYTES), body: undefined };
  },
  async public(req, res) {
    return { bytes: await readBody(req, res, TASK_BODY_MAX_BYTES), body: undefined };
  },
  async api(req, res) {
    refuseParameters(req.headers['content-type']);
    // Published clients send bodies with a DELETE. They say nothing that the path does not, so nobody looks at them.
    if (req.method !== 'POST' && req.method !== 'PATCH')
      return { bytes: await readBody(req, res, API_BODY_MAX_BYTES), body: undefined };
    refuseContentEncoding(req);
    if (Number(req.headers['content-length'] ?? Number.NaN) > 0 || req.headers['transfer-encoding'])
      requireJsonType(req.headers['content-type']);
    const bytes = await readBody(req, res, API_BODY_MAX_BYTES);
    return { bytes, body: bytes.byteLength === 0 ? undefined : parseJson(bytes) };
  },
  async upload(req, res) {
    refuseContentEncoding(req);
    requireFormType(req);
    return { bytes: await readBody(req, res, UPLOAD_BODY_MAX_BYTES), body: undefined };
  },
};
