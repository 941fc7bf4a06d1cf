import type { IncomingMessage, ServerResponse } from 'node:http';
import { forbidden } from '../errors.ts';

const EXTENSION_ID = /^[a-p]{32}$/;
const PREFLIGHT_SECONDS = 3_600;

/** Headers that a page may send. */
const ALLOWED = [
  ...['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match', 'Traceparent'],
  'X-Request-Id',
].join(', ');

/** Headers that a page may read of an answer, beside those that every page may. */
const EXPOSED = [
  ...['ETag', 'Idempotency-Replayed', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After'],
  'X-Request-Id',
].join(', ');

/** Lets pages of the extension read our answers. It opens nothing: the bearer token alone decides who may do what. */
export interface Cors {
  /** Sets the headers that an answer needs, whether it is a success or a problem. */
  mark(req: IncomingMessage, res: ServerResponse): void;
  /** Headers of the answer to a preflight. Throws a 403 for an origin that is not on the list. */
  preflight(req: IncomingMessage, methods: readonly string[]): Record<string, string>;
}

/**
 * Allows the extensions with these ids and nothing else: no pattern, no `null`, no web page. Throws for an id that no
 * browser could have made.
 */
export const createCors = (extensionIds: readonly string[]): Cors => {
  const wrong = extensionIds.find((id) => !EXTENSION_ID.test(id));
  if (wrong !== undefined) throw new Error(`an extension id is 32 letters from a to p, not "${wrong}"`);
  const origins = new Set(extensionIds.map((id) => `chrome-extension://${id}`));
  const isAllowed = (origin: string | undefined): origin is string => origins.has(origin ?? '');

  return {
    mark(req, res) {
      const { origin } = req.headers;
      if (!isAllowed(origin)) return;
      res.setHeader('access-control-allow-origin', origin);
      res.setHeader('access-control-expose-headers', EXPOSED);
    },
    preflight(req, methods) {
      if (!isAllowed(req.headers.origin)) throw forbidden('This origin may not call from a page.');
      return {
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': ALLOWED,
        'access-control-max-age': String(PREFLIGHT_SECONDS),
      };
    },
  };
};

/** Whether the browser asks if it may ask. */
export const isPreflight = (req: IncomingMessage): boolean =>
  req.method === 'OPTIONS' &&
  req.headers.origin !== undefined &&
  req.headers['access-control-request-method'] !== undefined;
