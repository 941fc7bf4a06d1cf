import { createServer } from 'node:net';
import type pg from 'pg';
import { SchemaValidationError } from 'slonik';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Database, isUnavailable, openDatabase, rollback } from '../../../shared/db/pool.ts';
import { DateOnly, Decimal, NoRow, sql, Timestamp } from '../../../shared/db/sql.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { insertTenant, owner, workerDatabase } from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let client: pg.Client;
let database: Database;
/** For tables that no role of a function may write. */
let asOwner: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  client = await owner(fresh.url);
  database = workerDatabase(fresh.url, 1);
  asOwner = openDatabase({ url: fresh.url, poolSize: 1 });
});
afterAll(async () => {
  await client.end();
  await database.close();
  await asOwner.close();
  await fresh.drop();
});

const Pid = z.strictObject({ pid: z.number() });
const pid = sql.type(Pid)`select pg_backend_pid() as pid`;

describe('rows', () => {
  test('arrive in the types of the data layer', async () => {
    const Row = z.strictObject({
      count: z.number(),
      amount: Decimal,
      day: DateOnly,
      at: Timestamp,
      endless: Timestamp,
    });

    const row = await database.connect((db) =>
      db.one(sql.type(Row)`
        select count(*), 10.50::numeric as amount, '2026-03-31'::date as day,
          '2026-03-31 23:30:00.123456+02'::timestamptz as at, 'infinity'::timestamptz as endless`),
    );

    expect(row).toEqual({
      count: 1,
      amount: '10.50',
      day: '2026-03-31',
      at: '2026-03-31T21:30:00.123Z',
      endless: 'infinity',
    });
  });

  test.for([
    ['a column too many', sql.type(NoRow)`select 1 as extra`],
    ['a column too few', sql.type(z.strictObject({ a: z.number(), b: z.number() }))`select 1 as a`],
    ['another type', sql.type(z.strictObject({ a: z.string() }))`select 1 as a`],
  ] as const)('with %s are refused', async ([, statement]) => {
    await expect(database.connect((db) => db.one(statement))).rejects.toBeInstanceOf(SchemaValidationError);
  });
});

describe('transactions', () => {
  test('that are rolled back on purpose answer a value and keep their connection', async () => {
    const before = await database.connect((db) => db.one(pid));
    const insert = sql.type(NoRow)`insert into providers (name, slug) values ('Rolled back', 'rolled-back')`;

    const outcome = await asOwner.transaction(async (db) => {
      await db.query(insert);
      return rollback('nothing to do');
    });
    const kept = await database.transaction(async () => rollback('nothing to do'));
    const after = await database.connect((db) => db.one(pid));

    expect([outcome, kept]).toEqual(['nothing to do', 'nothing to do']);
    expect(after).toEqual(before);
    expect((await client.query(`select 1 from providers where slug = 'rolled-back'`)).rowCount).toBe(0);
  });

  test('of one workspace see nothing of another, and leave nothing behind on their connection', async () => {
    const mine = await insertTenant(client);
    const theirs = await insertTenant(client);
    const Row = z.strictObject({ workspace_pk: z.number() });
    const list = sql.type(Row)`select distinct workspace_pk from invoices order by 1`;

    const seen = await database.inWorkspace(mine.workspacePk, (db) => db.any(list));
    const others = await database.inWorkspace(theirs.workspacePk, (db) => db.any(list));
    const outside = await database.connect((db) => db.any(list));

    expect(seen).toEqual([{ workspace_pk: mine.workspacePk }]);
    expect(others).toEqual([{ workspace_pk: theirs.workspacePk }]);
    expect(outside).toEqual([]);
  });
});

describe('trouble', () => {
  test('a connection that the server ends is replaced by itself', async () => {
    const { pid: old } = await database.connect((db) => db.one(pid));
    await client.query('select pg_terminate_backend($1, 5000)', [old]);

    const again = await expect
      .poll(() => database.connect((db) => db.one(pid)).catch(() => null), { timeout: 5_000 })
      .not.toBeNull();

    expect(again).not.toEqual({ pid: old });
  });

  test('a server that is away is told apart from a statement that is wrong', async () => {
    const away = openDatabase({ url: 'postgres://w@127.0.0.1:1/w' });
    const refused = await away.connect((db) => db.one(pid)).catch((error: unknown) => error);
    const wrong = await database
      .connect((db) => db.one(sql.type(Pid)`select nonsense as pid`))
      .catch((error: unknown) => error);

    expect([isUnavailable(refused), isUnavailable(wrong)]).toEqual([true, false]);
    await away.close();
  });

  test('of a server that is away hears everybody, also those who waited for a connection', async () => {
    const away = openDatabase({ url: 'postgres://w@127.0.0.1:1/w', poolSize: 2 });

    const answers = await Promise.all(
      Array.from({ length: 6 }, () => away.connect((db) => db.one(pid)).catch(isUnavailable)),
    );

    expect(answers).toEqual(Array(6).fill(true));
    await away.close();
  });

  test('a pool that could not be made is made anew once the server is there', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    const port = await new Promise<number>((resolve) => {
      holder.once('listening', () => resolve((holder.address() as { port: number }).port));
    });
    await new Promise((resolve) => holder.close(resolve));
    const late = openDatabase({ url: `postgres://w@127.0.0.1:${port}/w` });

    const first = await late.connect((db) => db.one(pid)).catch((error: unknown) => error);
    const second = await late.connect((db) => db.one(pid)).catch((error: unknown) => error);

    // Asked twice, refused twice: the failure is not kept as the answer.
    expect([isUnavailable(first), isUnavailable(second)]).toEqual([true, true]);
    expect(second).not.toBe(first);
    await late.close();
  });

  test('a statement that takes too long is given up', async () => {
    const impatient = openDatabase({ url: fresh.url, timeoutMs: 100 });

    const error = await impatient
      .connect((db) => db.query(sql.type(z.strictObject({ pg_sleep: z.unknown() }))`select pg_sleep(20)`))
      .catch((cause: unknown) => cause);

    expect(isUnavailable(error)).toBe(true);
    await impatient.close();
  });
});
