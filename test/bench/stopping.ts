import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { makeBundle } from '../../local/bundle/make-bundle.ts';
import { startPostgres } from '../../local/postgres.ts';
import { openLocalKeys } from '../../shared/auth/local-keys.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { insertCompany, insertTask, insertWorkspace } from '../support/factories.ts';

// From SIGTERM until the last of 20 deliveries in flight was answered and no lease is held in the database, in the
// bundle of a worker as it is deployed. Beside it, in turns, how long the same process takes to end when it has none.

const rounds = Number(process.argv[2] ?? 9);
const IN_FLIGHT = 20;
const ALLOWED_MS = 200;

const root = resolve(import.meta.dirname, '../..');
const audience = 'http://functions.test';
const issuer = 'https://issuer.test';
const account = 'tasks@p.iam.gserviceaccount.com';

await mkdir(join(root, '.local'), { recursive: true });
const folder = await mkdtemp(join(root, '.local/stopping-'));
const postgres = await startPostgres();
// A site that is reached and never answers: whoever asks it is in flight until the process is told to stop.
const site = createServer(() => {}).listen(0, '127.0.0.1');
await once(site, 'listening');
const keys = await openLocalKeys(join(folder, 'keys'));
const token = await keys.signQueueToken({ issuer, audience, email: account });

async function start(): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [join(folder, 'bundle/serve.js')], {
    env: {
      ...{ PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', FUNCTION_TARGET: 'logo' },
      ...{ DATABASE_URL: postgres.url, FUNCTIONS_URL: audience, STORAGE: `file:${join(folder, 'storage')}` },
      ...{ TASKS_OIDC_ISSUER: issuer, TASKS_OIDC_JWKS_URL: keys.publicUrl, TASKS_SERVICE_ACCOUNT: account },
      ...{ AUTH_JWKS_URL: keys.publicUrl, AUTH_ISSUER: issuer },
      WEB_TEST_HOSTS: `silent.example=127.0.0.1:${(site.address() as AddressInfo).port}`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const { port } = JSON.parse(line);
    if (!port) continue;
    child.stdout.resume();
    return { child, origin: `http://127.0.0.1:${port}` };
  }
  throw new Error('the bundle ended before it was ready');
}

/** Milliseconds from SIGTERM to the end of a process that has nothing to do. */
async function stopIdle(): Promise<number> {
  const { child } = await start();
  const ended = once(child, 'exit');
  const told = performance.now();
  child.kill('SIGTERM');
  await ended;
  return performance.now() - told;
}

async function stopBusy(client: pg.Client): Promise<{ settled: number; ended: number; lost: number }> {
  const { child, origin } = await start();
  const { pk: workspacePk } = await insertWorkspace(client);
  const tasks: string[] = [];
  for (let count = 0; count < IN_FLIGHT; count += 1) {
    const company = await insertCompany(client, workspacePk, { domain_normalized: 'silent.example' });
    const task = await insertTask(client, workspacePk, {
      ...{ enrichment_type: 'logo', entity_type: 'company', entity_id: company.company_id },
    });
    tasks.push(task.enrichment_task_id);
  }
  const answers = tasks.map(async (id) => {
    const { status } = await fetch(`${origin}/logo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ id, generation: 0 }),
    });
    return { status, at: performance.now() };
  });
  const held = async () => {
    const { rows } = await client.query<{ held: number }>(
      'select count(lease_token)::int as held from enrichment_tasks where workspace_pk = $1',
      [workspacePk],
    );
    return rows[0]?.held ?? 0;
  };
  while ((await held()) < IN_FLIGHT) await wait(5);

  const exit = once(child, 'exit');
  const told = performance.now();
  child.kill('SIGTERM');
  let released = told;
  const leases = (async () => {
    while ((await held()) > 0) await wait(2);
    released = performance.now();
  })();
  const outcomes = await Promise.allSettled(answers);
  await Promise.all([leases, exit]);
  const ended = performance.now() - told;
  const answered = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.at] : []));
  return { settled: Math.max(released, ...answered) - told, ended, lost: IN_FLIGHT - answered.length };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const client = new pg.Client({ connectionString: postgres.url });
try {
  await makeBundle(join(folder, 'bundle'));
  await migrate(postgres.url);
  await client.connect();
  const idle: number[] = [];
  const busy: Awaited<ReturnType<typeof stopBusy>>[] = [];
  // The first round fills the caches of the disk, and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const [alone, loaded] = [await stopIdle(), await stopBusy(client)];
    if (round === 0) continue;
    idle.push(alone);
    busy.push(loaded);
  }
  const settled = busy.map((one) => one.settled);
  process.stdout.write(
    `${JSON.stringify({
      ...{ name: 'stopping', rounds, in_flight: IN_FLIGHT, allowed_ms: ALLOWED_MS },
      ...{ settled_ms: Math.round(median(settled)), settled_ms_max: Math.round(Math.max(...settled)) },
      ...{ ended_ms: Math.round(median(busy.map((one) => one.ended))), idle_ms: Math.round(median(idle)) },
      to_idle: Number((median(settled) / median(idle)).toFixed(2)),
      lost: busy.reduce((sum, one) => sum + one.lost, 0),
    })}\n`,
  );
} finally {
  await client.end();
  site.closeAllConnections();
  site.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
