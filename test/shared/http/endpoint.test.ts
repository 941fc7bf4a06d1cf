import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { KEY_TAKEN, waitForWork } from '../../../shared/db/idempotency-keys.ts';
import type { Db } from '../../../shared/db/sql.ts';
import { conflict, forbidden } from '../../../shared/errors.ts';
import {
  document,
  documentSchema,
  resource,
  resourceSchema,
  toOne,
  toOneSchema,
} from '../../../shared/http/document.ts';
import { identityOf } from '../../../shared/http/edge.ts';
import { type CallerRequest, endpointsFor, serveEndpoint } from '../../../shared/http/endpoint.ts';
import { startFront } from './start-front.ts';

interface Caller {
  subject: string;
  workspace: string;
  workspacePk: number;
}
const WORKSPACE = '7e91cd02-0a3b-4f55-8811-fedcba987654';
const endpoint = endpointsFor<Caller, { greeting: string }>();
const seen: Record<string, unknown>[] = [];
let statements = 0;

/** A ledger of answers in memory, by workspace, function and key. Like the real one it says with the next statement that a key is taken. */
const kept = new Map<string, readonly unknown[]>();
let taken = false;
interface Statement {
  sql: string;
  values: readonly unknown[];
}
const ledger = {
  async one() {
    if (!taken) return {};
    taken = false;
    throw Object.assign(new Error('the key is taken'), { code: KEY_TAKEN });
  },
  async maybeOne({ values }: Statement) {
    const [, , , request_hash, status_code, headers, response] = kept.get(JSON.stringify(values)) ?? [];
    if (request_hash === undefined) return null;
    const [response_headers, body] = [headers, response].map((json) => JSON.parse(String(json)));
    return { request_hash, status_code, response_headers, response: body };
  },
  async query({ sql, values }: Statement) {
    const place = JSON.stringify(values.slice(0, 3));
    if (sql.includes('take_idempotency_key')) taken = kept.has(place);
    if (sql.includes('insert into idempotency_keys')) kept.set(place, values);
  },
} as unknown as Db;
const anyStatement = waitForWork({ seconds: 1 });

const list = endpoint({
  name: 'collect_list',
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(20) }),
  async handle({ caller, greeting }, { query, body }) {
    seen.push({ caller, greeting, query, body });
    return { status: 200, body: document([], { meta: { count: 0 } }) };
  },
});

const create = endpoint({
  name: 'collect_create',
  body: documentSchema(
    resourceSchema({
      type: 'collect',
      attributes: z.strictObject({
        provider: z.string().max(20).optional(),
        status: z.enum(['todo', 'error']).default('todo'),
      }),
      relationships: z.strictObject({ task: toOneSchema('task').optional() }),
    }),
  ),
  async handle({ once }, { body: { data } }) {
    if (data.attributes.provider === 'forgets keys') return { status: 200 };
    if (data.attributes.status === 'error') throw conflict('COLLECT_ALREADY_ENDED', 'It has ended.');
    if (data.attributes.provider === 'bug') throw new Error('canary');
    if (data.attributes.provider === 'big') return { status: 200, body: { n: 1n } };
    return once(ledger, async () => {
      await ledger.one(anyStatement);
      seen.push(data);
      const made = resource(
        'collect',
        'id-1',
        { status: data.attributes.status },
        { task: toOne('task', null) },
      );
      return { status: 201, body: document(made), headers: { location: '/v1/collects/id-1' } };
    });
  },
});

const retrieve = endpoint({
  name: 'collect_retrieve',
  params: z.strictObject({ id: z.guid() }),
  async handle(_context, { params }) {
    seen.push(params);
    return { status: 200, body: document(stored) };
  },
});

let stored = resource('collect', WORKSPACE, { status: 'todo' });
const update = endpoint({
  name: 'collect_update',
  params: z.strictObject({ id: z.guid() }),
  body: documentSchema(
    resourceSchema({
      type: 'collect',
      attributes: z.strictObject({ status: z.string(), unlooked: z.boolean().optional() }),
    }),
  ),
  async handle({ once, requireMatch }, { body: { data } }) {
    return once(ledger, async () => {
      await ledger.one(anyStatement);
      if (!data.attributes.unlooked) requireMatch(stored);
      stored = resource('collect', WORKSPACE, { status: data.attributes.status });
      return { status: 200, body: document(stored) };
    });
  },
});

const upload = endpoint({
  name: 'document_create',
  body: documentSchema(
    resourceSchema({ type: 'document', attributes: z.strictObject({ file_name: z.string() }) }),
  ),
  async handle({ once }, { body, file }) {
    return once(ledger, async () => {
      await ledger.one(anyStatement);
      seen.push({ name: file?.name, attributes: body.data.attributes });
      return { status: 201, body: document(null) };
    });
  },
});

let started: Awaited<ReturnType<typeof startFront>>;
beforeAll(async () => {
  const host = {
    services: { greeting: 'hello' },
    async resolveCaller({ principal, workspaceId }: CallerRequest) {
      statements += 1;
      if (workspaceId && workspaceId !== WORKSPACE) throw forbidden('not a member');
      return { subject: identityOf(principal), workspace: workspaceId ?? 'default', workspacePk: 7 };
    },
  };
  started = await startFront({
    handlers: {
      collect_list: serveEndpoint(list, host),
      collect_create: serveEndpoint(create, host),
      collect_retrieve: serveEndpoint(retrieve, host),
      collect_update: serveEndpoint(update, host),
      document_create: serveEndpoint(upload, host),
    },
  });
});
afterAll(() => started.front.close());
beforeEach(() => {
  seen.length = 0;
  statements = 0;
  kept.clear();
  stored = resource('collect', WORKSPACE, { status: 'todo' });
});

const post = (body: unknown, headers: Record<string, string> = {}) =>
  started.call('/v1/collects', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const retrieved = (headers: Record<string, string> = {}) =>
  started.call(`/v1/collects/${WORKSPACE}`, { headers });
const patch = (body: unknown, headers: Record<string, string> = {}) =>
  started.call(`/v1/collects/${WORKSPACE}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const move = (status: string, headers: Record<string, string> = {}) =>
  patch({ data: { type: 'collect', attributes: { status } } }, headers);

const sendUpload = (content: string, headers: Record<string, string> = {}) => {
  const form = new FormData();
  form.append('file', new Blob([content]), 'a.pdf');
  form.append('data.attributes.file_name', 'a.pdf');
  return started.call('/v1/documents', { method: 'POST', body: form, headers });
};

describe('an endpoint', () => {
  it('gets its caller, its services and its checked input', async () => {
    const answer = await started.call(`/v1/collects?limit=5&workspaceId=${WORKSPACE}`);

    expect(await answer.json()).toEqual({ data: [], meta: { count: 0 } });
    expect(seen).toEqual([
      {
        caller: { subject: 'user:person-1', workspace: WORKSPACE, workspacePk: 7 },
        greeting: 'hello',
        query: { limit: 5 },
        body: undefined,
      },
    ]);
  });

  it('answers with its status, headers and document', async () => {
    const answer = await post({ data: { type: 'collect' } });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/v1/collects/id-1');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toEqual({
      data: {
        type: 'collect',
        id: 'id-1',
        attributes: { status: 'todo' },
        relationships: { task: { data: null } },
      },
    });
  });

  it('answers in the JSON:API media type to who asks for it', async () => {
    const answer = await post({ data: { type: 'collect' } }, { accept: 'application/vnd.api+json' });

    expect(answer.headers.get('content-type')).toBe('application/vnd.api+json');
    expect(await answer.json()).toMatchObject({ jsonapi: { version: '1.1' }, data: { type: 'collect' } });
  });

  it.each(['collect', 'collects'])('takes the type %s', async (type) => {
    expect((await post({ data: { type, attributes: {} } })).status).toBe(201);
  });

  it('gets an upload as file and document', async () => {
    expect((await sendUpload('x')).status).toBe(201);
    expect(seen).toEqual([{ name: 'a.pdf', attributes: { file_name: 'a.pdf' } }]);
  });
});

describe('a request with an Idempotency-Key', () => {
  const popup = { data: { type: 'collect', attributes: { provider: 'popup' } } };
  const key = { 'idempotency-key': 'k1' };

  it('is done once, and answered again as it was', async () => {
    const first = await post(popup, key);
    const again = await post(`  ${JSON.stringify(popup)}`, key);

    expect(seen).toHaveLength(1);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual(await first.json());
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  });

  it('is a 422 when it asks for something else', async () => {
    await post(popup, key);

    const other = await post({ data: { type: 'collect', attributes: { provider: 'other' } } }, key);

    expect(await other.json()).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(seen).toHaveLength(1);
  });

  it('is a new one with the key of somebody else', async () => {
    await post(popup, key);
    await post(popup, { ...key, authorization: 'Bearer other' });

    expect(seen).toHaveLength(2);
  });

  it('knows an upload whatever its boundary, and its file by the bytes', async () => {
    const answers = [await sendUpload('x', key), await sendUpload('x', key), await sendUpload('y', key)];

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 422]);
  });

  it('is only told apart where keys count: a GET takes any', async () => {
    expect(
      (await started.call('/v1/collects', { headers: { 'idempotency-key': 'k'.repeat(256) } })).status,
    ).toBe(200);
  });

  it('cannot be forgotten by a door', async () => {
    started.lines.length = 0;

    const answer = await post({ data: { type: 'collect', attributes: { provider: 'forgets keys' } } });

    expect(answer.status).toBe(500);
    expect(started.lines.find(({ severity }) => severity === 'ERROR')?.stack_trace).toContain('once()');
  });
});

describe('an ETag', () => {
  it('comes with one resource, and spares who has it its body', async () => {
    const first = await retrieved();
    const etag = first.headers.get('etag') ?? '';
    const again = await retrieved({ 'if-none-match': etag });

    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await started.call('/v1/collects')).headers.get('etag')).toBeNull();
  });

  it('is another one in another media type, which is good for a change all the same', async () => {
    const accept = 'application/vnd.api+json';
    const plain = (await retrieved()).headers.get('etag') ?? '';
    const jsonApi = (await retrieved({ accept })).headers.get('etag') ?? '';

    expect(jsonApi).not.toBe(plain);
    expect((await retrieved({ accept, 'if-none-match': plain })).status).toBe(200);
    expect((await move('in_progress', { 'if-match': jsonApi })).status).toBe(200);
  });

  it('of before a change lets nobody change again', async () => {
    const etag = (await retrieved()).headers.get('etag') ?? '';
    const first = await move('in_progress', { 'if-match': etag });

    const second = await move('error', { 'if-match': etag });

    expect(await second.json()).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect(stored.attributes.status).toBe('in_progress');
    expect(first.headers.get('etag')).toBe((await retrieved()).headers.get('etag'));
  });

  it('does not stand in the way of a change that comes again with its key', async () => {
    const etag = (await retrieved()).headers.get('etag') ?? '';
    const headers = { 'if-match': etag, 'idempotency-key': 'k1' };
    await move('in_progress', headers);

    const again = await move('in_progress', headers);

    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
  });

  it('cannot be passed over by a door', async () => {
    const body = { data: { type: 'collect', attributes: { status: 'x', unlooked: true } } };

    expect((await patch(body, { 'if-match': '*' })).status).toBe(500);
    expect((await patch(body)).status).toBe(200);
  });
});

describe('what published clients send along', () => {
  const key = { 'idempotency-key': 'k1' };
  const task = { type: 'tasks', id: WORKSPACE };
  const data = { type: 'collects', relationships: { task: { data: task } } };

  it.each([
    ['meta', { data, meta: { via: 'client' } }],
    ['jsonapi', { data, jsonapi: { version: '1.0' } }],
    ['links', { data, links: { self: '/x' } }],
    ['included', { data, included: [{ type: 'task', id: '1', attributes: {} }] }],
    ['a lid', { data: { ...data, lid: 'local-1' } }],
    ['links of the resource', { data: { ...data, links: { self: '/x' } } }],
    ['meta of the resource', { data: { ...data, meta: {} } }],
    ['links of a relationship', { data: { ...data, relationships: { task: { data: task, links: {} } } } }],
    [
      'meta of an identifier',
      { data: { ...data, relationships: { task: { data: { ...task, meta: {} } } } } },
    ],
  ])('%s is taken, passed over, and makes no other request of it', async (_what, body) => {
    const plain = await post({ data }, key);
    const more = await post(body, key);

    expect([plain.status, more.status]).toEqual([201, 201]);
    expect(more.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is refused where nothing is known to send it', async () => {
    const answer = await post({ data: { ...data, surprise: 1 } });

    expect(await answer.json()).toMatchObject({ status: 400, details: { path: 'data.surprise' } });
  });

  it.each(['application/vnd.api+json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'a GET may say Content-Type: %s',
    async (type) => {
      expect((await started.call('/v1/collects', { headers: { 'content-type': type } })).status).toBe(200);
    },
  );

  it('a GET with JSON:API and a charset is a 415, as JSON:API says', async () => {
    const headers = { 'content-type': 'application/vnd.api+json; charset=utf-8' };

    expect((await started.call('/v1/collects', { headers })).status).toBe(415);
  });

  it.each(['{"data":{"type":"collects","id":"x"}}', 'no JSON at all'])(
    'a DELETE may have a body, which nobody reads: %s',
    async (body) => {
      const answer = await started.call(`/v1/collects/${WORKSPACE}`, { method: 'DELETE', body });

      expect(answer.status).toBe(204);
    },
  );
});

describe('what does not fit', () => {
  it.each([
    ['/v1/collects?limit=0', 'query.limit'],
    ['/v1/collects?limit=x', 'query.limit'],
    ['/v1/collects?page=1', 'query.page'],
    ['/v1/collects?limit=1&limit=2', 'query.limit'],
    ['/v1/collects?__proto__=1', 'query.__proto__'],
    ['/v1/collects?workspaceId=1', 'query.workspaceId'],
    ['/v1/collects/not-an-id', 'params.id'],
    ['/collect_retrieve', 'params.id'],
  ])('%s is a 400 that names %s, before any statement', async (path, name) => {
    const answer = await started.call(path);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'SCHEMA_VALIDATION_ERROR', details: { path: name } });
    expect(statements).toBe(0);
  });

  it.each([
    ['no body', '', 'INVALID_JSON', undefined],
    ['no object', '3', 'SCHEMA_VALIDATION_ERROR', 'body'],
    ['no data', '{}', 'SCHEMA_VALIDATION_ERROR', 'data'],
    ['no type', '{"data":{}}', 'SCHEMA_VALIDATION_ERROR', 'data.type'],
    ['a type that is no text', '{"data":{"type":3}}', 'SCHEMA_VALIDATION_ERROR', 'data.type'],
    [
      'an unknown field',
      '{"data":{"type":"collect","attributes":{"people_pk":1}}}',
      'SCHEMA_VALIDATION_ERROR',
      'data.attributes.people_pk',
    ],
    [
      'an unknown relationship',
      '{"data":{"type":"collect","relationships":{"people":{"data":null}}}}',
      'SCHEMA_VALIDATION_ERROR',
      'data.relationships.people',
    ],
    [
      'a prototype',
      '{"data":{"type":"collect","attributes":{"__proto__":{"status":"error"}}}}',
      'SCHEMA_VALIDATION_ERROR',
      'data.attributes.__proto__',
    ],
    [
      'a prototype on top',
      '{"data":{"type":"collect"},"__proto__":{"admin":true}}',
      'SCHEMA_VALIDATION_ERROR',
      '__proto__',
    ],
  ])('%s is a 400', async (_what, body, code, path) => {
    const answer = await post(body);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code, ...(path ? { details: { path } } : {}) });
    expect(seen).toEqual([]);
    expect(statements).toBe(0);
  });

  it.each([
    ['another type', { type: 'task' }, 409, 'RESOURCE_TYPE_MISMATCH', 'data.type'],
    ['an id of the client', { type: 'collect', id: WORKSPACE }, 403, 'CLIENT_ID_FORBIDDEN', 'data.id'],
  ])('%s of a new resource is refused as JSON:API says', async (_what, data, status, code, path) => {
    const answer = await post({ data });

    expect(await answer.json()).toMatchObject({ status, code, details: { path } });
    expect(seen).toEqual([]);
  });

  it.each([
    ['another id than the path', { id: WORKSPACE.replace('7', '8') }, 409, 'RESOURCE_ID_MISMATCH'],
    ['the id of the path', { id: WORKSPACE.toUpperCase() }, 200, undefined],
    ['no id', {}, 200, undefined],
  ])('%s in a change', async (_what, parts, status, code) => {
    const answer = await patch({ data: { type: 'collect', attributes: { status: 'todo' }, ...parts } });

    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { code?: string }).code).toBe(code);
  });

  it('no body of a change is a 400 that says so', async () => {
    const answer = await started.call(`/v1/collects/${WORKSPACE}`, { method: 'PATCH' });

    expect(await answer.json()).toMatchObject({ code: 'INVALID_JSON', message: 'A JSON body is required.' });
  });

  it('an idempotency key beyond 255 characters is a 400', async () => {
    expect((await post({ data: { type: 'collect' } }, { 'idempotency-key': 'k'.repeat(256) })).status).toBe(
      400,
    );
  });

  it('another workspace is a 403', async () => {
    const answer = await started.call('/v1/collects?workspaceId=d8b1a4f2-11cc-4e77-b933-abc123456789');

    expect(await answer.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});

describe('what a handler throws', () => {
  it('is told when it is a problem', async () => {
    const answer = await post({ data: { type: 'collect', attributes: { status: 'error' } } });

    expect(await answer.json()).toMatchObject({
      status: 409,
      code: 'COLLECT_ALREADY_ENDED',
      message: 'It has ended.',
    });
  });

  it.each(['bug', 'big'])('is a bare 500 otherwise, and a log line: %s', async (provider) => {
    started.lines.length = 0;

    const answer = await post({ data: { type: 'collect', attributes: { provider } } });
    const text = await answer.text();

    expect(answer.status).toBe(500);
    expect(text).not.toMatch(/canary|BigInt|\bat /);
    expect(started.lines.find(({ severity }) => severity === 'ERROR')).toMatchObject({
      function: 'collect_create',
    });
  });
});
