import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { http } from '@google-cloud/functions-framework';
import { forbidden, unauthorized } from '../../../shared/errors.ts';
import { createFront, type Front, type FrontOptions } from '../../../shared/http/front.ts';
import { createLog } from '../../../shared/log.ts';

type Handler = (req: IncomingMessage, res: ServerResponse) => unknown;

interface Fixture extends Partial<Omit<FrontOptions, 'log'>> {
  handlers?: Record<string, Handler>;
}

const stub: Handler = (_req, res) => res.writeHead(204).end();

/** A front on a free port with small functions behind it; `Bearer good` and `Bearer other` are callers, `Bearer foreign` is nobody of ours. */
export const startFront = async ({ handlers = {}, ...options }: Fixture = {}) => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    level: 'debug',
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const all: Record<string, Handler> = {
    ...{
      logo: stub,
      sweep: stub,
      collect_list: stub,
      collect_create: stub,
      collect_retrieve: stub,
      collect_update: stub,
      collect_delete: stub,
    },
    ...{ document_create: stub },
    ...handlers,
  };
  for (const [name, handler] of Object.entries(all)) http(name, handler);

  const check = (authorization: string | undefined) => {
    if (authorization === 'Bearer foreign') throw forbidden('not one of ours');
    if (authorization !== 'Bearer good' && authorization !== 'Bearer other') throw unauthorized('no token');
  };
  const front: Front = createFront({
    routes: [
      { name: 'logo', kind: 'worker' },
      { name: 'sweep', kind: 'scheduled' },
      { name: 'collect_list', kind: 'api', method: 'GET', route: '/v1/collects' },
      { name: 'collect_create', kind: 'api', method: 'POST', route: '/v1/collects' },
      { name: 'collect_retrieve', kind: 'api', method: 'GET', route: '/v1/collects/:id' },
      { name: 'collect_update', kind: 'api', method: 'PATCH', route: '/v1/collects/:id' },
      { name: 'collect_delete', kind: 'api', method: 'DELETE', route: '/v1/collects/:id' },
      { name: 'document_create', kind: 'upload', method: 'POST', route: '/v1/documents' },
    ],
    authenticate: {
      queue: async (authorization) => {
        check(authorization);
        return { kind: 'service', email: 'tasks@project.test' };
      },
      user: async (authorization) => {
        check(authorization);
        return { kind: 'user', subject: authorization === 'Bearer other' ? 'person-2' : 'person-1' };
      },
    },
    log,
    ...options,
  });
  const port = await front.listen();
  const origin = `http://127.0.0.1:${port}`;

  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${origin}${path}`, { ...init, headers: { authorization: 'Bearer good', ...init.headers } });

  return { front, port, origin, lines, call };
};

/** Sends bytes as they are and resolves with everything that came back until the other side closed. */
export const sendRaw = async (port: number, ...pieces: (string | Buffer)[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const piece of pieces) socket.write(piece);
  await once(socket, 'close');
  return answer;
};
