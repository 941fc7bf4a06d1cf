import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { enqueueTasks, type NewTask } from '../../../shared/dispatch/enqueue.ts';
import { sweep } from '../../../shared/dispatch/sweep.ts';
import { completed, waitingForSubtasks } from '../../../shared/domain/outcomes.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import {
  deliver,
  enqueueOne,
  enrichmentOf,
  insertTenant,
  owner,
  testRunner,
  workerDatabase,
} from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let tenant: Awaited<ReturnType<typeof insertTenant>>;

const times = { graceSeconds: 30, redispatchAfterSeconds: 600 };

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
beforeEach(async () => {
  await client.query('delete from workspaces');
  tenant = await insertTenant(client);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

const newTask = (n = 0): NewTask => ({
  enrichment_type: 'reconcile',
  entity_type: 'invoice',
  entity_id: tenant.invoiceIds[n % 20] ?? '',
  input: { n },
});

/** Inserts tasks without dispatching them: what a crash between commit and createTask leaves behind. */
const enqueueOnly = async (count: number): Promise<TaskRow[]> => {
  const result = await database.inWorkspace(tenant.workspacePk, (db) =>
    enqueueTasks(db, {
      workspacePk: tenant.workspacePk,
      tasks: Array.from({ length: count }, (_, n) => newTask(n)),
      actor: 'test',
    }),
  );
  if (!('enqueued' in result)) throw new Error('refused');
  return result.enqueued.map((entry) => entry.task);
};

/** Moves what the sweep looks at into the past; the trigger of `updated_at` is left out on purpose. */
const age = async (tasks: readonly Pick<TaskRow, 'pk'>[], seconds: number) => {
  await client.query(`set session_replication_role = replica`);
  await client.query(
    `update enrichment_tasks
     set created_at = created_at - make_interval(secs => $2),
         updated_at = updated_at - make_interval(secs => $2),
         dispatched_at = dispatched_at - make_interval(secs => $2),
         lease_until = lease_until - make_interval(secs => $2)
     where pk = any($1)`,
    [tasks.map((task) => task.pk), seconds],
  );
  await client.query(`set session_replication_role = origin`);
};

test('a task that was never dispatched is sent once it is older than the grace', async () => {
  const runner = testRunner(database);
  const [young, old] = await enqueueOnly(2);
  if (old) await age([old], 40);

  const swept = await sweep(runner, times);
  const again = await sweep(runner, times);

  expect([swept.undispatched, again.undispatched]).toEqual([1, 0]);
  expect(runner.queue.messages).toEqual([{ id: old?.enrichment_task_id, generation: 0, type: 'reconcile' }]);
  expect(young).toBeDefined();
});

test('a message that got through without being recorded is not doubled', async () => {
  const runner = testRunner(database);
  const [task] = await enqueueOnly(1);
  if (!task) throw new Error('no task');
  await runner.queue.create({ id: task.enrichment_task_id, generation: 0, type: 'reconcile' });
  await age([task], 40);

  await sweep(runner, times);

  expect(runner.queue.messages).toHaveLength(1);
  const { rows } = await client.query('select dispatched_at from enrichment_tasks where pk = $1', [task.pk]);
  expect(rows[0]?.dispatched_at).not.toBeNull();
});

test('a run that died is brought back as soon as its lease has run out, under a new generation', async () => {
  const runner = testRunner(database);
  const task = await enqueueOne(runner, tenant.workspacePk, newTask());
  const died = deliver(
    runner,
    enrichmentOf(() => new Promise(() => {})),
    task,
  );
  void died;
  await expect
    .poll(
      async () =>
        (await client.query('select status from enrichment_tasks where pk = $1', [task.pk])).rows[0],
    )
    .toEqual({ status: 'processing' });
  const early = await sweep(runner, times);
  await age([task], 61);

  const swept = await sweep(runner, times);
  const again = await sweep(runner, times);

  expect([early.silent, swept.silent, again.silent]).toEqual([0, 1, 0]);
  expect(runner.queue.messages.at(-1)).toEqual({
    id: task.enrichment_task_id,
    generation: 1,
    type: 'reconcile',
  });
});

test('a run that died before its message was recorded is brought back too', async () => {
  const runner = testRunner(database);
  const [task] = await enqueueOnly(1);
  if (!task) throw new Error('no task');
  void deliver(
    runner,
    enrichmentOf(() => new Promise(() => {})),
    task,
  );
  await expect
    .poll(
      async () =>
        (await client.query('select status from enrichment_tasks where pk = $1', [task.pk])).rows[0],
    )
    .toEqual({ status: 'processing' });
  await age([task], 61);

  const swept = await sweep(runner, times);
  const again = await sweep(runner, times);

  expect([swept.silent, again.silent]).toEqual([1, 0]);
});

test('silence doubles with each generation, so that a paused queue is not flooded', async () => {
  const runner = testRunner(database);
  const task = await enqueueOne(runner, tenant.workspacePk, newTask());
  const sweptAfter = async (seconds: number) => {
    await age([task], seconds);
    return (await sweep(runner, times)).silent;
  };

  const counts = [
    await sweptAfter(590),
    await sweptAfter(20),
    await sweptAfter(700),
    await sweptAfter(510),
    await sweptAfter(1_300),
  ];

  expect(counts).toEqual([0, 1, 0, 1, 0]);
});

test('a released task is left to the retries of its queue for as long', async () => {
  const runner = testRunner(database);
  const task = await enqueueOne(runner, tenant.workspacePk, newTask());
  await deliver(
    runner,
    enrichmentOf(async () => {
      throw new Error('busy');
    }),
    task,
  );
  await age([task], 300);
  const early = await sweep(runner, times);
  await age([task], 310);

  const late = await sweep(runner, times);

  expect([early.silent, late.silent]).toEqual([0, 1]);
});

test('a thousand silent tasks do not keep a fresh one waiting', async () => {
  const runner = testRunner(database);
  const silent = [...(await enqueueOnly(500))];
  await client.query('update enrichment_tasks set dispatched_at = now()');
  await age(silent, 10_000);
  const result = await database.inWorkspace(tenant.workspacePk, (db) =>
    enqueueTasks(db, { workspacePk: tenant.workspacePk, tasks: [newTask(1_000)], actor: 'test' }),
  );
  const fresh = 'enqueued' in result ? result.enqueued[0]?.task : undefined;
  if (fresh) await age([fresh], 40);

  await sweep(runner, times);

  expect(runner.queue.messages[0]?.id).toBe(fresh?.enrichment_task_id);
  expect(runner.queue.messages).toHaveLength(501);
});

test('two sweeps at once send each silent task once', async () => {
  const runner = testRunner(database);
  const tasks = await enqueueOnly(50);
  await client.query('update enrichment_tasks set dispatched_at = now()');
  await age(tasks, 10_000);

  const swept = await Promise.all([sweep(runner, times), sweep(runner, times)]);

  expect((swept[0]?.silent ?? 0) + (swept[1]?.silent ?? 0)).toBe(50);
  expect(new Set(runner.queue.messages.map((message) => message.generation))).toEqual(new Set([1]));
});

test('a refused message stays to be sent, and the queue being down costs no error', async () => {
  const down = testRunner(database, {
    queue: {
      delete: async () => 'gone',
      create: () => Promise.reject(new Error('14 UNAVAILABLE')),
      close: async () => {},
    },
  });
  const task = await enqueueOne(down, tenant.workspacePk, newTask());
  const up = testRunner(database);
  await age([task], 40);

  const swept = await sweep(up, times);

  expect(swept.undispatched).toBe(1);
  expect(up.queue.messages).toHaveLength(1);
});

test('a task whose messages never reach a worker is rejected with an alert instead of waiting for ever', async () => {
  const runner = testRunner(database);
  const lost = await enqueueOne(runner, tenant.workspacePk, newTask());
  const fine = await enqueueOne(runner, tenant.workspacePk, newTask(1));
  await client.query('update enrichment_tasks set dispatch_generation = 20 where pk = $1', [lost.pk]);

  const swept = await sweep(runner, times);

  expect(swept.undeliverable).toBe(1);
  const { rows } = await client.query(
    'select status, error from enrichment_tasks where pk = any($1) order by pk',
    [[lost.pk, fine.pk]],
  );
  expect(rows).toEqual([
    { status: 'rejected', error: 'NEVER_DELIVERED: 20 messages were sent and none reached a worker' },
    { status: 'pending', error: null },
  ]);
  expect(runner.lines.some((line) => line.severity === 'ALERT')).toBe(true);
});

test('a lost queue is filled again at once when it is known to be empty', async () => {
  const runner = testRunner(database);
  await enqueueOne(runner, tenant.workspacePk, newTask());

  const swept = await sweep(runner, times, { queueLost: true });

  expect(swept.silent).toBe(1);
});

test('a parent whose last open subtask was deleted goes on, and so does its batch', async () => {
  const runner = testRunner(database);
  const parent = await enqueueOne(runner, tenant.workspacePk, newTask());
  const subtasks = [
    { enrichment_type: 'reconcile', entity_type: 'invoice', entity_id: tenant.invoiceIds[3] ?? '' },
  ] as const;
  await deliver(
    runner,
    enrichmentOf(async () => waitingForSubtasks({}, [...subtasks])),
    parent,
  );
  await client.query('update enrichment_tasks set deleted_at = now() where parent_task_pk = $1', [parent.pk]);

  const swept = await sweep(runner, times);
  const again = await sweep(runner, times);

  expect(swept).toMatchObject({ parents: 1, batches: 1 });
  expect(again).toMatchObject({ parents: 0, batches: 0 });
  await deliver(
    runner,
    enrichmentOf(async () => completed({})),
    parent,
  );
  const { rows } = await client.query('select status from enrichment_tasks where pk = $1', [parent.pk]);
  expect(rows).toEqual([{ status: 'completed' }]);
});
