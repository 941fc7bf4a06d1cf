import type { IBackup, IMemoryDb } from 'pg-mem';
import { createDriverFactory, createPool, type DatabasePool } from 'slonik';
import { strictRows } from '../../shared/db/pool.ts';

/**
 * Slonik over pg-mem, for quick tests of single statements. pg-mem has one session and knows no rollback, so a
 * transaction is a backup that is restored; its own adapter for slonik does neither that nor checks rows.
 */
export const memorySlonik = (database: IMemoryDb): Promise<DatabasePool> => {
  const { Client } = database.adapters.createPg() as { Client: new () => MemoryClient };
  const driverFactory = createDriverFactory(async () => ({
    async createPoolClient() {
      const client = new Client();
      const backups = new Map<string, IBackup>();
      const control = controlOf(database, backups);
      return {
        connect: () => client.connect(),
        end: () => client.end(),
        async query(text: string, values: unknown[] = []) {
          if (control(text)) return { command: 'SELECT' as const, fields: [], rowCount: 0, rows: [] };
          const { rows, rowCount } = await client.query({ text, values });
          return { command: 'SELECT' as const, fields: [], rowCount, rows: rows.map(asParsed) };
        },
        stream() {
          throw new Error('pg-mem does not stream');
        },
      };
    },
  }));
  // One connection, because a second one would see what the first has not committed.
  const options = {
    driverFactory,
    interceptors: [strictRows],
    maxPoolSize: 1,
    resetConnection: async () => {},
  };
  return createPool('postgres://', options);
};

interface MemoryClient {
  connect(): Promise<void>;
  end(): Promise<void>;
  query(query: { text: string; values: unknown[] }): Promise<{
    rows: Record<string, unknown>[];
    rowCount: number;
  }>;
}

/** Does what a statement asks of the transaction by backups; false for a statement that is none of these. */
const controlOf = (database: IMemoryDb, backups: Map<string, IBackup>) => (text: string) => {
  const [, statement = '', savepoint = ''] =
    /^\s*(start transaction|commit|rollback to savepoint|rollback|savepoint|release savepoint)\s*(\w*)/i.exec(
      text,
    ) ?? [];
  switch (statement.toLowerCase()) {
    case 'start transaction':
      backups.clear();
      backups.set('', database.backup());
      return true;
    case 'savepoint':
      backups.set(savepoint, database.backup());
      return true;
    case 'rollback':
    case 'rollback to savepoint': {
      const backup = backups.get(statement.toLowerCase() === 'rollback' ? '' : savepoint);
      if (!backup) throw new Error(`there is nothing to go back to: ${text}`);
      backup.restore();
      return true;
    }
    case 'commit':
    case 'release savepoint':
      return true;
    default:
      return false;
  }
};

/** Times as shared/db/pool.ts hands them on: pg-mem has objects of its own, whatever the parsers say. */
const asParsed = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
