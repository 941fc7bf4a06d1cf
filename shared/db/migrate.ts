import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export interface MigrateOptions {
  /** Folder of the `NNNN_name.sql` files; the project's `sql/` when left out. */
  directory?: string;
  /** Hears one sentence per step. */
  log?: (sentence: string) => void;
}

export interface MigrateResult {
  /** Names of the files applied now, in order; empty when there was nothing to do. */
  applied: string[];
  /** How many files the database has had by now. */
  total: number;
}

interface Migration {
  name: string;
  text: string;
  checksum: string;
}

// Any number does, as long as everything that migrates this database takes the same one.
const LOCK = 7_361_946_028;
const POLL_MS = 50;

/**
 * Brings the database up to the newest file of `sql/`, and does nothing when it is. Several processes may call it at
 * once: one works, the others wait for it. Throws, with nothing half done, when a file fails or when the files are not
 * the ones that were applied before: edited, missing, or numbered before one that was.
 *
 * A file is one transaction, unless its first line says `-- migrate: no-transaction`; such a file holds exactly one
 * statement, since several in one message are a transaction again.
 */
export const migrate = async (
  connectionString: string,
  { directory = fileURLToPath(new URL('../../sql', import.meta.url)), log = () => {} }: MigrateOptions = {},
): Promise<MigrateResult> => {
  const migrations = await readMigrations(directory);
  const client = new pg.Client({ connectionString, application_name: 'wellspring-migrate' });
  // A lost connection also fails the statement under way; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await lock(client, log);
    const done = await readApplied(client);
    const waiting = pending(migrations, done);
    for (const migration of waiting) {
      const ms = await apply(client, migration);
      log(`applied ${migration.name} in ${ms} ms`);
    }
    return { applied: waiting.map(({ name }) => name), total: migrations.length };
  } finally {
    // The lock goes with the session.
    await client.end();
  }
};

/** The migration files in the order they are applied; throws on a name that does not fit `NNNN_name.sql`. */
export const readMigrations = async (directory: string): Promise<Migration[]> => {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Map<string, string>();
  for (const name of names) {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
    if (!number) throw new Error(`${name} is not named like 0001_name.sql`);
    const twin = numbers.get(number);
    if (twin) throw new Error(`${twin} and ${name} have the same number`);
    numbers.set(number, name);
  }
  return Promise.all(
    names.map(async (name) => {
      // A checkout on Windows may carry other line ends; that is no edit.
      const text = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
};

/** Polls, because a session that waits inside `pg_advisory_lock` blocks `create index concurrently` of the one that works. */
const lock = async (client: pg.Client, log: (sentence: string) => void): Promise<void> => {
  for (let told = false; ; told = true) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
      LOCK,
    ]);
    if (rows[0]?.locked) return;
    if (!told) log('another process is migrating this database; waiting for it');
    await delay(POLL_MS);
  }
};

const readApplied = async (client: pg.Client): Promise<Map<string, string>> => {
  await client.query(`
    create table if not exists schema_migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now(),
      ms integer not null
    )
  `);
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations order by name',
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
};

const pending = (migrations: readonly Migration[], done: ReadonlyMap<string, string>): Migration[] => {
  const known = new Set(migrations.map(({ name }) => name));
  const missing = [...done.keys()].filter((name) => !known.has(name));
  if (missing.length > 0) {
    throw new Error(`${missing.join(', ')} was applied to this database but is not among the files`);
  }
  const last = [...done.keys()].at(-1) ?? '';
  for (const { name, checksum } of migrations) {
    const before = done.get(name);
    if (before !== undefined && before !== checksum) {
      throw new Error(`${name} was edited after it was applied; undo the edit and add a new file instead`);
    }
    if (before === undefined && name < last) {
      throw new Error(`${name} comes before ${last}, which is applied already; give it the next number`);
    }
  }
  return migrations.filter(({ name }) => !done.has(name));
};

const apply = async (client: pg.Client, { name, text, checksum }: Migration): Promise<number> => {
  const inTransaction = !/^--.*\bmigrate: no-transaction\b/.test(text);
  const started = performance.now();
  try {
    if (inTransaction) await client.query('begin');
    await client.query(text);
    const ms = Math.round(performance.now() - started);
    await client.query('insert into schema_migrations (name, checksum, ms) values ($1, $2, $3)', [
      name,
      checksum,
      ms,
    ]);
    if (inTransaction) await client.query('commit');
    return ms;
  } catch (error) {
    // The session ends now, and the transaction with it.
    throw new Error(`${name}${lineOf(error, text)}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
};

const lineOf = (error: unknown, text: string): string => {
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN;
  return position > 0 ? ` line ${text.slice(0, position).split('\n').length}` : '';
};
