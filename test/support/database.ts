import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { clearDatabase } from './blank-database.ts';
import { databaseUrl } from './postgres.ts';

export interface FreshDatabase {
  /** Connection string of the owner. */
  url: string;
  /** Removes it from a server that stays. */
  drop(): Promise<void>;
}
export type EmptyDatabase = FreshDatabase;

const query = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

const create = async (clause: string): Promise<FreshDatabase> => {
  const { url } = inject('postgres');
  const name = `wellspring_test_${randomUUID().slice(0, 8)}`;
  // Copying files takes half the time of writing the same pages to the log.
  await query(url, `create database ${name} ${clause} strategy file_copy`);
  return {
    url: databaseUrl(url, name),
    // A throw-away server goes as a whole, and a drop would cost it a checkpoint.
    async drop() {
      if (process.env.DATABASE_URL_TEST) await query(url, `drop database if exists ${name} with (force)`);
    },
  };
};

/** Databases that earlier files of this worker gave back. */
const returned: FreshDatabase[] = [];

/**
 * A migrated, empty database of the caller's own: make one per test file, in `beforeAll`. Cloning one costs a fifth of a
 * second, emptying one a hundredth; so on a throw-away server `drop` leaves it to the next file of the same worker.
 */
export const freshDatabase = async (): Promise<FreshDatabase> => {
  const { template, blank } = inject('postgres');
  for (let used = returned.pop(); used; used = returned.pop()) {
    if (await clearDatabase(used.url, blank)) return used;
  }
  const cloned = await create(`template ${template}`);
  if (process.env.DATABASE_URL_TEST) return cloned;
  const database: FreshDatabase = {
    url: cloned.url,
    async drop() {
      if (!returned.includes(database)) returned.push(database);
    },
  };
  return database;
};

/** A database without any table, for tests of migrating. */
export const emptyDatabase = (): Promise<EmptyDatabase> => create('');

/** The same database seen as one of the roles that functions have: no owner, no way around row level security. */
export const roleUrl = (url: string, role: 'wellspring_api' | 'wellspring_worker'): string => {
  const other = new URL(url);
  // Written out, because URLSearchParams would write the blank as +, which a connection string does not read as one.
  other.search = `?options=-c%20role%3D${role}`;
  return other.href;
};
