import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { monthlyCloseBackfill } from '../../../functions/monthly_close_backfill/index.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { monthId } from '../../../shared/domain/close-ids.ts';
import { confirmOwnCompany } from '../../support/closes.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { insertTask, insertWorkspace, type TestWorkspace } from '../../support/factories.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner, workerDatabase } from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let workspace: TestWorkspace;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
beforeEach(async () => {
  workspace = await insertWorkspace(client);
  await confirmOwnCompany(client, workspace.pk);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

const none = { months: 0, enqueued: 0, skipped_live: 0, skipped_done: 0, refused: 0, failed: 0 };

const ask = (runner: ReturnType<typeof testRunner>, input: object) =>
  enqueueOne(
    runner,
    workspace.pk,
    {
      enrichment_type: 'monthly_close_backfill',
      entity_type: 'workspace',
      entity_id: workspace.workspace_id,
      input: { from: '2025-10', to: '2026-03', ...input },
    },
    { force: true },
  );

/** Delivers it, each time twice at once, until it has ended. */
async function runToEnd(runner: ReturnType<typeof testRunner>, task: TaskRow): Promise<TaskRow> {
  for (;;) {
    await Promise.all([1, 2].map(() => deliver(runner, monthlyCloseBackfill, task)));
    const now = await taskOf(runner, task);
    if (now.status !== 'processing') return now;
  }
}

const childrenOf = async (task: TaskRow) =>
  (
    await client.query<{ enrichment_task_id: string; month: string }>(
      `select enrichment_task_id, input ->> 'record_id' as month from enrichment_tasks where parent_task_pk = $1 order by pk`,
      [task.pk],
    )
  ).rows;

test('starts each ended month once, oldest first, and skips them all the second time', async () => {
  const runner = testRunner(database);
  const done = { enrichment_type: 'monthly_close', entity_type: 'month', input: { record_id: '2025-12' } };
  await insertTask(client, workspace.pk, {
    ...done,
    entity_id: monthId(workspace.workspace_id, '2025-12'),
    ...{ status: 'completed', completed_at: new Date(), output: { status: 'ok' } },
  });
  const first = await ask(runner, {});
  const ended = await runToEnd(runner, first);
  const children = await childrenOf(first);
  const second = await ask(runner, {});
  const again = await runToEnd(runner, second);

  expect(children.map((child) => child.month)).toEqual([
    '2025-10',
    '2025-11',
    '2026-01',
    '2026-02',
    '2026-03',
  ]);
  expect(ended).toMatchObject({
    status: 'completed',
    output: {
      params: { from: '2025-10', to: '2026-03', dry_run: false },
      counts: { ...none, months: 6, enqueued: 5, skipped_done: 1 },
      tasks: children.map((child) => child.enrichment_task_id),
      next_from: null,
    },
  });
  expect(again.output).toMatchObject({
    counts: { ...none, months: 6, skipped_live: 5, skipped_done: 1 },
    tasks: [],
  });
  expect(runner.queue.messages.filter(({ type }) => type === 'monthly_close')).toHaveLength(5);
});

test('a run that died between two months is counted once', async () => {
  const runner = testRunner(database);
  const task = await ask(runner, {});
  for (let month = 0; month < 3; month += 1) await deliver(runner, monthlyCloseBackfill, task);
  await client.query(
    `update enrichment_tasks set lease_token = gen_random_uuid(), lease_until = now() - interval '1 s' where pk = $1`,
    [task.pk],
  );

  const ended = await runToEnd(runner, task);

  expect(ended.output).toMatchObject({ counts: { ...none, months: 6, enqueued: 6 } });
  expect(await childrenOf(task)).toHaveLength(6);
});

test('a month that cannot be started is counted and does not stop the others', async () => {
  const runner = testRunner(database);
  await client.query(`
    create function refuse_january() returns trigger language plpgsql as $$
    begin if new.input ->> 'record_id' = '2026-01' then raise exception 'no'; end if; return new; end $$;
    create trigger refuse_january before insert on enrichment_tasks for each row execute function refuse_january()`);
  const task = await ask(runner, { from: '2025-12', to: '2026-02' });

  const ended = await runToEnd(runner, task);

  await client.query('drop trigger refuse_january on enrichment_tasks');
  expect(ended).toMatchObject({
    status: 'completed',
    output: { counts: { ...none, months: 3, enqueued: 2, failed: 1 }, failed_months: ['2026-01'] },
  });
});

test('a dry run starts nothing, a month to come is refused, and what is beyond the limit is for the next call', async () => {
  const runner = testRunner(database);
  const task = await ask(runner, { dry_run: true, limit: 2 });
  const coming = await ask(runner, { from: '2999-01', to: '2999-02' });

  expect((await runToEnd(runner, task)).output).toMatchObject({
    counts: { ...none, months: 2, enqueued: 2 },
    tasks: [],
    next_from: '2025-12',
  });
  expect(await childrenOf(task)).toEqual([]);
  expect((await runToEnd(runner, coming)).output).toMatchObject({
    counts: { ...none, months: 2, refused: 2 },
  });
});
