import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
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

/** A ledger of answers in memory, by the values that the statements carry: workspace, function, key, and the rest. */
const kept = new Map<string, readonly unknown[]>();
const ledger = {
  one: async () => ({ locked: true }),
  async maybeOne({ values }: { values: readonly unknown[] }) {
    const found = kept.get(JSON.stringify(values));
    if (!found) return null;
    const [, , , request_hash, status_code, headers, response] = found;
    const parsed = (json: unknown) => (json === undefined ? undefined : JSON.parse(String(json)));
    return { request_hash, status_code, response_headers: parsed(headers), response: parsed(response) };
  },
  async query({ values }: { values: readonly unknown[] }) {
    kept.set(JSON.stringify(values.slice(0, 3)), values);
  },
} as unknown as Db;

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
    return { status: 204 };
  },
});

const upload = endpoint({
  name: 'document_create',
  body: documentSchema(
    resourceSchema({ type: 'document', attributes: z.strictObject({ file_name: z.string() }) }),
  ),
  async handle({ once }, { body, file }) {
    return once(ledger, async () => {
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
      document_create: serveEndpoint(upload, host),
    },
  });
});
afterAll(() => started.front.close());
beforeEach(() => {
  seen.length = 0;
  statements = 0;
  kept.clear();
});

const post = (body: unknown, headers: Record<string, string> = {}) =>
  started.call('/v1/collects', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

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
    ['another type', '{"data":{"type":"task"}}', 'SCHEMA_VALIDATION_ERROR', 'data.type'],
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
