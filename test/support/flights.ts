import { connect, createServer, type Socket } from 'node:net';

/** How long an answer is kept back, in milliseconds: what a client sends without waiting for it has come by then. */
const DISTANCE_MS = 15;

export interface DistantDatabase {
  /** The same database, a way off. */
  url: string;
  /** How many times somebody had to wait for the server while `work` ran. */
  flightsOf(work: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
}

/**
 * A way to a Postgres server that is long enough to count how often it is gone: each time a client sends something
 * after an answer has reached it begins another flight.
 */
export async function distantDatabase(url: string): Promise<DistantDatabase> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let flights = 0;
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    let answered = true;
    for (const socket of [client, server]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => socket.destroy());
    }
    client.on('data', (bytes) => {
      if (answered) flights += 1;
      answered = false;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      setTimeout(() => {
        answered = true;
        client.write(bytes);
      }, DISTANCE_MS);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const distant = new URL(url);
  distant.hostname = '127.0.0.1';
  distant.port = String(address.port);
  return {
    url: distant.href,
    async flightsOf(work) {
      const before = flights;
      await work();
      return flights - before;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
