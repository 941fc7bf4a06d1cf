import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setInterval } from 'node:timers/promises';
import { exportJWK, generateKeyPair } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort } from '../../local/free-ports.ts';
import { type RunningPostgres, startPostgres } from '../../local/postgres.ts';
import { createQueues } from '../../local/queues.ts';
import { readConfig } from '../../shared/config.ts';
import { openDatabase } from '../../shared/db/pool.ts';
import { openCloudTasks } from '../../shared/dispatch/cloud-tasks.ts';
import { dispatchTasks } from '../../shared/dispatch/dispatch-tasks.ts';
import { enqueueTasks } from '../../shared/dispatch/enqueue.ts';
import { sweep } from '../../shared/dispatch/sweep.ts';
import { createLog } from '../../shared/log.ts';

// The real parts in processes of their own: Postgres, the emulator, the functions. One after the other is killed while
// 90 tasks are under way, several times what the queue calls at once, and it delivers every tenth twice. Then the test
// counts in the database.

const TASKS = 90;
const DUPLICATES = 0.1;
/** A part dies when this share of the tasks has ended: each time there is plenty left to lose. */
const KILLED_AT = { functions: 0.15, emulator: 0.35, postgres: 0.55 };

const cleanups: (() => Promise<unknown>)[] = [];
let stack: Awaited<ReturnType<typeof startAll>>;
beforeAll(async () => {
  stack = await startAll();
  startScheduler(() => sweep(stack.dispatcher, stack.sweepTimes));
}, 120_000);
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const kill = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

/** Starts a script and resolves with its first line of JSON that `isReady` takes. */
async function start(
  args: string[],
  environment: Record<string, string>,
  isReady: (line: object) => boolean,
) {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: 'node_modules/.cache/compile', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const ready = Promise.withResolvers<Record<string, string>>();
  lines.on('line', (text) => {
    const line = JSON.parse(text);
    if (isReady(line)) ready.resolve(line);
  });
  child.once('exit', (code) => ready.reject(new Error(`${args[0]} ended with ${code} before it was ready`)));
  return { child, ready: await ready.promise };
}

async function startAll() {
  const folder = await mkdtemp(join(tmpdir(), 'wellspring-chaos-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  // Else the rows would go to a state folder, which outlives the test.
  await chmod(folder, 0o755);
  const ports = {
    functions: await freePort(),
    grpc: await freePort(),
    rest: await freePort(),
    postgres: await freePort(),
  };
  const postgres = () =>
    startPostgres({ dataDir: join(folder, 'postgres'), port: ports.postgres, from: inject('cluster') });
  const running: { postgres: RunningPostgres; emulator?: ChildProcess; functions?: ChildProcess } = {
    postgres: await postgres(),
  };
  cleanups.push(() => running.postgres.stop());

  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const signingKey = { ...(await exportJWK(privateKey)), kid: 'chaos', alg: 'RS256' };
  const restUrl = `http://127.0.0.1:${ports.rest}`;
  const target = { restUrl, project: 'chaos', location: 'europe-west1' };
  const startEmulator = async () => {
    const { child, ready } = await start(
      [
        'test/support/emulator-process.ts',
        JSON.stringify({ grpcPort: ports.grpc, restPort: ports.rest, signingKey, seed: 7 }),
      ],
      {},
      (line) => 'ready' in line,
    );
    running.emulator = child;
    await createQueues(target);
    await fetch(`${restUrl}/emulator/faults/reconcile`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ duplicate: DUPLICATES }),
    });
    return ready;
  };
  cleanups.push(async () => running.emulator && kill(running.emulator));
  const { issuer = '', jwksUrl = '' } = await startEmulator();

  const environment = {
    DATABASE_URL: running.postgres.url,
    HOST: '127.0.0.1',
    PORT: String(ports.functions),
    FUNCTIONS_URL: `http://127.0.0.1:${ports.functions}`,
    GOOGLE_CLOUD_PROJECT: target.project,
    TASKS_LOCATION: target.location,
    CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${ports.grpc}`,
    TASKS_OIDC_ISSUER: issuer,
    TASKS_OIDC_JWKS_URL: jwksUrl,
    STORAGE: `file:${join(folder, 'storage')}`,
    LEASE_SECONDS: '1',
    HEARTBEAT_SECONDS: '0.25',
    SWEEP_GRACE_SECONDS: '1',
    REDISPATCH_AFTER_SECONDS: '2',
  };
  const startFunctions = async () => {
    const { child } = await start(['functions/serve.ts'], environment, (line) => 'port' in line);
    running.functions = child;
  };
  cleanups.push(async () => running.functions && kill(running.functions));
  await startFunctions();

  const config = readConfig(environment);
  const database = openDatabase({ url: config.DATABASE_URL, role: 'wellspring_worker' });
  cleanups.push(() => database.close().catch(() => {}));
  const queue = openCloudTasks(config);
  cleanups.push(() => queue.close());
  const dispatcher = { database, queue, log: createLog({ level: 'silent' }) };
  return {
    dispatcher,
    sweepTimes: {
      graceSeconds: config.SWEEP_GRACE_SECONDS,
      redispatchAfterSeconds: config.REDISPATCH_AFTER_SECONDS,
    },
    restUrl,
    url: () => running.postgres.url,
    faults: {
      async functions() {
        if (running.functions) await kill(running.functions);
        await startFunctions();
      },
      async emulator() {
        if (running.emulator) await kill(running.emulator);
        await startEmulator();
      },
      async postgres() {
        process.kill(running.postgres.pid, 'SIGQUIT');
        await running.postgres.exited;
        running.postgres = await postgres();
      },
    },
  };
}

const SWEEP_INTERVAL_MS = 500;

/** Sweeps in a fixed rhythm until the test ends, whatever state the rest is in: a sweep may fail, the next one comes. */
function startScheduler(sweepOnce: () => Promise<unknown>): void {
  const ended = new AbortController();
  const running = (async () => {
    for await (const _ of setInterval(SWEEP_INTERVAL_MS, null, { signal: ended.signal }))
      await sweepOnce().catch(() => {});
  })().catch((error: unknown) => {
    if (!ended.signal.aborted) throw error;
  });
  cleanups.push(() => {
    ended.abort();
    return running;
  });
}

/** As many suppliers and invoices as tasks, each with the one payment that fits it. */
async function insertInvoices(url: string): Promise<{ workspacePk: number; invoiceIds: string[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ workspace_pk: number; invoice_ids: string[] }>(
      `with w as (
         insert into workspaces (name) values ('Chaos') returning pk
       ), n as (
         select n, translate(md5(n::text), '0123456789', 'ghijklmnop') as word, date '2016-01-01' + 15 * n as issued from generate_series(1, $1) n
       ), supplier as (
         insert into companies (workspace_pk, name) select w.pk, n.word from w, n returning pk, workspace_pk, name
       ), i as (
         insert into invoices (
           workspace_pk, issuer_pk, invoice_number, issue_date, due_date, grand_total, local_currency, document_type_code
         )
         select s.workspace_pk, s.pk, 'UFP-' || (70000 + n.n), n.issued, n.issued + 30, 100 + n.n, 'EUR', '380'
         from supplier s join n on n.word = s.name
         returning workspace_pk, invoice_id
       ), t as (
         insert into transactions (
           workspace_pk, type, status, instructed_amount, instructed_currency, booking_date, remittance_unstructured
         )
         select w.pk, 'debit', 'booked', -(100 + n.n), 'EUR', n.issued + 20, 'VIR ' || n.word || ' UFP-' || (70000 + n.n)
         from w, n
       )
       select workspace_pk, array_agg(invoice_id::text) as invoice_ids from i group by 1`,
      [TASKS],
    );
    await client.query('analyze');
    const [row] = rows;
    if (!row) throw new Error('no invoices');
    return { workspacePk: row.workspace_pk, invoiceIds: row.invoice_ids };
  } finally {
    await client.end();
  }
}

/** What is left to happen, and what happened too often. */
async function count(url: string, workspacePk: number) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select
         count(*)::int as tasks,
         count(*) filter (where t.status = 'completed' and t.output ->> 'status' = 'ok')::int as completed,
         count(*) filter (where t.status in ('pending', 'processing'))::int as open,
         (select count(*)::int from (
           select 1
           from enrichment_task_events
           where kind = 'finished' and workspace_pk = $1
           group by enrichment_task_pk
           having count(*) > 1
         ) twice) as applied_twice,
         (select count(*)::int from invoice_transactions where workspace_pk = $1) as links,
         (select count(*)::int from invoices where payment_status = 'paid' and workspace_pk = $1) as paid
       from enrichment_tasks t
       where workspace_pk = $1`,
      [workspacePk],
    );
    return rows[0];
  } finally {
    await client.end();
  }
}

/** Waits for progress; when it does not come, fails with the rows that are stuck. */
async function untilAtLeast(
  ended: () => Promise<number>,
  wanted: number,
  workspacePk: number,
): Promise<void> {
  try {
    await expect.poll(ended, { timeout: 60_000, interval: 250 }).toBeGreaterThanOrEqual(wanted);
  } catch (cause) {
    const client = new pg.Client({ connectionString: stack.url() });
    await client.connect();
    const { rows } = await client.query(
      `select
         status, attempt, deliveries, dispatch_generation as generation, lease_token is not null as held,
         lease_until - now() as lease, now() - dispatched_at as dispatched, count(*)::int
       from enrichment_tasks
       where workspace_pk = $1 and status in ('pending', 'processing')
       group by 1, 2, 3, 4, 5, 6, 7
       order by count(*) desc
       limit 10`,
      [workspacePk],
    );
    await client.end();
    const queue = await fetch(`${stack.restUrl}/emulator/stats`).then((answer) => answer.text());
    throw new Error(`stuck: ${JSON.stringify(rows)}; queue: ${queue}`, { cause });
  }
}

test('nothing is lost, doubled or stuck when the functions, the emulator and Postgres die in mid-run', {
  timeout: 180_000,
}, async () => {
  const { workspacePk, invoiceIds } = await insertInvoices(stack.url());
  const result = await stack.dispatcher.database.inWorkspace(workspacePk, (db) =>
    enqueueTasks(db, {
      workspacePk,
      tasks: invoiceIds.map((entity_id) => ({
        enrichment_type: 'reconcile',
        entity_type: 'invoice',
        entity_id,
      })),
      actor: 'chaos',
      batch: true,
    }),
  );
  if (!('enqueued' in result)) throw new Error('refused');
  const dispatching = dispatchTasks(
    stack.dispatcher,
    result.enqueued.map((entry) => entry.task),
    'chaos',
  );

  const ended = async () => TASKS - (await count(stack.url(), workspacePk)).open;
  for (const [part, share] of Object.entries(KILLED_AT)) {
    await untilAtLeast(ended, TASKS * share, workspacePk);
    await stack.faults[part as keyof typeof KILLED_AT]();
  }
  await dispatching;
  await untilAtLeast(ended, TASKS, workspacePk);

  expect(await count(stack.url(), workspacePk)).toEqual({
    tasks: TASKS,
    completed: TASKS,
    open: 0,
    applied_twice: 0,
    links: TASKS,
    paid: TASKS,
  });
});
