import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as it came in, and what became of it. */
export interface Seen {
  method: string;
  path: string;
  /** The Idempotency-Key; null without one, as for a preflight. */
  key: string | null;
  /** How often this key had come before. */
  before: number;
  /** Number of the connection it came on, and how many requests had come on it before. */
  connection: number;
  reused: number;
  body: string;
  /** Resolves when the connection is closed, by whomever. */
  closed: Promise<unknown>;
  /** What the server answered; the caller of a request that was cut never heard of it. */
  status: number;
  cut: boolean;
}

export interface CuttingProxy {
  url: string;
  /** Requests that the server has answered, in the order of their arrival. */
  seen: Seen[];
  /** Decides when the server has answered whether the caller may hear of it; what it awaits holds the answer back. */
  cutIf(decide: (seen: Seen) => boolean | Promise<boolean>): void;
  close(): Promise<void>;
}

/**
 * A proxy in front of `target` that cuts connections at the worst moment: the request has been read and worked on,
 * and the answer is lost.
 */
export const startCuttingProxy = async (target: string): Promise<CuttingProxy> => {
  const seen: Seen[] = [];
  const connections = new Map<Socket, { number: number; requests: number }>();
  let isCut: (seen: Seen) => boolean | Promise<boolean> = () => false;

  const pass = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const connection = connections.get(req.socket) ?? { number: connections.size + 1, requests: 0 };
    connections.set(req.socket, connection);
    const key = req.headers['idempotency-key'];
    const one: Seen = {
      method: req.method ?? '',
      path: req.url ?? '',
      key: typeof key === 'string' ? key : null,
      before: seen.filter((other) => other.key !== null && other.key === key).length,
      connection: connection.number,
      reused: connection.requests++,
      body: '',
      closed: once(req.socket, 'close'),
      status: 0,
      cut: false,
    };
    seen.push(one);

    const body = await buffer(req);
    one.body = body.toString();
    const answer = await ask(new URL(one.path, target), req, body);
    one.status = answer.status;
    one.cut = await isCut(one);
    if (one.cut) {
      req.socket.destroy();
      return;
    }
    res.writeHead(answer.status, answer.headers);
    res.end(answer.body);
  };

  const server = createServer((req, res) => {
    pass(req, res).catch(() => req.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    cutIf(decide) {
      isCut = decide;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Passes a request on and reads the whole answer. */
const ask = async (url: URL, req: IncomingMessage, body: Buffer): Promise<Answered> => {
  const asked = request(url, { method: req.method, headers: { ...req.headers, connection: 'close' } });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const { 'transfer-encoding': _, connection: __, 'keep-alive': ___, ...headers } = answer.headers;
  return { status: answer.statusCode ?? 0, headers, body: await buffer(answer) };
};
