import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { RELEASE_MS } from '../domain/limits.ts';

/** What a drain works on: the server and the answers that are not finished. */
export interface Draining {
  server: Server;
  inFlight: ReadonlySet<ServerResponse>;
  /** Aborted shortly before the end, so that handlers can give their leases back. */
  shutdown: AbortController;
  /** How long all of it may take, in milliseconds. */
  ms: number;
}

/**
 * Stops accepting, lets requests in flight finish, and cuts what is left when the time is up. Resolves with the
 * number of requests that were cut.
 */
export const drain = async ({ server, inFlight, shutdown, ms }: Draining): Promise<{ cut: number }> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that is kept alive would hold the server open, and its next request would come too late.
  for (const res of inFlight) {
    if (!res.headersSent) res.setHeader('connection', 'close');
    else res.once('close', () => setImmediate(() => server.closeIdleConnections()));
  }

  const waiting = new AbortController();
  const sleep = (time: number) => wait(time, false, { signal: waiting.signal });
  const isClosed = closed.then(() => true);
  const grace = Math.min(RELEASE_MS, ms / 2);
  try {
    if (await Promise.race([isClosed, sleep(ms - grace)])) return { cut: 0 };
    shutdown.abort(new Error('the process stops'));
    if (await Promise.race([isClosed, sleep(grace)])) return { cut: 0 };
    const cut = inFlight.size;
    server.closeAllConnections();
    await closed;
    return { cut };
  } finally {
    waiting.abort();
  }
};
