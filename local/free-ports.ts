import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports tried first, and how far apart the next tries are. */
const USUAL_PORT = 8080;
const PORT_STEP = 10;
const PORTS = 4;
const PORT_TRIES = 50;

/**
 * The first of four free ports in a row: the wanted one, else the one used last time, else the usual or next ones.
 * Throws a sentence that names a taken one.
 */
export async function freePorts(wanted: number | null, before: number | null): Promise<number> {
  if (wanted !== null) {
    const taken = await firstTaken(wanted);
    if (taken !== null)
      throw new Error(`port ${taken} is taken: stop what listens there, or choose another --port-base`);
    return wanted;
  }
  if (before !== null && (await firstTaken(before)) === null) return before;
  for (let base = USUAL_PORT; base < USUAL_PORT + PORT_STEP * PORT_TRIES; base += PORT_STEP)
    if ((await firstTaken(base)) === null) return base;
  throw new Error(`no four free ports in a row from ${USUAL_PORT} on: name others with --port-base`);
}

async function firstTaken(base: number): Promise<number | null> {
  for (let port = base; port < base + PORTS; port += 1) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (!free) return port;
  }
  return null;
}

/** A port of 127.0.0.1 that nobody listens on. Until it is used, anybody may take it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}
