import { randomUUID } from 'node:crypto';
import { DataType, type IMemoryDb, newDb } from 'pg-mem';
import { readMigrations } from '../../shared/db/migrate.ts';

/**
 * The tables in memory, from the migration files as they stand, save those that say `-- pg-mem: skip`: no triggers,
 * roles, policies or workspace-carrying foreign keys. Good for single statements by key; whatever counts rows, dedups
 * or races belongs on a real server.
 */
export const memoryDatabase = async (): Promise<IMemoryDb> => {
  const database = newDb();
  database.public.registerFunction({
    name: 'gen_random_uuid',
    returns: DataType.uuid,
    implementation: randomUUID,
    impure: true,
  });
  database.public.registerFunction({
    name: 'clock_timestamp',
    returns: DataType.timestamptz,
    implementation: () => new Date(),
    impure: true,
  });
  const migrations = await readMigrations(new URL('../../sql', import.meta.url).pathname);
  for (const { text } of migrations) {
    if (!text.startsWith('-- pg-mem: skip')) database.public.none(text);
  }
  return database;
};
