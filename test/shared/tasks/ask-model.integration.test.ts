import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { mostUsage } from '../../../shared/ai/budget.ts';
import type { Model } from '../../../shared/ai/model.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../../shared/db/pool.ts';
import { completed } from '../../../shared/domain/outcomes.ts';
import { askModel, type ModelReply } from '../../../shared/tasks/ask-model.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { ampleBudget, fakeModel } from '../../support/fake-model.ts';
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

const question = {
  schema: z.strictObject({ number: z.string().nullable() }),
  instructions: 'Find the number.',
  document: 'Invoice A-1',
};
const most = mostUsage(question, ampleBudget);
const mostTokens = most.input_tokens + most.output_tokens;
const said = { number: 'A-1' };

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let runner: ReturnType<typeof testRunner>;
let tenant: Awaited<ReturnType<typeof insertTenant>>;
let task: TaskRow;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url, 4);
  client = await owner(fresh.url);
});
afterAll(async () => {
  await database.close();
  await client.end();
  await fresh.drop();
});
beforeEach(async () => {
  tenant = await insertTenant(client);
  runner = testRunner(database);
  task = await enqueue();
});

const enqueue = (invoiceId = tenant.invoiceId, workspacePk = tenant.workspacePk) =>
  enqueueOne(runner, workspacePk, {
    enrichment_type: 'reconcile',
    entity_type: 'invoice',
    entity_id: invoiceId,
    input: {},
  });
/** One run of a task that asks once; `after` is what the run does with the reply. */
const runOnce = async (model: Model | null, { of = task, after = () => {} } = {}) => {
  const replies: ModelReply<typeof said | { number: null }>[] = [];
  const worker = enrichmentOf(async (run, tools) => {
    replies.push((await askModel(run, { ...tools, model }, question)) as (typeof replies)[number]);
    after();
    return completed({});
  });
  await deliver(runner, worker, of);
  return replies[0];
};
const usage = async () =>
  (
    await client.query(
      `select enrichment_task_pk, model_id, outcome, input_tokens, output_tokens, cost, prompt_hash, answer_hash
       from model_usage where workspace_pk = $1 order by pk`,
      [tenant.workspacePk],
    )
  ).rows;
const spend = (columns: Record<string, unknown>) => {
  const row = {
    workspace_pk: tenant.workspacePk,
    model_id: 'm',
    outcome: 'answered',
    input_tokens: 0,
    output_tokens: 0,
    cost: 0,
    ...columns,
  };
  const names = Object.keys(row);
  return client.query(
    `insert into model_usage (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
};
const dies = () => {
  throw new Error('killed');
};

test('says so without a model', async () => {
  expect(await runOnce(null)).toEqual({ refused: 'no_model' });
  expect(await usage()).toEqual([]);
});

describe('what was asked is written down', () => {
  test('with what it took, and nothing of its words', async () => {
    expect(await runOnce(fakeModel([said]))).toMatchObject({ value: said });

    expect(await usage()).toEqual([
      {
        enrichment_task_pk: task.pk,
        model_id: 'small-1',
        outcome: 'answered',
        input_tokens: 10,
        output_tokens: 2,
        cost: '0.000030',
        prompt_hash: `sha256:${'1'.repeat(64)}`,
        answer_hash: `sha256:${'2'.repeat(64)}`,
      },
    ]);
  });

  test('when no answer fitted', async () => {
    expect(await runOnce(fakeModel([{ number: 17 }]))).toMatchObject({ refused: 'invalid_answer' });

    expect(await usage()).toMatchObject([{ outcome: 'invalid_answer', input_tokens: 10 }]);
  });

  test('as nothing when the endpoint was away, which leaves the call to the next run', async () => {
    const model = fakeModel(['away', said], { callsPerTask: 1 });
    expect(await runOnce(model)).toBeUndefined();
    expect(await taskOf(runner, task)).toMatchObject({ status: 'processing' });

    expect(await runOnce(model)).toMatchObject({ value: said });

    expect(await usage()).toMatchObject([
      { outcome: 'unavailable', input_tokens: 0, output_tokens: 0, cost: '0.000000' },
      { outcome: 'answered' },
    ]);
  });

  test('at its most when the run died over it', async () => {
    const dying: Model = { ...fakeModel([]), extract: () => Promise.reject(new Error('killed')) };

    await runOnce(dying);

    expect(await usage()).toMatchObject([{ outcome: 'unknown', ...most, model_id: 'test/small' }]);
  });
});

describe('a task', () => {
  test('has its calls for all its runs together', async () => {
    const model = fakeModel([said, said], { callsPerTask: 1 });
    await runOnce(model, { after: dies });

    expect(await runOnce(model)).toMatchObject({
      refused: 'budget_used_up',
      detail: 'the task has put its 1 questions',
    });

    expect(model.asked).toHaveLength(1);
    expect(await taskOf(runner, task)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(runner.lines).toContainEqual(
      expect.objectContaining({
        severity: 'WARNING',
        message: 'a question was not put to the model',
        task_id: task.enrichment_task_id,
        reason: 'the task has put its 1 questions',
      }),
    );
  });

  test('has paid for the question that a run died over', async () => {
    const budget = { tokensPerTask: 2 * mostTokens - 1 };
    await runOnce({ ...fakeModel([], budget), extract: () => Promise.reject(new Error('killed')) });

    const reply = await runOnce(fakeModel([said], budget));

    expect(reply).toMatchObject({
      refused: 'budget_used_up',
      detail: expect.stringContaining('task beyond'),
    });
  });

  test('may ask up to its last token', async () => {
    expect(await runOnce(fakeModel([said], { tokensPerTask: mostTokens }))).toMatchObject({ value: said });
  });

  test('that was taken over writes nothing down after its answer', async () => {
    const model: Model = fakeModel(() => said);
    const overtaken: Model = {
      ...model,
      async extract(ask) {
        await client.query('update enrichment_tasks set lease_token = gen_random_uuid() where pk = $1', [
          task.pk,
        ]);
        return model.extract(ask);
      },
    };

    expect(await runOnce(overtaken)).toBeUndefined();

    expect(await usage()).toMatchObject([{ outcome: 'unknown', ...most }]);
  });
});

describe('a workspace', () => {
  test('has its tokens for all its tasks of a month', async () => {
    const model = fakeModel([said], { tokensPerMonth: 100_000 });
    await spend({ input_tokens: 60_000, output_tokens: 40_000 - mostTokens + 1 });

    expect(await runOnce(model)).toMatchObject({
      refused: 'budget_used_up',
      detail: expect.stringContaining('100000 tokens of this month'),
    });
    expect(model.asked).toEqual([]);
  });

  test('has what it may cost, to the last millionth', async () => {
    await spend({ cost: '0.500000' });
    const upTo = (costPerMonth: string) => fakeModel([said], { costPerMonth });
    const limit = (Number(most.cost) + 0.5).toFixed(6);

    const beyond = await runOnce(upTo((Number(limit) - 0.000001).toFixed(6)));
    const within = await runOnce(upTo(limit), { of: await enqueue(tenant.invoiceIds[1]) });

    expect(beyond).toMatchObject({ refused: 'budget_used_up' });
    expect(within).toMatchObject({ value: said });
  });

  test('begins anew with the month, and is not charged for others', async () => {
    const other = await insertTenant(client);
    await spend({ input_tokens: 90_000, created_at: new Date('2020-01-31T23:59:59Z') });
    await spend({ input_tokens: 90_000, workspace_pk: other.workspacePk });

    expect(await runOnce(fakeModel([said], { tokensPerMonth: 90_000 }))).toMatchObject({ value: said });
  });
});
