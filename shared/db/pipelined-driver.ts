import { createDriverFactory, type DriverClientEventEmitter, type DriverQueryResult } from '@slonik/driver';
import pg from 'pg';
import { BackendTerminatedError, BackendTerminatedUnexpectedlyError, StatementTimeoutError } from 'slonik';
import { isLast, isLater } from './sql.ts';

// The protocol lets a client send statements without waiting for each answer; slonik waits for each. So what need not be
// waited for is held here and leaves with the next statement: one way to the server and back instead of several.

const START = 'START TRANSACTION';
const COMMIT = 'COMMIT';
const ROLLBACK = 'ROLLBACK';
interface Held {
  text: string;
  values: unknown[];
}

/** What of a connection is used here. */
interface Connection {
  query(text: string, values: unknown[]): Promise<pg.QueryResult>;
}

const nothing: DriverQueryResult = { command: 'SELECT', fields: [], rowCount: 0, rows: [] };

/** The statements of one connection, in flights of as many as need not wait for each other. */
export const inFlights = (connection: Connection) => {
  let held: Held[] = [];
  let committed: Promise<DriverQueryResult> | undefined;

  /** Sends everything held and this, and answers with this one; the first that failed is the error. */
  const send = async (...statements: Held[]): Promise<DriverQueryResult> => {
    const flight = [...held, ...statements];
    held = [];
    const ends = await Promise.allSettled(flight.map(({ text, values }) => connection.query(text, values)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw readable(failed.reason);
    const end = ends.at(-1);
    return end?.status === 'fulfilled' ? rowsOf(end.value) : nothing;
  };

  return async (text: string, values: unknown[] = []): Promise<DriverQueryResult> => {
    if (committed !== undefined && (text === COMMIT || text === ROLLBACK)) {
      const done = committed;
      committed = undefined;
      return done;
    }
    if (committed !== undefined)
      throw new Error(`a statement after the last one of its transaction: ${text}`);
    if (text === ROLLBACK) {
      const unsent = held[0]?.text === START;
      held = [];
      return unsent ? nothing : send({ text, values });
    }
    if (text === START || isLater(text)) {
      held.push({ text, values });
      return nothing;
    }
    if (!isLast(text)) return send({ text, values });
    const answer = send({ text, values });
    committed = send({ text: COMMIT, values: [] });
    // Awaited when slonik commits; until then it must not count as forgotten.
    committed.catch(() => {});
    return answer;
  };
};

const rowsOf = ({ command, fields, rowCount, rows }: pg.QueryResult): DriverQueryResult => ({
  command: command as DriverQueryResult['command'],
  fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeId: dataTypeID })),
  rowCount,
  rows,
});

/** The error as slonik knows it: it drops a connection on the first two. */
const readable = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  if (/connection terminated unexpectedly/i.test(error.message))
    return new BackendTerminatedUnexpectedlyError(error);
  if (code === '57P01' || /connection terminated/i.test(error.message))
    return new BackendTerminatedError(error);
  if (code === '57014' && !error.message.includes('user request')) return new StatementTimeoutError(error);
  return error;
};

// Dates stay dates, decimals stay decimals; pg makes local times and floats of them.
const parsers = new Map<number, (text: string) => unknown>([
  [20, Number], // int8
  [1700, (text) => text], // numeric
  [1082, (text) => text], // date
  [1184, (text) => (text.endsWith('infinity') ? text : new Date(text).toISOString())], // timestamptz
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};

const limit = (value: number | 'DISABLE_TIMEOUT') => (value === 'DISABLE_TIMEOUT' ? undefined : value);

/** Slonik's driver for pg with flights; see `later` and `last`. Streams are not supported. */
export const createPipelinedDriver = () =>
  createDriverFactory(async ({ driverConfiguration }) => ({
    createPoolClient: async ({ clientEventEmitter }: { clientEventEmitter: DriverClientEventEmitter }) => {
      const client = new pg.Client({
        connectionString: driverConfiguration.connectionUri,
        connectionTimeoutMillis: limit(driverConfiguration.connectionTimeout),
        statement_timeout: limit(driverConfiguration.statementTimeout),
        idle_in_transaction_session_timeout: limit(driverConfiguration.idleInTransactionSessionTimeout),
        types,
        pipeline: true,
      } as pg.ClientConfig);
      client.on('error', (error) => clientEventEmitter.emit('error', readable(error) as Error));
      client.on('notice', ({ message }) => {
        if (message) clientEventEmitter.emit('notice', { message });
      });
      return {
        connect: async () => void (await client.connect()),
        end: () => client.end(),
        query: inFlights(client),
        stream: () => {
          throw new Error('this driver has no streams: read in pages');
        },
      };
    },
  }));
