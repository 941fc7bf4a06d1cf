import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { claimTask, type TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { sweep } from '../../../shared/dispatch/sweep.ts';
import {
  ABORT_GRACE_MS,
  CONTINUATIONS_MAX,
  DISPATCH_GENERATIONS_MAX,
} from '../../../shared/domain/limits.ts';
import { completed, continuing, halted, waitingForSubtasks } from '../../../shared/domain/outcomes.ts';
import { Overloaded } from '../../../shared/tasks/define-enrichment.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import {
  deliver,
  enqueueOne,
  enrichmentOf,
  insertTenant,
  owner,
  taskOf,
  testRunner,
  workerDatabase,
} from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let tenant: Awaited<ReturnType<typeof insertTenant>>;
let next = 0;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
beforeEach(async () => {
  tenant = await insertTenant(client);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

const newTask = (parts: object = {}) => {
  next += 1;
  return {
    enrichment_type: 'reconcile' as const,
    entity_type: 'invoice' as const,
    entity_id: tenant.invoiceId,
    input: { n: next },
    ...parts,
  };
};

const events = async (task: TaskRow) =>
  (
    await client.query<{ kind: string }>(
      'select kind from enrichment_task_events where enrichment_task_pk = $1 order by pk',
      [task.pk],
    )
  ).rows.map((row) => row.kind);

const expireLease = (task: TaskRow) =>
  client.query(`update enrichment_tasks set lease_until = clock_timestamp() - interval '1 s' where pk = $1`, [
    task.pk,
  ]);

describe('one delivery', () => {
  test('completes the task and writes output, status and events together', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());

    const end = await deliver(
      runner,
      enrichmentOf(async () => completed({ answer: 42 })),
      task,
    );

    expect(end).toEqual({ answer: 'done' });
    expect(await taskOf(runner, task)).toMatchObject({
      status: 'completed',
      output: { status: 'ok', answer: 42, followups: [] },
      attempt: 1,
      error: null,
      completed_at: expect.any(String),
    });
    expect(await events(task)).toEqual(['enqueued', 'dispatched', 'claimed', 'finished']);
  });

  test('logs one line with ids, attempt, outcome, wait and run time', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());

    await deliver(
      runner,
      enrichmentOf(async () => halted('no_match', 'nothing fits')),
      task,
    );

    expect(runner.lines.filter((line) => line.message === 'task delivery')).toEqual([
      expect.objectContaining({
        task_id: task.enrichment_task_id,
        attempt: 1,
        outcome: 'halted',
        code: 'no_match',
        wait_ms: expect.any(Number),
        run_ms: expect.any(Number),
      }),
    ]);
  });

  test('rolls the domain changes back when the closing transaction fails, and retries', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const { sql } = await import('../../../shared/db/sql.ts');

    const end = await deliver(
      runner,
      enrichmentOf(async () => async (db) => {
        await db.query(
          sql.type(
            z.strictObject({}),
          )`update invoices set terms = 'changed' where workspace_pk = ${tenant.workspacePk}`,
        );
        throw new Error('half way');
      }),
      task,
    );

    expect(end).toEqual({ answer: 'retry' });
    const changed = await client.query(`select 1 from invoices where terms = 'changed'`);
    expect(changed.rowCount).toBe(0);
    expect(await events(task)).toEqual(['enqueued', 'dispatched', 'claimed', 'retried']);
  });

  test('fails a task whose input the worker cannot read, without running it', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask({ input: { n: 'many' } }));
    let runs = 0;

    const end = await deliver(
      runner,
      enrichmentOf(
        async () => {
          runs += 1;
          return completed({});
        },
        { input: z.object({ n: z.number() }) as never },
      ),
      task,
    );

    expect(end).toEqual({ answer: 'done' });
    expect(runs).toBe(0);
    expect(await taskOf(runner, task)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^INPUT_INVALID: .*expected number/),
    });
  });

  test('stores an output that jsonb would refuse as it stands', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    let deep: unknown = 'bottom';
    for (let level = 0; level < 5_000; level += 1) deep = [deep];

    await deliver(
      runner,
      enrichmentOf(async () => completed({ nul: 'a\u0000b', half: '\ud800', deep })),
      task,
    );

    expect(await taskOf(runner, task)).toMatchObject({
      status: 'completed',
      output: { nul: 'ab', half: '\ufffd' },
    });
  });
});

describe('faults', () => {
  test('a throw releases the lease, keeps the row processing and asks for a retry', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    let runs = 0;
    const worker = enrichmentOf(async () => {
      runs += 1;
      if (runs === 1) throw new Error('the line is busy');
      return completed({ runs });
    });

    const first = await deliver(runner, worker, task);
    const between = await taskOf(runner, task);
    const second = await deliver(runner, worker, task);

    expect([first, second]).toEqual([{ answer: 'retry' }, { answer: 'done' }]);
    expect(between).toMatchObject({ status: 'processing', attempt: 1, error: null });
    expect(await taskOf(runner, task)).toMatchObject({
      status: 'completed',
      attempt: 2,
      output: { runs: 2 },
    });
  });

  test('the last run that throws ends as failed and marks the target in the same transaction', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const marked: string[] = [];
    const worker = enrichmentOf(
      async () => {
        throw new Error('never works');
      },
      { onFailed: async (_db, { error }) => void marked.push(error) },
    );

    const ends = [];
    for (let run = 0; run < 5; run += 1) ends.push(await deliver(runner, worker, task));

    expect(ends.map((end) => end.answer)).toEqual(['retry', 'retry', 'retry', 'retry', 'done']);
    expect(await taskOf(runner, task)).toMatchObject({
      status: 'failed',
      error: 'GAVE_UP: run 5 of 5: Error: never works',
    });
    expect(marked).toHaveLength(1);
  });

  test('an overloaded service slows the queue', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());

    const end = await deliver(
      runner,
      enrichmentOf(async () => {
        throw new Overloaded('model is busy', 30);
      }),
      task,
    );

    expect(end).toEqual({ answer: 'overloaded', retryAfterSeconds: 30 });
  });

  test('a task is poisoned after three runs that ended without an outcome', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    // A run that never comes back: claimed, then its lease runs out.
    for (let crash = 0; crash < 3; crash += 1) {
      await database.connect((db) =>
        db.maybeOne(
          claimTask({
            taskId: task.enrichment_task_id,
            token: crypto.randomUUID(),
            leaseSeconds: 60,
            actor: 'test',
          }),
        ),
      );
      await expireLease(task);
    }
    let runs = 0;

    const end = await deliver(
      runner,
      enrichmentOf(async () => {
        runs += 1;
        return completed({});
      }),
      task,
    );

    expect(end).toEqual({ answer: 'done' });
    expect(runs).toBe(0);
    expect(await taskOf(runner, task)).toMatchObject({
      status: 'failed',
      error: 'POISONED: 3 runs ended without an outcome',
    });
  });

  test('an unreachable database is said so, because nothing can be recorded', async () => {
    const dead = workerDatabase('postgres://wellspring@127.0.0.1:1/none');

    const end = await deliver(
      testRunner(dead),
      enrichmentOf(async () => completed({})),
      { enrichment_task_id: crypto.randomUUID() },
    );

    expect(end).toEqual({ answer: 'database_unavailable' });
    await dead.close().catch(() => {});
  });
});

/** What Error Reporting would take up: it wants a stack or its own type, at a severity that says error. */
const reported = (lines: readonly Record<string, unknown>[]) =>
  lines.filter(
    (line) =>
      'stack_trace' in line ||
      'exception' in line ||
      '@type' in line ||
      ['ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY'].includes(String(line.severity)),
  );

describe('Error Reporting', () => {
  test('hears of the last run of a task and of none before', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const worker = enrichmentOf(async () => {
      throw new Error('never works');
    });

    const heard: number[] = [];
    for (let run = 1; run <= 5; run += 1) {
      await deliver(runner, worker, task);
      heard.push(reported(runner.lines).length);
    }

    expect(heard).toEqual([0, 0, 0, 0, 1]);
    expect(reported(runner.lines)[0]).toMatchObject({
      ...{ severity: 'ERROR', message: 'run ended in an error', attempt: 5 },
      ...{ task_id: task.enrichment_task_id, enrichment_type: 'reconcile' },
      stack_trace: expect.stringMatching(/^Error: never works\n\s+at /),
    });
    // Each try is in the log all the same, with its stack under another name.
    expect(runner.lines.filter(({ message }) => message === 'run ended in an error')).toHaveLength(5);
    expect(runner.lines.find(({ attempt }) => attempt === 1)?.error_stack).toContain('never works');
  });

  test('hears of a task that keeps ending its process once it is given up', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const heard: number[] = [];
    for (let crash = 1; crash <= 4; crash += 1) {
      // A run that never comes back: its process died in the middle.
      if (crash < 4)
        await database.connect((db) =>
          db.maybeOne(
            claimTask({
              ...{ taskId: task.enrichment_task_id, token: crypto.randomUUID() },
              ...{ leaseSeconds: 60, actor: 'test' },
            }),
          ),
        );
      else
        await deliver(
          runner,
          enrichmentOf(async () => completed({})),
          task,
        );
      await expireLease(task);
      heard.push(reported(runner.lines).length);
    }

    expect(heard).toEqual([0, 0, 0, 1]);
    expect(reported(runner.lines)[0]).toMatchObject({
      ...{ severity: 'ERROR', message: 'a task was given up', error_name: 'GivenUp' },
      stack_trace: expect.stringContaining('reconcile: POISONED: 3 runs ended without an outcome'),
    });
  });

  test('hears of tasks whose messages reach nobody when the sweep gives them up', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const times = { graceSeconds: 3_600, redispatchAfterSeconds: 3_600 };
    const sweepAt = async (generation: number) => {
      await client.query('update enrichment_tasks set dispatch_generation = $2 where pk = $1', [
        task.pk,
        generation,
      ]);
      await sweep(runner, times);
      return reported(runner.lines).length;
    };

    expect(await sweepAt(DISPATCH_GENERATIONS_MAX - 1)).toBe(0);
    expect(await sweepAt(DISPATCH_GENERATIONS_MAX)).toBe(1);
    expect(reported(runner.lines)[0]).toMatchObject({
      severity: 'ALERT',
      stack_trace: expect.stringContaining('reached a worker'),
    });
  });

  test('hears of neither an outage nor a task that was asked for wrongly', async () => {
    const dead = testRunner(workerDatabase('postgres://wellspring@127.0.0.1:1/none'));
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask({ input: { n: 'many' } }));
    const picky = enrichmentOf(async () => completed({}), { input: z.object({ n: z.number() }) as never });

    await deliver(dead, picky, task);
    await deliver(runner, picky, task);

    expect(await taskOf(runner, task)).toMatchObject({ status: 'failed' });
    expect(dead.lines.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'WARNING task was not claimed',
    ]);
    expect(reported([...dead.lines, ...runner.lines])).toEqual([]);
    await dead.database.close().catch(() => {});
  });
});

describe('a connection that breaks while a task is claimed', () => {
  /** The first `broken` uses of the database end as a dropped connection does, before or after the statement ran. */
  const flaky = (broken: number, when: 'before' | 'after'): Database => {
    let left = broken;
    return {
      ...database,
      async connect(work) {
        left -= 1;
        if (left < 0) return database.connect(work);
        if (when === 'after') await database.connect(work);
        throw Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
      },
    };
  };

  test.for(['before', 'after'] as const)('%s the claim was made costs nothing', async (when) => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());

    const end = await deliver(
      testRunner(flaky(2, when)),
      enrichmentOf(async () => completed({})),
      task,
    );

    expect(end).toEqual({ answer: 'done' });
    expect(await taskOf(runner, task)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('for good is answered as a database that cannot be reached, and the task stays', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());

    const end = await deliver(
      testRunner(flaky(3, 'before')),
      enrichmentOf(async () => completed({})),
      task,
    );

    expect(end).toEqual({ answer: 'database_unavailable' });
    expect(await taskOf(runner, task)).toMatchObject({ status: 'pending' });
  });
});

describe('duplicates and stale runs', () => {
  test('two deliveries at once do the work once', async () => {
    const runner = testRunner(database);
    let runs = 0;
    const worker = enrichmentOf(async () => {
      runs += 1;
      return completed({});
    });
    const tasks = await Promise.all(
      Array.from({ length: 30 }, () => enqueueOne(runner, tenant.workspacePk, newTask())),
    );

    await Promise.all(
      tasks.flatMap((task) => [deliver(runner, worker, task), deliver(runner, worker, task)]),
    );

    expect(runs).toBe(30);
    const ended = await Promise.all(tasks.map((task) => taskOf(runner, task)));
    expect(new Set(ended.map((task) => `${task.status} ${task.attempt}`))).toEqual(new Set(['completed 1']));
  });

  test('a delivery after the end, or of an unknown task, changes nothing', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const worker = enrichmentOf(async () => completed({}));
    await deliver(runner, worker, task);
    const before = await taskOf(runner, task);

    const again = await deliver(runner, worker, task);
    const unknown = await deliver(runner, worker, { enrichment_task_id: crypto.randomUUID() });

    expect([again, unknown]).toEqual([{ answer: 'done' }, { answer: 'done' }]);
    expect(await taskOf(runner, task)).toEqual(before);
  });

  test('of two messages on their way the first does the work, whatever their generations', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    await client.query('update enrichment_tasks set dispatch_generation = 1 where pk = $1', [task.pk]);
    let runs = 0;
    const worker = enrichmentOf(async () => {
      runs += 1;
      return completed({});
    });

    const ends = [
      await deliver(runner, worker, task, undefined, 0),
      await deliver(runner, worker, task, undefined, 1),
    ];

    expect(ends).toEqual([{ answer: 'done' }, { answer: 'done' }]);
    expect(runs).toBe(1);
  });

  test('a stalled run that wakes after its lease was taken writes nothing', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const stalled = Promise.withResolvers<void>();
    const running = Promise.withResolvers<void>();
    const zombie = deliver(
      runner,
      enrichmentOf(async () => {
        running.resolve();
        await stalled.promise;
        return completed({ by: 'the zombie' });
      }),
      task,
    );
    await running.promise;
    await expireLease(task);
    await deliver(
      runner,
      enrichmentOf(async () => completed({ by: 'the second run' })),
      task,
    );

    stalled.resolve();
    const end = await zombie;

    expect(end).toEqual({ answer: 'done' });
    expect(await taskOf(runner, task)).toMatchObject({ output: { by: 'the second run' }, attempt: 2 });
    expect(await events(task)).toEqual([
      'enqueued',
      'dispatched',
      'claimed',
      'lease_expired',
      'claimed',
      'finished',
    ]);
  });

  test('a write of a stale run is refused before the end as well', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    let wrote = false;

    const end = await deliver(
      runner,
      enrichmentOf(async (_run, tools) => {
        await client.query('update enrichment_tasks set lease_token = gen_random_uuid() where pk = $1', [
          task.pk,
        ]);
        await tools.write(async () => {
          wrote = true;
        });
        return completed({});
      }),
      task,
    );

    expect(end).toEqual({ answer: 'done' });
    expect(wrote).toBe(false);
    expect(await taskOf(runner, task)).toMatchObject({ status: 'processing', output: null });
  });

  test('a heartbeat keeps a run longer than its lease alive, and its loss aborts the run', async () => {
    const runner = testRunner(database, { lease: { leaseSeconds: 0.3, heartbeatSeconds: 0.05 } });
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const alive: boolean[] = [];

    const end = await deliver(
      runner,
      enrichmentOf(async ({ signal }) => {
        // Longer than the lease, by the clock that leases go by.
        await client.query('select pg_sleep(0.5)');
        const { rows } = await client.query<{ alive: boolean }>(
          'select lease_until > clock_timestamp() as alive from enrichment_tasks where pk = $1',
          [task.pk],
        );
        alive.push(rows[0]?.alive ?? false);
        await client.query('update enrichment_tasks set lease_token = gen_random_uuid() where pk = $1', [
          task.pk,
        ]);
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        throw signal.reason;
      }),
      task,
    );

    expect(alive).toEqual([true]);
    expect(end).toEqual({ answer: 'done' });
  });

  test('a soft delete in mid-run wins over the result', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());

    await deliver(
      runner,
      enrichmentOf(async () => {
        await client.query('update enrichment_tasks set deleted_at = now() where pk = $1', [task.pk]);
        return completed({});
      }),
      task,
    );

    const { rows } = await client.query('select status, output from enrichment_tasks where pk = $1', [
      task.pk,
    ]);
    expect(rows).toEqual([{ status: 'processing', output: null }]);
  });

  test('a stopping process gives its tasks back without holding the run against them', async () => {
    const stopping = new AbortController();
    const runner = testRunner(database, { stopping: stopping.signal });
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    await client.query('update enrichment_tasks set attempt = 4 where pk = $1', [task.pk]);

    const end = await deliver(
      runner,
      enrichmentOf(async ({ signal }) => {
        stopping.abort();
        signal.throwIfAborted();
        return completed({});
      }),
      task,
    );

    expect(end).toEqual({ answer: 'retry' });
    expect(await taskOf(runner, task)).toMatchObject({ status: 'processing', attempt: 5 });
  });
});

test('a stopping process does not wait for a handler that does not listen', async () => {
  const stopping = new AbortController();
  const runner = testRunner(database, { stopping: stopping.signal });
  const task = await enqueueOne(runner, tenant.workspacePk, newTask());
  const waited = Promise.withResolvers<'waited'>();

  const delivery = deliver(
    runner,
    enrichmentOf(() => {
      setTimeout(() => waited.resolve('waited'), ABORT_GRACE_MS);
      stopping.abort();
      return new Promise(() => {});
    }),
    task,
  );

  expect(await Promise.race([delivery, waited.promise])).toEqual({ answer: 'retry' });
  const { rows } = await client.query('select lease_token from enrichment_tasks where pk = $1', [task.pk]);
  expect(rows).toEqual([{ lease_token: null }]);
});

describe('follow-ups, parents and batches', () => {
  test('follow-ups are rows of the closing transaction, dispatched after it', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask({ source_channel: 'document_upload' }));
    const followUp = {
      enrichment_type: 'reconcile' as const,
      entity_type: 'invoice' as const,
      entity_id: tenant.invoiceIds[1] ?? '',
    };

    await deliver(
      runner,
      enrichmentOf(async () => completed({}, { followUps: [followUp] })),
      task,
    );

    const parent = await taskOf(runner, task);
    const [childId] = (parent.output as { followups: string[] }).followups;
    const child = await taskOf(runner, {
      workspace_pk: tenant.workspacePk,
      enrichment_task_id: childId ?? '',
    });
    expect(child).toMatchObject({
      status: 'pending',
      entity_id: followUp.entity_id,
      source_channel: 'document_upload',
      input: { depth: 1 },
    });
    expect(runner.queue.messages.map((message) => message.id)).toContain(childId);
  });

  test('what forbids the model to a task forbids it to those that follow, where they could ask', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask({ input: { allow_model: false } }));
    const [, one = '', other = ''] = tenant.invoiceIds;
    const followUps = [
      { enrichment_type: 'ai_invoice' as const, entity_type: 'invoice' as const, entity_id: one },
      { enrichment_type: 'reconcile' as const, entity_type: 'invoice' as const, entity_id: other },
    ];

    await deliver(
      runner,
      enrichmentOf(async () => completed({}, { followUps })),
      task,
    );

    const { rows } = await client.query(
      'select input from enrichment_tasks where workspace_pk = $1 and pk > $2 order by pk',
      [tenant.workspacePk, task.pk],
    );
    expect(rows).toEqual([{ input: { allow_model: false, depth: 1 } }, { input: { depth: 1 } }]);
  });

  test('a follow-up without a worker, or too deep, is named and does not undo the work', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const deep = await enqueueOne(runner, tenant.workspacePk, newTask({ input: { n: -next, depth: 5 } }));
    const followUps = [
      {
        enrichment_type: 'monthly_close' as const,
        entity_type: 'month' as const,
        entity_id: crypto.randomUUID(),
      },
    ];
    const again = [
      {
        enrichment_type: 'reconcile' as const,
        entity_type: 'invoice' as const,
        entity_id: tenant.invoiceIds[2] ?? '',
      },
    ];

    await deliver(
      runner,
      enrichmentOf(async () => completed({}, { followUps: again })),
      deep,
    );
    const worker = enrichmentOf(async () => completed({}, { followUps }));
    await deliver(runner, worker, task);

    expect(await taskOf(runner, deep)).toMatchObject({
      status: 'completed',
      output: { followups: [], followups_refused: [{ enrichment_type: 'reconcile', reason: 'too_deep' }] },
    });
    expect((await taskOf(runner, task)).status).toBe('completed');
  });

  test('a parent goes on exactly once, when the last of its subtasks has ended', async () => {
    const runner = testRunner(database);
    const subtasks = tenant.invoiceIds.slice(0, 12).map((entity_id, n) => ({
      enrichment_type: 'reconcile' as const,
      entity_type: 'invoice' as const,
      entity_id,
      input: { child: n },
    }));
    const resumed: unknown[] = [];
    const macro = enrichmentOf(async ({ subtasks: ended }) => {
      if (!ended) return waitingForSubtasks({ phase: 'waiting' }, subtasks);
      resumed.push(ended);
      return completed({ ended });
    });
    const parent = await enqueueOne(runner, tenant.workspacePk, newTask());
    await deliver(runner, macro, parent);
    const { rows } = await client.query<TaskRow>('select * from enrichment_tasks where parent_task_pk = $1', [
      parent.pk,
    ]);
    const nobodyClaims = await deliver(runner, macro, parent);
    const child = enrichmentOf(async () => completed({}));

    await Promise.all(rows.map((row) => deliver(runner, child, row)));
    await deliver(runner, macro, parent);
    await deliver(runner, macro, parent);

    expect(rows).toHaveLength(12);
    expect(nobodyClaims).toEqual({ answer: 'done' });
    expect(resumed).toEqual([{ completed: 12 }]);
    expect(await taskOf(runner, parent)).toMatchObject({
      status: 'completed',
      output: { ended: { completed: 12 } },
    });
    expect((await events(parent)).filter((kind) => kind === 'woken')).toHaveLength(1);
    const batches = await client.query('select completed_at from enrichment_batches where batch_id = $1', [
      (rows[0] as unknown as { batch_id: string }).batch_id,
    ]);
    expect(batches.rows).toEqual([{ completed_at: expect.any(Date) }]);
  });

  test('a parent without subtasks to wait for goes on at once', async () => {
    const runner = testRunner(database);
    const parent = await enqueueOne(runner, tenant.workspacePk, newTask());
    const before = runner.queue.messages.length;

    await deliver(
      runner,
      enrichmentOf(async () => waitingForSubtasks({}, [])),
      parent,
    );

    expect(runner.queue.messages.slice(before)).toEqual([
      { id: parent.enrichment_task_id, generation: 1, type: 'reconcile' },
    ]);
  });

  test('more subtasks than a batch of callers may hold are all there, in one batch', async () => {
    const runner = testRunner(database);
    const parent = await enqueueOne(runner, tenant.workspacePk, newTask());
    const subtasks = Array.from({ length: 1_100 }, (_, child) => newTask({ input: { child } }));

    await deliver(
      runner,
      enrichmentOf(async () => waitingForSubtasks({}, subtasks)),
      parent,
    );

    const { rows } = await client.query(
      `select count(*)::int as tasks, count(distinct t.batch_id)::int as batches, min(b.expected) as expected
       from enrichment_tasks t join enrichment_batches b using (batch_id) where t.parent_task_pk = $1`,
      [parent.pk],
    );
    expect(rows).toEqual([{ tasks: 1_100, batches: 1, expected: 1_100 }]);
  });

  test('a parent whose subtasks are all live for somebody else goes on with none of its own', async () => {
    const runner = testRunner(database);
    const subtask = newTask();
    await enqueueOne(runner, tenant.workspacePk, subtask);
    const parent = await enqueueOne(runner, tenant.workspacePk, newTask());
    const macro = enrichmentOf(async ({ subtasks }) =>
      subtasks === null ? waitingForSubtasks({}, [subtask]) : completed({ subtasks }),
    );

    await deliver(runner, macro, parent);
    await deliver(runner, macro, parent);

    expect(await taskOf(runner, parent)).toMatchObject({ status: 'completed', output: { subtasks: {} } });
  });

  test('many parents with few children each all go on once', async () => {
    const runner = testRunner(database);
    const parents = [];
    for (let n = 0; n < 15; n += 1) {
      const parent = await enqueueOne(runner, tenant.workspacePk, newTask());
      const subtasks = [0, 1, 2, 3].map((child) => ({
        enrichment_type: 'reconcile' as const,
        entity_type: 'invoice' as const,
        entity_id: tenant.invoiceIds[child] ?? '',
        input: { parent: n, child, next },
      }));
      await deliver(
        runner,
        enrichmentOf(async () => waitingForSubtasks({}, subtasks)),
        parent,
      );
      parents.push(parent);
    }
    const { rows } = await client.query<TaskRow>(
      'select * from enrichment_tasks where parent_task_pk = any($1)',
      [parents.map((parent) => parent.pk)],
    );
    const child = enrichmentOf(async () => completed({}));

    await Promise.all(rows.map((row) => deliver(runner, child, row)));

    const woken = await client.query(
      `select enrichment_task_pk, count(*)::int as times from enrichment_task_events
       where kind = 'woken' and enrichment_task_pk = any($1) group by 1`,
      [parents.map((parent) => parent.pk)],
    );
    expect(woken.rows.map((row) => row.times)).toEqual(Array(15).fill(1));
  });
});

describe('a task that goes on', () => {
  /** Three pages of four subtasks; progress is in the output, and a page may be made to die. */
  const pages = (parts: { dieAfter?: number } = {}) => {
    let closings = 0;
    return enrichmentOf(async ({ task }) => {
      const { page = 0 } = (task.output ?? {}) as { page?: number };
      const children = tenant.invoiceIds.slice(page * 4, page * 4 + 4).map((entity_id) => ({
        enrichment_type: 'reconcile' as const,
        entity_type: 'invoice' as const,
        entity_id,
        input: { of: task.pk },
      }));
      return async () => {
        closings += 1;
        if (closings === parts.dieAfter) throw new Error('cut off');
        return page < 2 ? continuing({ page: page + 1 }, { children }) : completed({ page: 3 }, { children });
      };
    });
  };
  const childrenOf = async (parent: TaskRow) =>
    (await client.query<TaskRow>('select * from enrichment_tasks where parent_task_pk = $1', [parent.pk]))
      .rows;
  const batchOf = async (parent: TaskRow) =>
    (
      await client.query('select expected, completed_at from enrichment_batches where parent_task_pk = $1', [
        parent.pk,
      ])
    ).rows;

  test('is delivered again at once under a new generation, with its progress and no run held against it', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());

    const end = await deliver(runner, pages(), task);

    expect(end).toEqual({ answer: 'done' });
    expect(await taskOf(runner, task)).toMatchObject({
      status: 'processing',
      output: { page: 1, followups: [] },
      attempt: 0,
      dispatch_generation: 1,
    });
    expect(runner.queue.messages[1]).toEqual({
      id: task.enrichment_task_id,
      generation: 1,
      type: 'reconcile',
    });
    expect(await events(task)).toEqual(['enqueued', 'dispatched', 'claimed', 'continued', 'dispatched']);
  });

  test('that dies between pages and is delivered twice makes each subtask once, in one batch that ends last', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const worker = pages({ dieAfter: 2 });
    const child = enrichmentOf(async () => completed({}));

    const ends = [await deliver(runner, worker, task)];
    // The first page's subtasks end before the second page is there: the batch stays open.
    for (const row of await childrenOf(task)) await deliver(runner, child, row);
    const between = await batchOf(task);
    ends.push(await deliver(runner, worker, task));
    ends.push(
      ...(await Promise.all(
        [0, 0].map((generation) => deliver(runner, worker, task, undefined, generation)),
      )),
    );
    for (let n = 0; n < 3; n += 1) ends.push(await deliver(runner, worker, task));
    const children = await childrenOf(task);
    const open = await batchOf(task);
    for (const row of children) await deliver(runner, child, row);

    expect(ends.map(({ answer }) => answer)).toEqual([
      'done',
      'retry',
      'done',
      'done',
      'done',
      'done',
      'done',
    ]);
    expect((await taskOf(runner, task)).status).toBe('completed');
    expect(new Set(children.map((row) => row.entity_id)).size).toBe(12);
    expect(children).toHaveLength(12);
    expect(new Set(children.map((row) => row.batch_id)).size).toBe(1);
    expect(between).toEqual([{ expected: 4, completed_at: null }]);
    expect(open).toEqual([{ expected: 12, completed_at: null }]);
    expect(await batchOf(task)).toEqual([{ expected: 12, completed_at: expect.any(Date) }]);
  });

  test('whose message got lost is brought back by the sweep, however often it went on', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    await deliver(runner, pages(), task);
    await client.query('update enrichment_tasks set deleted_at = now() where pk <> $1', [task.pk]);
    await client.query(
      `update enrichment_tasks set dispatch_generation = 40, deliveries = 41, dispatched_at = null where pk = $1`,
      [task.pk],
    );

    await sweep(runner, { graceSeconds: 0, redispatchAfterSeconds: 600 });
    // A second if each of the 40 generations had doubled the silence, which ends at 2^20.
    await sweep(runner, { graceSeconds: 600, redispatchAfterSeconds: 1e-6 });

    expect(runner.queue.messages.filter(({ id }) => id === task.enrichment_task_id).slice(-2)).toMatchObject([
      { generation: 40 },
      { generation: 41 },
    ]);
  });

  test('is given up when it never ends, and a crash before it went on is forgotten', async () => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, tenant.workspacePk, newTask());
    const on = enrichmentOf(async () => continuing({}));
    await client.query(
      `insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor)
       select $1, $2, 'lease_expired', 'test' from generate_series(1, 2)`,
      [task.pk, tenant.workspacePk],
    );
    const abandoned: number[] = [];
    const counting = enrichmentOf(async ({ task: claimed }) => {
      abandoned.push(claimed.abandoned_runs);
      return continuing({});
    });

    await deliver(runner, counting, task);
    await deliver(runner, counting, task);
    await client.query('update enrichment_tasks set dispatch_generation = $1 where pk = $2', [
      CONTINUATIONS_MAX,
      task.pk,
    ]);
    await deliver(runner, on, task);

    expect(abandoned).toEqual([2, 0]);
    expect(await taskOf(runner, task)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('ENDLESS'),
    });
  });
});
