import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GuardedWebSettings, openGuardedWeb } from '../../../shared/web/guarded-web.ts';

const MEGABYTE = 1024 * 1024;
const signal = new AbortController().signal;

const pages: Record<string, (req: IncomingMessage, res: ServerResponse) => void> = {
  '/': (_req, res) => res.setHeader('content-type', 'Text/HTML; charset=utf-8').end('<p>Nordlicht</p>'),
  '/echo': (req, res) => res.end(JSON.stringify(req.headers)),
  '/once': (_req, res) => res.writeHead(302, { location: '/' }).end(),
  '/loop': (_req, res) => res.writeHead(302, { location: '/loop' }).end('a page that nobody reads'),
  '/to-metadata': (_req, res) => res.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  '/to-canary': (_req, res) => res.writeHead(301, { location: `http://127.0.0.1:${port(canary)}/` }).end(),
  '/to-file': (_req, res) => res.writeHead(302, { location: 'file:///etc/hostname' }).end(),
  '/to-world': (_req, res) => res.writeHead(302, { location: 'https://site.example.com/' }).end(),
  '/bomb': (_req, res) => res.setHeader('content-encoding', 'gzip').end(bomb),
  '/twice': (_req, res) => res.setHeader('content-encoding', 'gzip, gzip').end(gzipSync(bomb)),
  '/broken': (_req, res) => res.setHeader('content-encoding', 'gzip').end('no gzip'),
  '/slow': (_req, res) => void res.writeHead(200).write('begun, and never ended'),
  '/header': (_req, res) => res.setHeader('x-long', 'x'.repeat(40_000)).end(),
  '/fault': (_req, res) => res.writeHead(503).end('secret words of the server'),
};
const bomb = gzipSync(Buffer.alloc(30 * MEGABYTE));

let site: Server;
/** A second server: a request that reaches it came past the guard. */
let canary: Server;
let reached = 0;
const port = (server: Server) => (server.address() as AddressInfo).port;
const webs: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  site = createServer((req, res) => (pages[req.url ?? ''] ?? ((_, r) => r.writeHead(404).end()))(req, res));
  canary = createServer((_req, res) => {
    reached += 1;
    res.end('reached');
  });
  for (const server of [site, canary]) await once(server.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(() => {
  reached = 0;
});
afterAll(async () => {
  await Promise.all(webs.map((web) => web.close()));
  for (const server of [site, canary]) server.close().closeAllConnections();
});

const openWeb = (WEB_ACCESS: boolean, settings: GuardedWebSettings = {}) => {
  const origin = `http://127.0.0.1:${port(site)}`;
  const web = openGuardedWeb(
    { WEB_ACCESS, WEB_TEST_HOSTS: [{ name: 'nordlicht.example', origin }] },
    settings,
  );
  webs.push(web);
  return web;
};

describe('an address that is not public', () => {
  test.for([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::127.0.0.1]/',
    'http://[::a9fe:a9fe]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://localhost/',
    'http://printer.local/',
    'http://metadata.google.internal./',
    'http://intranet/',
    'http://①②⑦.0.0.1/',
    'http://user@site.example.com/',
    'http://site.example.com:8080/',
    'http://site.example.com:22/',
    'ftp://site.example.com/',
    'file:///etc/hostname',
    'data:text/html,hello',
    'nonsense',
  ])('%s is refused before anything is asked', async (url) => {
    const asked: string[] = [];
    const lookup = async (host: string) => {
      asked.push(host);
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const web = openWeb(true, { lookup, port: port(canary) });

    await expect(web.get({ url, signal })).rejects.toMatchObject({ name: 'WebError', problem: 'refused' });
    expect({ reached, asked }).toEqual({ reached: 0, asked: [] });
  });

  test('is refused behind a public name', async () => {
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    const web = openWeb(true, { lookup, port: port(canary) });

    await expect(web.get({ url: 'http://site.example.com/', signal })).rejects.toMatchObject({
      problem: 'refused',
    });
    expect(reached).toBe(0);
  });

  test('is refused when a name has a public address beside it', async () => {
    const web = openWeb(true, {
      lookup: async () => [
        { address: '127.0.0.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
      isPublic: (address) => address === '127.0.0.1',
      port: port(canary),
    });

    await expect(web.get({ url: 'http://site.example.com/', signal })).rejects.toMatchObject({
      problem: 'refused',
    });
    expect(reached).toBe(0);
  });

  test('is refused when a name moves there after it was fetched once', async () => {
    const addresses = ['127.0.0.1', '10.0.0.1'];
    const web = openWeb(true, {
      lookup: async () => [{ address: addresses.shift() ?? '', family: 4 }],
      isPublic: (address) => address === '127.0.0.1',
      port: port(canary),
    });

    const answer = await web.get({ url: 'http://site.example.com/', signal });

    expect(Buffer.from(answer.body).toString()).toBe('reached');
    await expect(web.get({ url: 'https://site.example.com/', signal })).rejects.toMatchObject({
      problem: 'refused',
    });
    expect(reached).toBe(1);
  });

  test.for(['http:', 'https:'] as const)(
    'gets no byte over %s when only the peer shows it',
    async (scheme) => {
      let bytes = 0;
      const ended = Promise.withResolvers<void>();
      const peer = createTcpServer((socket) => {
        socket.on('data', (chunk) => {
          bytes += chunk.byteLength;
        });
        socket.on('error', () => {});
        socket.on('close', ended.resolve);
      });
      await once(peer.listen(0, '127.0.0.1'), 'listening');
      let checks = 0;
      const web = openWeb(true, {
        lookup: async () => [{ address: '127.0.0.1', family: 4 }],
        isPublic: () => {
          checks += 1;
          return checks === 1;
        },
        port: (peer.address() as AddressInfo).port,
      });

      await expect(web.get({ url: `${scheme}//site.example.com/`, signal })).rejects.toMatchObject({
        problem: 'refused',
      });
      await ended.promise;
      peer.close();
      expect({ checks, bytes }).toEqual({ checks: 2, bytes: 0 });
    },
  );

  test.for(['/to-metadata', '/to-canary', '/to-file'])('is refused behind the redirect %s', async (path) => {
    const web = openWeb(true);

    await expect(web.get({ url: `http://nordlicht.example${path}`, signal })).rejects.toMatchObject({
      problem: 'refused',
    });
    expect(reached).toBe(0);
  });
});

describe('without web access', () => {
  test.for(['https://site.example.com/', 'http://nordlicht.example/to-world'])('%s is off', async (url) => {
    await expect(openWeb(false).get({ url, signal })).rejects.toMatchObject({ problem: 'off' });
  });

  test('a test host is reached over plain http', async () => {
    const answer = await openWeb(false).get({ url: 'https://nordlicht.example/once', signal });

    expect({ ...answer, body: Buffer.from(answer.body).toString() }).toEqual({
      url: 'https://nordlicht.example/',
      status: 200,
      contentType: 'text/html',
      body: '<p>Nordlicht</p>',
    });
  });
});

describe('what a server may do', () => {
  const get = (path: string, settings?: GuardedWebSettings, maxBytes = MEGABYTE) =>
    openWeb(false, settings).get({ url: `http://nordlicht.example${path}`, signal, maxBytes });

  test('it is told who asks, and nothing else', async () => {
    const answer = await get('/echo');

    expect(Object.keys(JSON.parse(Buffer.from(answer.body).toString())).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  test('its status is an answer', async () => {
    expect(await get('/fault')).toMatchObject({ status: 503 });
  });

  test('a body that unpacks beyond the cap is cut off', async () => {
    await expect(get('/bomb')).rejects.toMatchObject({ problem: 'too_large' });
  });

  test.for(['/loop', '/broken', '/twice', '/header'])('%s is no answer', async (path) => {
    await expect(get(path)).rejects.toMatchObject({ name: 'WebError', problem: 'unreachable' });
  });

  test('a body that never ends is given up', async () => {
    await expect(get('/slow', { clockMs: 50 })).rejects.toMatchObject({
      problem: 'unreachable',
      message: 'nordlicht.example gave no whole answer in time',
    });
  });

  test('a caller who stops gets its own reason', async () => {
    const abort = new AbortController();
    const web = openWeb(false);
    site.once('request', () => abort.abort(new Error('stopped')));

    const answer = web.get({ url: 'http://nordlicht.example/slow', signal: abort.signal });

    await expect(answer).rejects.toThrow('stopped');
  });
});
