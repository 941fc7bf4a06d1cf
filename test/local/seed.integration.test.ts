import pg from 'pg';
import { expect, test } from 'vitest';
import { demoTransactions } from '../../local/demo/demo-data.ts';
import { seedDemo } from '../../local/seed.ts';
import { freshDatabase } from '../support/database.ts';

test('seeds the demo workspace once', async () => {
  const database = await freshDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const counts = async () => {
    const { rows } = await client.query(`
      select
        (select count(*)::int from workspaces) as workspaces,
        (select count(*)::int from companies) as companies,
        (select count(*)::int from transactions) as transactions,
        (select count(*)::int from memberships) as memberships
    `);
    return rows[0];
  };
  const before = await counts();

  const first = await seedDemo(database.url);
  const once = await counts();
  const second = await seedDemo(database.url);
  const twice = await counts();
  await client.end();

  expect(second).toEqual(first);
  expect(twice).toEqual(once);
  expect(once).toMatchObject({
    workspaces: before.workspaces + 1,
    memberships: before.memberships + 1,
    transactions: before.transactions + demoTransactions.length,
  });
});
