import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OpenapiAnswers } from '../../functions/openapi/schema.ts';
import { type RunningFunctions, startFunctions } from '../../functions/start.ts';
import { type LocalKeys, openLocalKeys } from '../../shared/auth/local-keys.ts';
import { readConfig } from '../../shared/config.ts';
import { catalogue, workers } from '../../shared/domain/catalogue.ts';
import { createLog } from '../../shared/log.ts';

// The database is a listener that counts: whoever connects to it wanted to run SQL.
let database: Server;
let connections = 0;
let folder: string;
let keys: LocalKeys;
let functions: RunningFunctions;
const audience = 'http://127.0.0.1:9999';
const issuer = 'https://issuer.test';
const account = 'tasks@p.iam.gserviceaccount.com';

beforeAll(async () => {
  database = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(database, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'wellspring-start-'));
  keys = await openLocalKeys(join(folder, 'keys'));
  const config = readConfig({
    DATABASE_URL: `postgres://w@127.0.0.1:${(database.address() as { port: number }).port}/w`,
    HOST: '127.0.0.1',
    PORT: '0',
    FUNCTIONS_URL: audience,
    TASKS_OIDC_ISSUER: issuer,
    TASKS_OIDC_JWKS_URL: keys.publicUrl,
    TASKS_SERVICE_ACCOUNT: account,
    STORAGE: `file:${join(folder, 'storage')}`,
  });
  functions = await startFunctions(config, createLog({ level: 'silent' }));
});
afterAll(async () => {
  await functions.close();
  database.close();
  await rm(folder, { recursive: true, force: true });
});

const call = (name: string, authorization?: string) =>
  fetch(`http://127.0.0.1:${functions.port}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
    body: JSON.stringify({ id: '0b6f3c1e-9a55-4f0a-8d39-6c4c6f6a1a11', generation: 0 }),
  });

describe.each([...workers.map(({ name }) => name), 'sweep'])('%s', (name) => {
  test.for<[string, () => Promise<string | undefined>, number]>([
    ['no token', async () => undefined, 401],
    ['a token that is none', async () => 'Bearer nonsense', 401],
    [
      'a token for another service',
      async () =>
        `Bearer ${await keys.signQueueToken({ issuer, audience: 'https://other.test', email: account })}`,
      401,
    ],
    [
      'the token of another account',
      async () =>
        `Bearer ${await keys.signQueueToken({ issuer, audience, email: 'x@y.iam.gserviceaccount.com' })}`,
      403,
    ],
  ])('refuses %s and runs no SQL', async ([, token, status]) => {
    const before = connections;

    const answer = await call(name, await token());

    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, meta: { trace_id: expect.any(String) } });
    expect(connections).toBe(before);
  });

  test('takes the right token, and says when the database cannot be reached', async () => {
    const before = connections;

    const answer = await call(
      name,
      `Bearer ${await keys.signQueueToken({ issuer, audience, email: account })}`,
    );

    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(connections).toBeGreaterThan(before);
  });
});

test('every function of the catalogue answers at its name', async () => {
  const answers = await Promise.all(
    catalogue.map(({ name }) => fetch(`http://127.0.0.1:${functions.port}/${name}`, { method: 'OPTIONS' })),
  );

  expect(answers.map(({ status }) => status)).not.toContain(404);
});

describe('the description of the API', () => {
  const read = (init?: RequestInit) => fetch(`http://127.0.0.1:${functions.port}/openapi.json`, init);

  test('is read by anybody, kept for a while, and runs no SQL', async () => {
    const before = connections;

    const answer = await read();

    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(OpenapiAnswers[200].safeParse(await answer.json()).error).toBeUndefined();
    expect(connections).toBe(before);
  });

  test('is not sent again to who has it', async () => {
    const etag = (await read({ method: 'HEAD' })).headers.get('etag') ?? '';

    const answer = await read({ headers: { 'if-none-match': etag } });

    expect(answer.status).toBe(304);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('etag')).toBe(etag);
  });

  test('takes no parameters and no other method', async () => {
    const answers = await Promise.all([
      fetch(`http://127.0.0.1:${functions.port}/openapi.json?format=yaml`),
      read({ method: 'POST' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([400, 405]);
  });
});

test('a target that is no function is named, with what there is', async () => {
  const config = readConfig({ DATABASE_URL: 'postgres://w@127.0.0.1:1/w', FUNCTION_TARGET: 'logos' });

  await expect(startFunctions(config, createLog({ level: 'silent' }))).rejects.toThrow(
    /FUNCTION_TARGET logos is no function; there are: .*ocr_extract, /,
  );
});
