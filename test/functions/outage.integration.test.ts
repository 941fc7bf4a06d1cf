import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type RunningFunctions, startFunctions } from '../../functions/start.ts';
import { type RunningPostgres, startPostgres } from '../../local/postgres.ts';
import { type LocalKeys, openLocalKeys } from '../../shared/auth/local-keys.ts';
import { readConfig } from '../../shared/config.ts';
import { completed } from '../../shared/domain/outcomes.ts';
import { insertTask, type TestTask } from '../support/factories.ts';
import { deliver, enrichmentOf, owner, recordingLog, taskOf, testRunner } from '../support/pipeline.ts';
import { insertMember, type Member } from './start-doors.ts';

// A database server of its own, which is stopped under the functions and comes back, and is once what a failover leaves
// of a primary. One process serves through all of it.

const audience = 'http://functions.test';
const issuer = 'https://issuer.test';
const account = 'tasks@p.iam.gserviceaccount.com';
/** Of doors and of workers each; twice as many requests come at once. */
const CONNECTIONS = 3;

let server: RunningPostgres;
let functions: RunningFunctions;
let keys: LocalKeys;
let folder: string;
let member: Member;
const { log, lines } = recordingLog();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wellspring-outage-'));
  server = await startPostgres({ dataDir: join(folder, 'postgres'), from: inject('cluster') });
  keys = await openLocalKeys(join(folder, 'keys'));
  const config = readConfig({
    ...{ DATABASE_URL: server.url, DATABASE_POOL_SIZE: String(CONNECTIONS), HOST: '127.0.0.1', PORT: '0' },
    ...{ FUNCTIONS_URL: audience, TASKS_OIDC_ISSUER: issuer, TASKS_SERVICE_ACCOUNT: account },
    ...{ TASKS_OIDC_JWKS_URL: keys.publicUrl, AUTH_ISSUER: issuer, AUTH_JWKS_URL: keys.publicUrl },
    ...{ STORAGE: `file:${join(folder, 'storage')}` },
  });
  functions = await startFunctions(config, log, { drainMs: 500 });
  member = await asOwner((client) => insertMember(client, { role: 'owner' }));
});
afterAll(async () => {
  await functions.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function asOwner<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await owner(server.url);
  // What only functions are to suffer from.
  await client.query('set default_transaction_read_only = off');
  return work(client).finally(() => client.end());
}

/** As for a primary that was demoted; resolves once every connection knows. */
const takeWrites = (allowed: boolean) =>
  asOwner(async (client) => {
    await client.query(`alter system set default_transaction_read_only = ${allowed ? 'off' : 'on'}`);
    await client.query('select pg_reload_conf()');
    await expect
      .poll(
        async () => {
          const fresh = new pg.Client({ connectionString: server.url });
          await fresh.connect();
          const { rows } = await fresh.query('show default_transaction_read_only');
          await fresh.end();
          return rows[0]?.default_transaction_read_only;
        },
        { interval: 5 },
      )
      .toBe(allowed ? 'off' : 'on');
  });

interface Answered {
  status: number;
  retryAfter: string | null;
  code: string | undefined;
}

async function call(path: string, token: string, body?: object): Promise<Answered> {
  const answer = await fetch(`http://127.0.0.1:${functions.port}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    code: text === '' ? undefined : JSON.parse(text).code,
  };
}

const userToken = () => keys.signUserToken({ issuer, audience: 'wellspring', subject: member.subject });
const read = async () => call('/v1/collects', await userToken());
const write = async () =>
  call('/v1/collects', await userToken(), { data: { type: 'collect', attributes: { provider: 'popup' } } });
const deliveryOf = async ({ enrichment_task_id: id }: Pick<TestTask, 'enrichment_task_id'>) =>
  call('/reconcile', await keys.signQueueToken({ issuer, audience, email: account }), { id, generation: 0 });

const newTask = () =>
  asOwner(async (client) => {
    const { rows } = await client.query<{ invoice_id: string }>(
      `insert into invoices (workspace_pk, invoice_number) values ($1, 'O-1') returning invoice_id`,
      [member.workspacePk],
    );
    const entity_id = rows[0]?.invoice_id;
    return insertTask(client, member.workspacePk, {
      ...{ enrichment_type: 'reconcile', entity_type: 'invoice', entity_id },
    });
  });
const standing = ({ enrichment_task_id: id }: Pick<TestTask, 'enrichment_task_id'>) =>
  asOwner(async (client) => {
    const { rows } = await client.query(
      'select status, attempt, error from enrichment_tasks where enrichment_task_id = $1',
      [id],
    );
    return rows[0];
  });

const AWAY = { status: 503, retryAfter: '5', code: 'SERVICE_UNAVAILABLE' };
const atOnce = <T>(times: number, work: () => Promise<T>) => Promise.all(Array.from({ length: times }, work));

test('while the server is away everybody is told when to come again, and afterwards served by the same process', async () => {
  const task = await newTask();
  // Every connection of the pool is there, and some are in use when the server goes.
  await atOnce(2 * CONNECTIONS, read);
  const stopping = server.stop();
  const during = await atOnce(2 * CONNECTIONS, write);
  await stopping;

  const away = await Promise.all([read(), write(), deliveryOf(task)]);
  server = await startPostgres({ dataDir: join(folder, 'postgres'), port: server.port });
  const back = await atOnce(2 * CONNECTIONS, write);
  const delivered = await deliveryOf(task);

  expect(during.filter(({ status }) => status !== 201 && status !== 503)).toEqual([]);
  expect(during.filter(({ status, retryAfter }) => status === 503 && retryAfter === null)).toEqual([]);
  expect(away).toEqual([AWAY, AWAY, AWAY]);
  expect(back.map(({ status }) => status)).toEqual(Array(2 * CONNECTIONS).fill(201));
  expect(delivered.status).toBe(204);
  expect(await standing(task)).toEqual({ status: 'completed', attempt: 1, error: null });
});

test('a server that takes no writes is one to come again for, and held against no task', async () => {
  const task = await newTask();
  await takeWrites(false);

  const refused = await Promise.all([write(), deliveryOf(task)]);
  const readable = await read();
  const before = await standing(task);
  await takeWrites(true);
  const back = await atOnce(2 * CONNECTIONS, write);
  const delivered = await deliveryOf(task);

  expect(refused).toEqual([AWAY, AWAY]);
  expect(readable.status).toBe(200);
  expect(before).toEqual({ status: 'pending', attempt: 0, error: null });
  expect(back.map(({ status }) => status)).toEqual(Array(2 * CONNECTIONS).fill(201));
  expect(delivered.status).toBe(204);
  expect(await standing(task)).toEqual({ status: 'completed', attempt: 1, error: null });
});

test('a last run that cannot be written down is no failure of its task', async () => {
  const task = await newTask();
  const row = { ...task, workspace_pk: member.workspacePk };
  await asOwner((client) => client.query('update enrichment_tasks set attempt = 4 where pk = $1', [task.pk]));
  const runner = testRunner(functions.services.databaseFor('wellspring_worker'));
  const during = enrichmentOf(async () => {
    await takeWrites(false);
    return completed({});
  });

  const end = await deliver(runner, during, row);
  await takeWrites(true);
  const between = await taskOf(runner, row);
  await asOwner((client) =>
    client.query('update enrichment_tasks set lease_until = clock_timestamp() where pk = $1', [task.pk]),
  );
  const again = await deliver(
    runner,
    enrichmentOf(async () => completed({})),
    row,
  );

  expect(end).toEqual({ answer: 'database_unavailable' });
  expect(between).toMatchObject({ status: 'processing', attempt: 5, error: null });
  expect(again).toEqual({ answer: 'done' });
  expect(await standing(task)).toEqual({ status: 'completed', attempt: 6, error: null });
});

test('an outage is no error of ours: nothing of it is reported', () => {
  expect(lines.filter(({ severity }) => severity === 'ERROR' || severity === 'ALERT')).toEqual([]);
});
