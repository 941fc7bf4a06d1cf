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
