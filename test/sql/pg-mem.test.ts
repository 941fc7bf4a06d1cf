import { expect, test } from 'vitest';
import { memoryDatabase } from '../support/memory-database.ts';

test('the tables load in pg-mem as the files stand', async () => {
  const database = await memoryDatabase();

  database.public.none(`
    insert into workspaces (name) values ('Demo');
    insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id)
    values (1, 'logo', 'company', 'c-1');
  `);

  expect(database.public.one('select status, attempt, enrichment_task_id from enrichment_tasks')).toEqual({
    status: 'pending',
    attempt: 0,
    enrichment_task_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('a pending close of one month is unique in pg-mem as well', async () => {
  const database = await memoryDatabase();
  const insert = `insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id)
    values (1, 'monthly_close', 'month', 'm-1')`;
  database.public.none(`insert into workspaces (name) values ('Demo')`);
  database.public.none(insert);

  expect(() => database.public.none(insert)).toThrow(/unique|duplicate/i);
});
