import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../shared/db/pool.ts';
import { enrichmentTypes } from '../../shared/domain/enrichment-types.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { owner, workerDatabase } from '../support/pipeline.ts';
import { endsOf, followUpsOf, type Staged, snapshot, stage } from './run-case.ts';
import type { ExpectedFollowUp, Scene, WorkerCase } from './worker-case.ts';

/** Every worker through every way a task can go, on the real runner and a real Postgres. */
const cases: WorkerCase[] = [];
for (const folder of readdirSync(import.meta.dirname)) {
  // Found by their place, so that a new type needs no line here.
  if (!existsSync(join(import.meta.dirname, folder, 'case.ts'))) continue;
  const module: Record<string, WorkerCase> = await import(`./${folder}/case.ts`);
  cases.push(...Object.values(module));
}

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

test('the table has every worker of the catalogue', () => {
  expect(new Set(cases.map(({ type }) => type))).toEqual(new Set(enrichmentTypes));
});

const byTarget = (left: ExpectedFollowUp, right: ExpectedFollowUp) =>
  JSON.stringify([left.enrichment_type, left.entity_type, left.entity_id ?? '']) <
  JSON.stringify([right.enrichment_type, right.entity_type, right.entity_id ?? ''])
    ? -1
    : 1;

async function expectEnd({ arranged: { expected }, world, ...staged }: Staged) {
  const task = await staged.settle();
  expect(task).toMatchObject({
    status: expected.status,
    ...(expected.output ? { output: expected.output } : {}),
    error: expected.error ? expect.stringContaining(expected.error) : null,
  });
  expect(task.completed_at === null).toBe(expected.status === 'awaiting_approval');
  const { made, refused } = await followUpsOf(world.client, task);
  expect([...made].sort(byTarget)).toEqual(
    [...expected.followUps].sort(byTarget).map((followUp) => expect.objectContaining(followUp)),
  );
  expect(refused).toEqual([]);
  expect(await endsOf(world.client, task.pk)).toBe(1);
  return task;
}

/** `awaiting_approval` is the end of a run and not of the task. */
const staged = (scene: Scene) => stage({ client, database }, scene);

describe.each(cases)('$type', ({ success, halts, failures }) => {
  test('does its work and enqueues exactly what follows', async () => {
    await expectEnd(await staged(success));
  });

  test.each(Object.entries(halts))('halts with %s', async (code, scene) => {
    const scened = await staged(scene);

    const task = await expectEnd(scened);

    expect(task.output).toMatchObject({ status: 'halted', halt: { code } });
  });

  test.each(Object.entries(failures))('fails for good: %s', async (_what, scene) => {
    const scened = await staged(scene);
    scened.arranged.expected.status = 'failed';

    const task = await expectEnd(scened);

    expect(task.error).toMatch(/^[A-Z_]+: \S/);
  });

  test('is retried after a fault, and then done once', async () => {
    const scened = await staged(success);
    const { worker } = scened;
    const breaking = {
      ...worker,
      run: async (...run: Parameters<typeof worker.run>) => {
        await worker.run(...run);
        throw new Error('the connection broke');
      },
    };

    expect(await scened.deliverOnce(breaking)).toEqual({ answer: 'retry' });

    await expectEnd(scened);
  });

  test('works once when the queue delivers twice at once, and again later', async () => {
    const scened = await staged(success);
    const { workspacePk } = scened.world;

    await Promise.all([scened.deliverOnce(), scened.deliverOnce()]);
    await expectEnd(scened);
    const before = await snapshot(client, workspacePk);
    expect(await scened.deliverOnce()).toEqual({ answer: 'done' });

    expect(await snapshot(client, workspacePk)).toEqual(before);
  });

  test('writes nothing once another run has taken its task', async () => {
    const scened = await staged(success);
    const { worker, task, world } = scened;
    let before = {};
    const stalling = {
      ...worker,
      run: async (...run: Parameters<typeof worker.run>) => {
        const ending = await worker.run(...run);
        await client.query(
          `update enrichment_tasks set lease_until = now() - interval '1 second' where pk = $1`,
          [task.pk],
        );
        await expectEnd(scened);
        before = await snapshot(client, world.workspacePk);
        return ending;
      },
    };

    expect(await scened.deliverOnce(stalling)).toEqual({ answer: 'done' });

    expect(await snapshot(client, world.workspacePk)).toEqual(before);
    expect(await endsOf(client, task.pk)).toBe(1);
  });
});
