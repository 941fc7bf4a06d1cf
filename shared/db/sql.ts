import { type CommonQueryMethods, createSqlTag } from 'slonik';
import { z } from 'zod';

/** The tag of every statement. `sql.type(Row)` names the strict zod object that each row must fit. */
export const sql = createSqlTag();

/** What a statement runs on: a connection or a transaction, never the pool, handed down by the caller. */
export type Db = CommonQueryMethods;

/** A row of a statement that returns nothing. */
export const NoRow = z.strictObject({});

/** A timestamptz as the data layer hands it on: ISO 8601 in UTC with milliseconds, or `infinity`. */
export const Timestamp = z.string();

/** A date without time or zone: `2026-03-31`. */
export const DateOnly = z.string();

/** A numeric as a decimal string; money never becomes a float. */
export const Decimal = z.string();

// Read by the driver, which holds statements back: see pipelined-driver.ts.
const LATER = '\n/* later */';
const LAST = '\n/* last */';

/**
 * Marks a statement whose rows nobody needs: it is sent together with the next one of its transaction, or with the
 * commit. An error of it is thrown by that one.
 */
export const later = <S extends { readonly sql: string }>(statement: S): S => ({
  ...statement,
  sql: statement.sql + LATER,
});

/** Marks the last statement of a transaction: the commit is sent together with it. */
export const last = <S extends { readonly sql: string }>(statement: S): S => ({
  ...statement,
  sql: statement.sql + LAST,
});

/** Whether the text was marked by `later`. */
export const isLater = (text: string): boolean => text.endsWith(LATER);

/** Whether the text was marked by `last`. */
export const isLast = (text: string): boolean => text.endsWith(LAST);
