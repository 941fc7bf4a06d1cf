import { expect, test } from 'vitest';
import { z } from 'zod';
import { readPage, Total } from '../../../shared/db/page.ts';
import { type Db, sql } from '../../../shared/db/sql.ts';

const list = sql.type(z.strictObject({ n: z.number() }))`select 1 as n`;
const count = sql.type(Total)`select 1 as total`;
const first = { limit: 2, after: null };
const later = { limit: 2, after: { key: '2026-06-02T09:14:58.123456Z', id: 'i' } };

const read = async (request: typeof first | typeof later, rows: number, total: number) => {
  let counted = false;
  const db = {
    any: async () => Array.from({ length: rows }, (_, n) => ({ n })),
    one: async () => {
      counted = true;
      return { total };
    },
  };
  // Only these two are called.
  const page = await readPage(db as unknown as Db, request, { list, count });
  return { ...page, rows: page.rows.length, counted };
};

test.each([
  ['a whole list is not counted', first, 2, 0, { rows: 2, more: false, total: 2, counted: false }],
  ['nor an empty one', first, 0, 9, { rows: 0, more: false, total: 0, counted: false }],
  ['the first of several pages is', first, 3, 3, { rows: 2, more: true, total: 3, counted: true }],
  ['and so is the last', later, 1, 3, { rows: 1, more: false, total: 3, counted: true }],
])('%s', async (_what, request, rows, total, expected) => {
  expect(await read(request, rows, total)).toEqual({ ...expected, totalIsExact: true });
});

test('a total stops at ten thousand', async () => {
  expect(await read(first, 3, 10_000)).toMatchObject({ total: 10_000, totalIsExact: true });
  expect(await read(first, 3, 10_001)).toMatchObject({ total: 10_000, totalIsExact: false });
});
