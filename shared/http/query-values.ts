import { z } from 'zod';
import type { TimeRange } from '../db/page.ts';
import { LIST_VALUES_MAX } from '../domain/limits.ts';
import { showAs } from './openapi/show-as.ts';

/** Schema of `a,b,c`: each part by itself, once, in the order it was sent. Nothing between no commas is no part. */
export const commaList = <T>(one: z.ZodType<T>) => {
  const several = z.string().transform((text, context): readonly T[] => {
    const parts = text === '' ? [] : [...new Set(text.split(','))];
    if (parts.length > LIST_VALUES_MAX) {
      context.addIssue({ code: 'custom', message: `expected at most ${LIST_VALUES_MAX} values` });
      return z.NEVER;
    }
    const read = parts.map((part) => one.safeParse(part));
    for (const { error } of read) {
      if (!error) continue;
      context.addIssue({ code: 'custom', message: error.issues[0]?.message ?? 'invalid' });
      return z.NEVER;
    }
    return read.flatMap(({ data, success }) => (success ? [data] : []));
  });
  return showAs(several, z.array(one));
};

const FIRST_YEAR = Date.UTC(1970);
const LAST_YEAR = Date.UTC(2200);

/** Schema of a moment or a day, as ISO 8601 in UTC. Years that no row can have are refused: Postgres fails on some. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'expected a time such as 2026-06-02T09:15:00.000Z, or a day',
  })
  .refine((text) => Date.parse(text) >= FIRST_YEAR && Date.parse(text) < LAST_YEAR, {
    error: 'expected a time from 1970 to 2199',
  })
  .transform((text) => new Date(text).toISOString());

/** What a list can be narrowed by: query parameters under one name, and what they say together. */
export interface Filter<T> {
  /** Schemas by what follows `filter[name]`: nothing, or an operator such as `[gte]`. */
  params: Readonly<Record<string, z.ZodType>>;
  /** Undefined when none was sent. */
  read(values: Readonly<Record<string, unknown>>): T | undefined;
}

/** `filter[name]=a,b`: rows that have one of the values. A value cannot hold a comma. */
export const severalOf = <T>(one: z.ZodType<T>): Filter<readonly T[]> => ({
  params: { '': commaList(one).refine((values) => values.length > 0, { error: 'expected a value' }) },
  read: ({ '': values }) => values as readonly T[] | undefined,
});

/** `filter[name]=a`: rows that have this value. */
export const oneOf = <T>(value: z.ZodType<T>): Filter<T> => ({
  params: { '': value },
  read: ({ '': found }) => found as T | undefined,
});

/** `filter[name][gte]=…` and `filter[name][lt]=…`: rows from a moment on, and before one. */
export const timeRange = (): Filter<TimeRange> => ({
  params: { '[gte]': moment, '[lt]': moment },
  read: ({ '[gte]': gte, '[lt]': lt }) =>
    gte === undefined && lt === undefined
      ? undefined
      : ({ ...(gte === undefined ? {} : { gte }), ...(lt === undefined ? {} : { lt }) } as TimeRange),
});
