import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** What a drain works on: the server and the answers that are not finished. */
export interface Draining {
  server: Server;
  inFlight: ReadonlySet<ServerResponse>;
  /** Aborted at once, so that workers give their leases back and the queue delivers again elsewhere. */
  shutdown: AbortController;
  /** How long all of it may take, in milliseconds. */
  ms: number;
}

/**
 * Stops accepting, tells handlers that the process stops, lets requests in flight finish, and cuts what is left when the
 * time is up. Resolves with the number of requests that were cut.
 */
export const drain = async ({ server, inFlight, shutdown, ms }: Draining): Promise<{ cut: number }> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that is kept alive would hold the server open, and its next request would come too late.
  for (const res of inFlight) {
    if (!res.headersSent) res.setHeader('connection', 'close');
    else res.once('close', () => setImmediate(() => server.closeIdleConnections()));
  }

  const waiting = new AbortController();
  try {
    // What people ask for has all of the time; a run starts again elsewhere, and is not counted as a try.
    shutdown.abort(new Error('the process stops'));
    const isClosed = closed.then(() => true);
    if (await Promise.race([isClosed, wait(ms, false, { signal: waiting.signal })])) return { cut: 0 };
    const cut = inFlight.size;
    server.closeAllConnections();
    await closed;
    return { cut };
  } finally {
    waiting.abort();
  }
};
