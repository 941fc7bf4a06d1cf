import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { freshDatabase } from './database.ts';
import { insertWorkspace } from './factories.ts';

const using = async <T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
};

// A given server keeps nothing of a run, so there each database is a clone.
describe.skipIf(process.env.DATABASE_URL_TEST)('a database that was given back', () => {
  test('comes without rows, and its numbers start again', async () => {
    const first = await freshDatabase();
    const before = await using(first.url, insertWorkspace);
    await first.drop();

    const second = await freshDatabase();

    const count = await using(second.url, (client) => client.query('select from workspaces'));
    const after = await using(second.url, insertWorkspace);
    await second.drop();
    expect(second.url).toBe(first.url);
    expect(count.rowCount).toBe(0);
    expect(after.pk).toBe(before.pk);
  });

  test.for<[string, string]>([
    ['has one table more', 'create table extra ()'],
    ['has one column more', 'alter table workspaces add column extra text'],
    ['is less strict about rows', 'alter table workspaces no force row level security'],
    ['has another function', 'alter function set_updated_at() cost 200'],
    ['lost what a migration wrote', 'update schema_migrations set ms = ms + 1'],
  ])('is not used again when it %s', async ([, statement]) => {
    const first = await freshDatabase();
    await using(first.url, (client) => client.query(statement));
    await first.drop();

    const second = await freshDatabase();

    await second.drop();
    expect(second.url).not.toBe(first.url);
  });

  test('is not used again while somebody is connected to it', async () => {
    const first = await freshDatabase();

    const second = await using(first.url, async () => {
      await first.drop();
      return freshDatabase();
    });

    await second.drop();
    expect(second.url).not.toBe(first.url);
  });
});
