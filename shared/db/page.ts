import type { FragmentSqlToken, QuerySqlToken } from 'slonik';
import { z } from 'zod';
import { LIST_TOTAL_MAX } from '../domain/limits.ts';
import { publicId } from './public-id.ts';
import { type Db, sql } from './sql.ts';

/** A place in a list: the row with this sort key, to the microsecond, and this public id. */
export interface Position {
  key: string;
  id: string;
}

/** Which part of a list is wanted; `key` names a timestamp column that is never null. */
export interface PageRequest<Key extends string = string> {
  limit: number;
  sort: { key: Key; descending: boolean };
  /** The last row of the page before; null for the first page. */
  after: Position | null;
}

/** Rows of one page. `total` stops at LIST_TOTAL_MAX, and then is not exact. */
export interface Page<Row> {
  rows: readonly Row[];
  /** Whether the list goes on after these rows. */
  more: boolean;
  total: number;
  totalIsExact: boolean;
}

/** What a list sorts by and how its rows are told apart. */
export interface Keyset {
  request: Pick<PageRequest, 'sort' | 'after'>;
  /** The column behind `request.sort.key`. */
  key: FragmentSqlToken;
  /** Settles the order of rows with the same key. */
  pk: FragmentSqlToken;
  /** Subquery that finds the `pk` of a public id in the caller's workspace, deleted rows included. */
  pkOf: (publicId: FragmentSqlToken) => FragmentSqlToken;
}

/**
 * The parts of a statement that reads a page through an index on `(workspace_pk, key, pk)`: a column `sort_key` that
 * holds the key exactly (an answer's own times end at milliseconds), a condition that starts with `and`, and the order.
 */
export const keyset = ({ request: { sort, after }, key, pk, pkOf }: Keyset) => ({
  sortKey: sql.fragment`to_char(${key} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as sort_key`,
  beyond: after
    ? sort.descending
      ? sql.fragment`and (${key}, ${pk}) < (${after.key}::timestamptz, ${pkOf(publicId(after.id))})`
      : sql.fragment`and (${key}, ${pk}) > (${after.key}::timestamptz, ${pkOf(publicId(after.id))})`
    : sql.fragment``,
  order: sort.descending
    ? sql.fragment`order by ${key} desc, ${pk} desc`
    : sql.fragment`order by ${key}, ${pk}`,
});

/** A span of time, from its start to before its end; ISO 8601. */
export interface TimeRange {
  gte?: string | undefined;
  lt?: string | undefined;
}

/** Condition that starts with `and`; nothing without a range. */
export const within = (column: FragmentSqlToken, range: TimeRange | undefined) => sql.fragment`
  ${range?.gte === undefined ? sql.fragment`` : sql.fragment`and ${column} >= ${range.gte}::timestamptz`}
  ${range?.lt === undefined ? sql.fragment`` : sql.fragment`and ${column} < ${range.lt}::timestamptz`}`;

/** The row of a statement that counts with `upTo`. */
export const Total = z.strictObject({ total: z.number() });

/**
 * Body of a statement that counts the rows of `select from …` and stops just above LIST_TOTAL_MAX. Rows in the order of
 * an index keep the planner on it: under a policy it takes any filter for a common one, and reads the table instead.
 */
export const upToTotalMax = (rows: FragmentSqlToken) => sql.fragment`
  select count(*)::integer as total
  from (
    ${rows}
    limit ${LIST_TOTAL_MAX + 1}
  ) counted`;

/**
 * Reads a page: `list` answers up to `limit + 1` rows, `count` all of them as `upToTotalMax` does. What the first page
 * shows whole is not counted, so that most lists are one statement.
 */
export async function readPage<Row extends z.ZodType>(
  db: Db,
  { limit, after }: Pick<PageRequest, 'limit' | 'after'>,
  { list, count }: { list: QuerySqlToken<Row>; count: QuerySqlToken<typeof Total> },
): Promise<Page<z.output<Row>>> {
  const found = (await db.any(list)) as readonly z.output<Row>[];
  const more = found.length > limit;
  const counted = after || more ? (await db.one(count)).total : found.length;
  const total = Math.min(counted, LIST_TOTAL_MAX);
  return { rows: found.slice(0, limit), more, total, totalIsExact: counted === total };
}
