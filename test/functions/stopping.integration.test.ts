import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFunctions } from '../../functions/start.ts';
import { type LocalKeys, openLocalKeys } from '../../shared/auth/local-keys.ts';
import { readConfig } from '../../shared/config.ts';
import { createLog } from '../../shared/log.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { insertCompany, insertTask, insertWorkspace } from '../support/factories.ts';
import { owner } from '../support/pipeline.ts';

const audience = 'http://functions.test';
const issuer = 'https://issuer.test';
const account = 'tasks@p.iam.gserviceaccount.com';
const IN_FLIGHT = 20;

let site: Server;
let fresh: FreshDatabase;
let client: pg.Client;
let folder: string;
let keys: LocalKeys;

beforeAll(async () => {
  // A site that is reached and never answers: whoever asks it is in flight for as long as the test wants.
  site = createServer(() => {}).listen(0, '127.0.0.1');
  await once(site, 'listening');
  fresh = await freshDatabase();
  client = await owner(fresh.url);
  folder = await mkdtemp(join(tmpdir(), 'wellspring-stopping-'));
  keys = await openLocalKeys(join(folder, 'keys'));
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await client.end();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

test('a process that is told to stop answers each of 20 deliveries in flight and gives its lease back', async () => {
  const config = readConfig({
    ...{ DATABASE_URL: fresh.url, HOST: '127.0.0.1', PORT: '0', FUNCTION_TARGET: 'logo' },
    ...{ FUNCTIONS_URL: audience, TASKS_OIDC_ISSUER: issuer, TASKS_SERVICE_ACCOUNT: account },
    TASKS_OIDC_JWKS_URL: keys.publicUrl,
    ...{ STORAGE: `file:${join(folder, 'storage')}` },
    WEB_TEST_HOSTS: `silent.example=127.0.0.1:${(site.address() as AddressInfo).port}`,
  });
  // Far more than they may take.
  const functions = await startFunctions(config, createLog({ level: 'silent' }), { drainMs: 3_000 });
  const { pk: workspacePk } = await insertWorkspace(client);
  const token = await keys.signQueueToken({ issuer, audience, email: account });
  const deliveries = Array.from({ length: IN_FLIGHT }, async () => {
    const company = await insertCompany(client, workspacePk, { domain_normalized: 'silent.example' });
    const task = await insertTask(client, workspacePk, {
      ...{ enrichment_type: 'logo', entity_type: 'company', entity_id: company.company_id },
    });
    const answer = await fetch(`http://127.0.0.1:${functions.port}/logo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ id: task.enrichment_task_id, generation: 0 }),
    });
    return answer.status;
  });
  const standing = async () =>
    (
      await client.query<{ status: string; held: boolean; tasks: number }>(
        `select status, lease_token is not null as held, count(*)::int as tasks
         from enrichment_tasks where workspace_pk = $1 group by 1, 2`,
        [workspacePk],
      )
    ).rows;
  await expect
    .poll(standing, { timeout: 20_000 })
    .toEqual([{ status: 'processing', held: true, tasks: IN_FLIGHT }]);

  const { cut } = await functions.close();

  const answers = await Promise.all(deliveries);
  expect(cut).toBe(0);
  // Not a 2xx: the queue delivers each of them again.
  expect(answers).toEqual(Array(IN_FLIGHT).fill(422));
  expect(await standing()).toEqual([{ status: 'processing', held: false, tasks: IN_FLIGHT }]);
});
