import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { API_BODY_MAX_BYTES, TASK_BODY_MAX_BYTES } from '../../../shared/domain/limits.ts';
import { type Edge, edgeOf } from '../../../shared/http/edge.ts';
import { createFront } from '../../../shared/http/front.ts';
import { UPLOAD_BODY_MAX_BYTES } from '../../../shared/http/read-request.ts';
import { createLog } from '../../../shared/log.ts';
import { sendRaw, startFront } from './start-front.ts';

const running: Awaited<ReturnType<typeof startFront>>[] = [];
const start = async (...options: Parameters<typeof startFront>) => {
  const started = await startFront(...options);
  running.push(started);
  return started;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ front }) => front.close()));
});

const json = { 'content-type': 'application/json' };
const raw = (method: string, path: string, headers: Record<string, string>, body = '') =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: x',
    'authorization: Bearer good',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');

describe('routing', () => {
  it.each([
    ['/v1/collects', '/v1/collects', {}],
    ['/collect_list', '/collect_list', {}],
    ['/v1/collects/', '/v1/collects', {}],
    ['/v1/collects/a%20b', '/v1/collects/:id', { id: 'a b' }],
    ['/collect_retrieve/7', '/collect_retrieve/:id', { id: '7' }],
    ['/collect_retrieve', '/collect_retrieve', {}],
  ])('%s reaches its function', async (path, route, params) => {
    const seen: Edge[] = [];
    const see = (req: Parameters<typeof edgeOf>[0], res: { end(): void }) => {
      seen.push(edgeOf(req));
      res.end();
    };
    const { call } = await start({ handlers: { collect_list: see, collect_retrieve: see } });

    const answer = await call(`${path}?limit=3`);

    expect(answer.status).toBe(200);
    expect(seen[0]).toMatchObject({ route, params });
    expect(seen[0]?.query.get('limit')).toBe('3');
  });

  it.each([
    ['GET', '/nothing', 404, 'NOT_FOUND'],
    ['GET', '/v1/collects/a/b', 404, 'NOT_FOUND'],
    ['GET', '/robots.txt', 404, 'NOT_FOUND'],
    ['GET', '/v1/collects/%zz', 400, 'BAD_REQUEST'],
    ['PUT', '/v1/collects', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/logo', 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS', '/logo', 405, 'METHOD_NOT_ALLOWED'],
  ])('%s %s is a %i in the form of every error', async (method, path, status, code) => {
    const { call } = await start();

    const answer = await call(path, { method });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toEqual({
      ...{ code, status, title: expect.any(String), message: expect.any(String) },
      meta: { trace_id: expect.stringMatching(/^[0-9a-f]{32}$/), log_id: expect.any(String) },
    });
  });

  it('says which methods an address takes', async () => {
    const { call } = await start();

    const answer = await call('/v1/collects', { method: 'DELETE' });

    expect(answer.headers.get('allow')).toBe('GET, POST');
  });

  it('answers HEAD like GET without a body', async () => {
    const { call } = await start({ handlers: { collect_list: (_req, res) => res.end('x') } });

    const answer = await call('/v1/collects', { method: 'HEAD' });

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });

  it('refuses to start with a function that nobody registered', () => {
    expect(() =>
      createFront({
        routes: [{ name: 'never_registered', kind: 'worker' }],
        authenticate: { queue: () => Promise.reject(), user: () => Promise.reject() },
        log: createLog({ level: 'silent' }),
      }),
    ).toThrow(/never_registered/);
  });

  it('is healthy without a token', async () => {
    const { origin } = await start();

    const answer = await fetch(`${origin}/health`);

    expect(await answer.json()).toEqual({ status: 'ok' });
  });
});

describe('who calls', () => {
  it.each([
    ['POST', '/logo', '', 401],
    ['POST', '/logo', 'Bearer foreign', 403],
    ['POST', '/sweep', '', 401],
    ['GET', '/v1/collects', '', 401],
    ['GET', '/v1/collects', 'Basic Z29vZA==', 401],
    ['POST', '/v1/documents', 'Bearer foreign', 403],
  ])(
    '%s %s with %j is a %i, and no function and no statement runs',
    async (method, path, authorization, status) => {
      let statements = 0;
      const query = () => {
        statements += 1;
      };
      const handlers = { logo: query, sweep: query, collect_list: query, document_create: query };
      const { call } = await start({ handlers });

      const answer = await call(path, { method, headers: { authorization } });

      expect(answer.status).toBe(status);
      expect(statements).toBe(0);
    },
  );

  it('refuses a caller without a token before its body is read', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');

    socket.write('POST /v1/documents HTTP/1.1\r\nhost: x\r\ncontent-length: 20000000\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('does not choose among several tokens', async () => {
    const { port } = await start();
    const twice = 'authorization: Bearer good\r\nauthorization: Bearer other\r\nconnection: close\r\n\r\n';

    const answer = await sendRaw(port, `GET /v1/collects HTTP/1.1\r\nhost: x\r\n${twice}`);

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('headers.Authorization');
  });

  it('hands the proven caller to the function', async () => {
    const seen: unknown[] = [];
    const { call } = await start({
      handlers: {
        logo: (req, res) => {
          seen.push(edgeOf(req).principal);
          res.end();
        },
      },
    });

    await call('/logo', { method: 'POST', body: '{}' });

    expect(seen).toEqual([{ kind: 'service', email: 'tasks@project.test' }]);
  });
});

describe('bodies', () => {
  it.each([
    ['no type', { body: new Uint8Array([0x7b, 0x7d]) }, 415],
    ['text', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
    ['a form', { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['a form with files where JSON is wanted', { body: new FormData() }, 415],
    ['another charset', { body: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } }, 415],
    ['compressed', { body: '{}', headers: { ...json, 'content-encoding': 'gzip' } }, 415],
    ['broken JSON', { body: '{"a":', headers: json }, 400],
    ['bytes that are not UTF-8', { body: new Uint8Array([0x22, 0xff, 0x22]), headers: json }, 400],
    ['JSON that nests too deep', { body: '['.repeat(33) + ']'.repeat(33), headers: json }, 400],
    ['JSON that nests and never ends', { body: '['.repeat(200_000), headers: json }, 400],
    ['too much by its own account', { body: `"${'x'.repeat(API_BODY_MAX_BYTES)}"`, headers: json }, 413],
  ] satisfies [string, RequestInit, number][])('refuses %s', async (_what, init, status) => {
    let calls = 0;
    const { call } = await start({
      handlers: {
        collect_create: () => {
          calls += 1;
        },
      },
    });

    const answer = await call('/v1/collects', { method: 'POST', ...init });

    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, meta: expect.any(Object) });
    expect(calls).toBe(0);
  });

  it('refuses a stream as soon as it is too long, and the caller can read why', async () => {
    const { port } = await start();
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;

    const answer = await sendRaw(
      port,
      raw('POST', '/v1/collects', { ...json, 'transfer-encoding': 'chunked', connection: 'close' }),
      ...Array.from({ length: 6 }, () => chunk),
    );

    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"PAYLOAD_TOO_LARGE"');
  });

  it('takes more for an upload, but not without end', async () => {
    const { call, port } = await start();
    const form = { 'content-type': 'multipart/form-data; boundary=x' };

    const fits = await call('/v1/documents', { method: 'POST', headers: form, body: 'x'.repeat(1_000_000) });
    const announced = {
      ...form,
      'content-length': String(UPLOAD_BODY_MAX_BYTES + 1),
      expect: '100-continue',
    };
    const tooLarge = await sendRaw(port, raw('POST', '/v1/documents', announced));

    expect(fits.status).toBe(204);
    expect(tooLarge).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('refuses an upload that is not a form', async () => {
    const { call } = await start();

    const answer = await call('/v1/documents', { method: 'POST', headers: json, body: '{}' });

    expect(answer.status).toBe(415);
  });

  it.each(['application/json', 'application/vnd.api+json; profile="https://profiles.example/p"'])(
    'takes %s',
    async (type) => {
      const seen: unknown[] = [];
      const { call } = await start({
        handlers: {
          collect_create: (req, res) => {
            seen.push(edgeOf(req).body);
            res.end();
          },
        },
      });

      await call('/v1/collects', {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"a":[1,"é"]}',
      });

      expect(seen).toEqual([{ a: [1, 'é'] }]);
    },
  );

  it('gives the framework a body that it neither parses nor limits', async () => {
    const seen: { edge: Edge; body: unknown; rawBody: unknown }[] = [];
    const { call } = await start({
      handlers: {
        logo: (req, res) => {
          const { body, rawBody } = req as unknown as { body: unknown; rawBody: unknown };
          seen.push({ edge: edgeOf(req), body, rawBody });
          res.end();
        },
      },
    });
    const text = '{"id":"1","__proto__":{"admin":true}}';
    // The framework's own parser would make a Buffer, a string, an object without __proto__, and a 415 of these.
    const types = [
      'application/octet-stream',
      'text/plain',
      'application/x-www-form-urlencoded',
      'a/b; charset=zz',
    ];

    for (const type of types)
      await call('/logo', { method: 'POST', headers: { 'content-type': type }, body: text });

    expect(seen).toHaveLength(types.length);
    for (const { edge, body, rawBody } of seen) {
      expect(body).toBe(edge.body);
      expect(rawBody).toBe(edge.bytes);
      expect(Object.keys(edge.body as object)).toEqual(['id', '__proto__']);
      expect((edge.body as { admin?: unknown }).admin).toBeUndefined();
    }
  });

  it('lets a caller that waits for 100 Continue send its body', async () => {
    const { port } = await start({
      handlers: { logo: (req, res) => res.end(String(edgeOf(req).bytes.length)) },
    });

    const sent = request({
      port,
      method: 'POST',
      path: '/logo',
      headers: { authorization: 'Bearer good', expect: '100-continue', 'content-length': 2 },
    });
    await once(sent, 'continue');
    sent.end('{}');
    const [answer] = await once(sent, 'response');

    expect(answer.statusCode).toBe(200);
    answer.resume();
  });

  it('tells a caller that waits for 100 Continue not to send', async () => {
    const { port } = await start();

    const answer = await sendRaw(
      port,
      raw('POST', '/v1/collects', { ...json, 'content-length': '9999999', expect: '100-continue' }),
    );

    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('answers pipelined requests in their order', async () => {
    const { port } = await start({
      handlers: {
        logo: async (req, res) => {
          const { n } = edgeOf(req).body as { n: number };
          await new Promise((resolve) => setTimeout(resolve, n === 1 ? 20 : 0));
          res.end(`<${n}>`);
        },
      },
    });
    const one = (n: number, connection: string) =>
      raw('POST', '/logo', { 'content-length': '7', connection }, `{"n":${n}}`);

    const answer = await sendRaw(port, one(1, 'keep-alive') + one(2, 'keep-alive') + one(3, 'close'));

    expect([...answer.matchAll(/<(\d)>/g)].map(([, n]) => n)).toEqual(['1', '2', '3']);
  });

  it('survives callers that hang up in the middle of an upload', async () => {
    let calls = 0;
    const { port, call, lines } = await start({
      handlers: {
        document_create: () => {
          calls += 1;
        },
      },
    });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      raw(
        'POST',
        '/v1/documents',
        { 'content-type': 'multipart/form-data; boundary=x', 'content-length': '100000' },
        'part',
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.destroy();

    const after = await call('/v1/collects');

    expect(after.status).toBe(204);
    expect(calls).toBe(0);
    await expect.poll(() => lines.find(({ aborted }) => aborted)).toMatchObject({ route: '/v1/documents' });
    expect(lines.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
  });

  it.each([
    ['what is not HTTP', 'HELLO\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      raw('POST', '/logo', { 'content-length': '1', 'transfer-encoding': 'chunked' }, 'x'),
      400,
    ],
  ])('refuses %s in the form of every error', async (_what, bytes, status) => {
    const { port } = await start();

    const answer = await sendRaw(port, bytes);

    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ status, meta: {} });
  });
});

describe('a delivery that is authentic and no use', () => {
  it.each([
    ['broken JSON', { body: '{"id":' }],
    ['no body', {}],
    ['a body beyond the limit', { body: `"${'x'.repeat(TASK_BODY_MAX_BYTES)}"` }],
    ['a compressed body', { body: '{}', headers: { 'content-encoding': 'gzip' } }],
    ['JSON that nests too deep', { body: '['.repeat(2_000) }],
  ] satisfies [string, RequestInit][])('is taken and reported: %s', async (_what, init) => {
    let calls = 0;
    const { call, lines } = await start({
      handlers: {
        logo: () => {
          calls += 1;
        },
      },
    });

    const answer = await call('/logo', { method: 'POST', ...init });

    expect(answer.status).toBe(204);
    expect(calls).toBe(0);
    expect(lines.find(({ severity }) => severity === 'ALERT')).toMatchObject({ function: 'logo' });
  });
});

describe('errors behind the front', () => {
  // What escapes from a function is printed by the framework itself.
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  const secret = 'canary in the message';
  it.each([
    [
      'a throw',
      () => {
        throw new Error(secret);
      },
    ],
    ['a rejection', () => Promise.reject(new Error(secret))],
    [
      'a timer',
      () =>
        void setTimeout(() => {
          throw new Error(secret);
        }, 1),
    ],
    [
      'a page of its own',
      (
        _req: unknown,
        res: { statusCode: number; setHeader(n: string, v: string): void; end(s: string): void },
      ) => {
        res.statusCode = 500;
        res.setHeader('content-type', 'text/html');
        res.end(`<pre>${secret}</pre>`);
      },
    ],
  ])('%s becomes a bare 500', async (_what, handler) => {
    const { call, lines } = await start({ handlers: { collect_list: handler } });

    const answer = await call('/v1/collects');
    const text = await answer.text();

    expect(answer.status).toBe(500);
    expect(answer.headers.get('x-google-status')).toBeNull();
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(text).not.toMatch(/canary|node_modules|\bat /);
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect(lines.some(({ severity }) => severity === 'ERROR')).toBe(true);
  });

  it('an error in the token check is a bare 500 too', async () => {
    const { call, lines } = await start({
      authenticate: {
        queue: () => Promise.reject(new Error(secret)),
        user: () => Promise.reject(new Error(secret)),
      },
    });

    const answer = await call('/v1/collects');

    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('canary');
    expect(lines.find(({ severity }) => severity === 'ERROR')).toMatchObject({ error_name: 'Error' });
  });
});

describe('the access log', () => {
  it('has one line per request, with the pattern and without values', async () => {
    const { call, lines } = await start({ handlers: { collect_retrieve: (_req, res) => res.end() } });

    await call('/v1/collects/canary-id?email=canary');

    await expect.poll(() => lines.length).toBe(1);
    expect(lines[0]).toMatchObject({
      ...{ message: 'request', method: 'GET', route: '/v1/collects/:id', http_status: 200 },
      ...{ function: 'collect_retrieve', ms: expect.any(Number) },
    });
    expect(JSON.stringify(lines)).not.toContain('canary');
  });

  it('carries the ids that the answer names', async () => {
    const { call, lines } = await start();
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

    const answer = await call('/nothing', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
    const { meta } = (await answer.json()) as { meta: { trace_id: string; log_id: string } };

    expect(meta.trace_id).toBe(trace);
    await expect.poll(() => lines[0]?.['logging.googleapis.com/labels']).toEqual({ log_id: meta.log_id });
  });
});

describe('a caller that hangs up', () => {
  it('aborts the signal of its request', async () => {
    let edge: Edge | undefined;
    const { port } = await start({
      handlers: {
        logo: (req) => {
          edge = edgeOf(req);
        },
      },
    });
    const socket = connect(port, '127.0.0.1');
    socket.write(raw('POST', '/logo', { 'content-length': '2' }, '{}'));
    await expect.poll(() => edge).toBeDefined();

    socket.destroy();

    await expect.poll(() => edge?.disconnected.aborted).toBe(true);
  });

  it('does not count as gone when it was answered', async () => {
    let edge: Edge | undefined;
    const { call } = await start({
      handlers: {
        logo: (req, res) => {
          edge = edgeOf(req);
          res.end();
        },
      },
    });

    await call('/logo', { method: 'POST', body: '{}', headers: { connection: 'close' } });

    expect(edge?.disconnected.aborted).toBe(false);
  });
});
