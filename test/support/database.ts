import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { databaseUrl } from './postgres.ts';

export interface FreshDatabase {
  /** Connection string of the owner. */
  url: string;
  /** Removes it from a server that stays. */
  drop(): Promise<void>;
}
export type EmptyDatabase = FreshDatabase;

const create = async (clause: string): Promise<FreshDatabase> => {
  const { url } = inject('postgres');
  const name = `wellspring_test_${randomUUID().slice(0, 8)}`;
  const admin = async (statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  // Copying files takes half the time of writing the same pages to the log.
  await admin(`create database ${name} ${clause} strategy file_copy`);
  return {
    url: databaseUrl(url, name),
    // A throw-away server goes as a whole, and a drop would cost it a checkpoint.
    async drop() {
      if (process.env.DATABASE_URL_TEST) await admin(`drop database if exists ${name} with (force)`);
    },
  };
};

/** A migrated, empty database of the caller's own: make one per test file, in `beforeAll`. */
export const freshDatabase = (): Promise<FreshDatabase> => create(`template ${inject('postgres').template}`);

/** A database without any table, for tests of migrating. */
export const emptyDatabase = (): Promise<EmptyDatabase> => create('');

/** The same database seen as one of the roles that functions have: no owner, no way around row level security. */
export const roleUrl = (url: string, role: 'wellspring_api' | 'wellspring_worker'): string => {
  const other = new URL(url);
  // Written out, because URLSearchParams would write the blank as +, which a connection string does not read as one.
  other.search = `?options=-c%20role%3D${role}`;
  return other.href;
};
