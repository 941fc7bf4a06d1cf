import pLimit from 'p-limit';
import pg from 'pg';
import {
  BackendTerminatedError,
  BackendTerminatedUnexpectedlyError,
  ConnectionError,
  createPool,
  type DatabasePool,
  type DatabasePoolConnection,
  type Interceptor,
  SchemaValidationError,
  SlonikError,
  StatementTimeoutError,
} from 'slonik';
import { z } from 'zod';
import { createPipelinedDriver } from './pipelined-driver.ts';
import { type Db, later, NoRow, sql } from './sql.ts';

/** The database as one function sees it: as one role, through one small pool that is made on first use. */
export interface Database {
  /**
   * Runs `work` in one transaction that sees the rows of one workspace and no others. It may run again when the
   * server reports a conflict, so it does nothing but SQL.
   */
  inWorkspace<T>(workspacePk: number, work: (db: Db) => Promise<T>): Promise<T>;
  /** The same for what a signed-in caller may see before a workspace is chosen: their own memberships. */
  asCaller<T>(subject: string, work: (db: Db) => Promise<T>): Promise<T>;
  /** The same for who calls with an API key of this prefix: the key, and the member and workspace it acts for. */
  asKey<T>(prefix: string, work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction without a workspace: the task tables of the queue, and global catalogues. */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** One connection, each statement by itself. */
  connect<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Role that each connection switches to; none where the login is already the right one. */
  role?: 'wellspring_api' | 'wellspring_worker' | undefined;
  poolSize?: number;
  /** Milliseconds after which a statement is given up, on the server and on this side. */
  timeoutMs?: number;
}

/** How much later than the server this side gives a statement up, in milliseconds. */
const CLIENT_TIMEOUT_MARGIN_MS = 1_000;

/**
 * Holds each row to the zod type of its statement. Slonik lets rows pass unchecked otherwise; it must be synchronous,
 * because an asynchronous one turns rows into promises.
 */
export const strictRows: Interceptor = {
  name: 'strict rows',
  transformRow: ({ resultParser }, query, row) => {
    if (!resultParser) return row;
    const result = resultParser['~standard'].validate(row);
    if (result instanceof Promise) throw new Error(`the row type of "${query.sql}" is asynchronous`);
    if (result.issues) throw new SchemaValidationError(query, row, result.issues);
    return result.value as typeof row;
  },
};

/** Thrown by `rollback`; `Database` turns it back into a value. */
class Rollback extends Error {
  readonly value: unknown;
  constructor(value: unknown) {
    super('rolled back on purpose');
    this.value = value;
  }
}

/** Undoes the transaction and makes it answer `value`: an expected outcome, which must not cost a connection. */
export function rollback(value: unknown): never {
  throw new Rollback(value);
}

/** Whether the database could not be reached, did not answer or takes no writes for now, as against refusing a statement. */
export function isUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (
      cause instanceof ConnectionError ||
      cause instanceof BackendTerminatedError ||
      cause instanceof BackendTerminatedUnexpectedlyError ||
      cause instanceof StatementTimeoutError
    )
      return true;
    const { code, syscall } = cause as { code?: unknown; syscall?: unknown };
    if (typeof code === 'string' && UNAVAILABLE_CODES.has(code)) return true;
    // A socket of Cloud SQL that is not there; of a file it means something else.
    if (code === 'ENOENT' && syscall === 'connect') return true;
    if (
      cause instanceof SlonikError === false &&
      /Query read timeout|Connection terminated/.test(cause.message)
    )
      return true;
  }
  return false;
}

const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '08006', // connection failure
  '25006', // read-only: a primary that was one until a failover
  '25P03', // idle in a transaction for too long
  '53300', // too many connections
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // starting up
]);

/** Marks a place in the transaction to which `returnToSavepoint` comes back, whatever failed since. */
export const setSavepoint = (db: Db) => db.query(later(sql.type(NoRow)`savepoint here`));

/** Undoes what came since `setSavepoint`, so that the transaction can go on. */
export const returnToSavepoint = (db: Db) => db.query(later(sql.type(NoRow)`rollback to savepoint here`));

const Setting = z.strictObject({ set_config: z.string().nullable() });
const set = (name: string, value: string) =>
  later(sql.type(Setting)`select set_config(${name}, ${value}, true)`);

/** Opens nothing yet: the pool is made by the first call, and made anew after it could not be made. */
export function openDatabase({ url, role, poolSize = 4, timeoutMs = 15_000 }: DatabaseOptions): Database {
  let pool: Promise<DatabasePool> | undefined;

  // The server's timeout does nothing for a connection that is dead on the way; this one is on our side. pg knows one
  // for the whole process, so the most patient pool decides it.
  pg.defaults.query_timeout = Math.max(
    Number(pg.defaults.query_timeout) || 0,
    timeoutMs + CLIENT_TIMEOUT_MARGIN_MS,
  );

  const getPool = () => {
    pool ??= createPool(withRole(url, role), {
      driverFactory: createPipelinedDriver(),
      maxPoolSize: poolSize,
      connectionTimeout: 5_000,
      connectionRetryLimit: 1,
      statementTimeout: timeoutMs,
      idleInTransactionSessionTimeout: timeoutMs,
      idleTimeout: 30_000,
      // State lives in transactions only (set_config(…, true)), so there is nothing to discard.
      resetConnection: async () => {},
      interceptors: [strictRows],
    }).then(
      (made) => {
        // A connection that breaks while idle is replaced on next use; without a listener it would end the process.
        made.on('error', () => {});
        return made;
      },
      (error: unknown) => {
        pool = undefined;
        throw error;
      },
    );
    return pool;
  };

  // One at a time for each connection: whoever slonik has wait for one waits for ever when it cannot be made.
  const turns = pLimit(poolSize);
  const connect = <T>(work: (connection: DatabasePoolConnection) => Promise<T>): Promise<T> =>
    turns(async () => (await getPool()).connect(work));

  // An error that leaves `connect` makes slonik drop the connection: right for a broken one, a waste after a rollback.
  const transaction = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
    const result = await connect(async (connection) => {
      try {
        return { value: await connection.transaction(work) };
      } catch (error) {
        if (error instanceof Rollback) return { value: error.value as T };
        if (isUnavailable(error)) throw error;
        return { error };
      }
    });
    if ('error' in result) throw result.error;
    return result.value;
  };

  const transactionWith = <T>(name: string, value: string, work: (db: Db) => Promise<T>) =>
    transaction(async (db) => {
      await db.query(set(name, value));
      return work(db);
    });

  return {
    connect,
    transaction,
    inWorkspace: (workspacePk, work) => transactionWith('wellspring.workspace_pk', String(workspacePk), work),
    asCaller: (subject, work) => transactionWith('wellspring.firebase_id', subject, work),
    asKey: (prefix, work) => transactionWith('wellspring.api_key', prefix, work),
    async close() {
      const open = pool;
      pool = undefined;
      if (open) await (await open).end();
    },
  };
}

function withRole(url: string, role: DatabaseOptions['role']): string {
  if (!role) return url;
  const dsn = new URL(url);
  dsn.searchParams.set('options', `-c role=${role}`);
  return dsn.href.replaceAll('+', '%20');
}
