import type { IMemoryDb } from 'pg-mem';
import { type DatabasePool, SchemaValidationError } from 'slonik';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { NoRow, sql } from '../../shared/db/sql.ts';
import { memoryDatabase } from './memory-database.ts';
import { memorySlonik } from './memory-slonik.ts';

let database: IMemoryDb;
let pool: DatabasePool;
beforeEach(async () => {
  database = await memoryDatabase();
  pool = await memorySlonik(database);
});
afterEach(() => pool.end());

const insert = (name: string) => sql.type(NoRow)`insert into workspaces (name) values (${name})`;
const names = () => database.public.many('select name from workspaces').map((row) => row.name);

test('a transaction that fails leaves nothing', async () => {
  const failed = pool.transaction(async (db) => {
    await db.query(insert('gone'));
    throw new Error('on purpose');
  });

  await expect(failed).rejects.toThrow('on purpose');
  expect(names()).toEqual([]);
});

test('an inner transaction that fails leaves what the outer one did', async () => {
  await pool.transaction(async (db) => {
    await db.query(insert('kept'));
    const inner = db.transaction(async (nested) => {
      await nested.query(insert('gone'));
      throw new Error('on purpose');
    });
    await expect(inner).rejects.toThrow('on purpose');
    await db.query(insert('kept too'));
  });

  expect(names()).toEqual(['kept', 'kept too']);
});

test('rows are held to their type', async () => {
  const wrong = sql.type(z.strictObject({ name: z.number() }))`select name from workspaces`;
  await pool.query(insert('a'));

  await expect(pool.any(wrong)).rejects.toBeInstanceOf(SchemaValidationError);
});
