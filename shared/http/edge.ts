import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { KeyCaller } from '../auth/api-key.ts';
import type { QueueCaller } from '../auth/queue-token.ts';
import type { UserCaller } from '../auth/user-token.ts';
import type { Log, LogContext } from '../log.ts';
import type { Accepted } from './media-types.ts';
import type { ProblemRenderer } from './renderers.ts';

/** At a public function nobody has to say who they are. */
interface Anybody {
  kind: 'anybody';
}

/** Who called, proven by a token before the body was read. */
export type Principal = QueueCaller | UserCaller | KeyCaller | Anybody;

/** A text that tells callers apart, such as `user:<sub>` or `key:<id>`: what counts per caller counts by it. Never logged. */
export const identityOf = (principal: Principal): string => {
  switch (principal.kind) {
    case 'service':
      return `service:${principal.email}`;
    case 'user':
      return `user:${principal.subject}`;
    case 'key':
      return `key:${principal.apiKeyId}`;
    case 'anybody':
      return 'anybody';
  }
};

/** What the front knows about an admitted request. Handlers read this, not `req`. */
export interface Edge {
  /** Name of the function. */
  name: string;
  kind: 'worker' | 'scheduled' | 'api' | 'upload' | 'public';
  method: string;
  /** The pattern that matched, such as `/v1/collects/:id`: safe to log. */
  route: string;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  principal: Principal;
  /** Parsed JSON, as deep and as large as the limits allow; undefined without a body, for uploads and scheduled calls. */
  body: unknown;
  /** The body as it came. */
  bytes: Buffer;
  /** What the caller wants to be answered in. */
  accepted: Accepted;
  /** Writes problems in that form. */
  render: ProblemRenderer;
  log: Log;
  context: LogContext;
  /** Aborted when the caller hangs up before the answer. */
  disconnected: AbortSignal;
  /** Aborted as soon as this process begins to stop: whoever only waits answers now. */
  closing: AbortSignal;
  /** Aborted shortly before this process cuts what is still running: the time to give a lease back. */
  shutdown: AbortSignal;
}

const edges = new WeakMap<IncomingMessage, Edge>();

/** Remembers what the front found out, for the handler of the same request. */
export const admit = (req: IncomingMessage, edge: Edge): void => {
  edges.set(req, edge);
};

/**
 * What the front knows about a request. Throws for one that did not come through it: without the front nobody has
 * looked at the token.
 */
export const edgeOf = (req: IncomingMessage): Edge => {
  const edge = edges.get(req);
  if (!edge) throw new Error('this function answers through the front only');
  return edge;
};
