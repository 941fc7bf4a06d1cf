import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Position } from '../db/page.ts';
import { moment } from './query-values.ts';

/** What a cursor belongs to: it continues this list in this order with these filters and no other. */
export interface CursorPlace {
  list: string;
  sort: string;
  /** As `hashFilters` makes it. */
  filters: string;
}

/** Equal for the same filters, whatever order they were written in; empty without any. */
export const hashFilters = (filters: Readonly<Record<string, unknown>>): string => {
  const sent = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  if (sent.length === 0) return '';
  return createHash('sha256').update(JSON.stringify(sent)).digest('base64url').slice(0, 12);
};

/** The opaque text that continues a list after `position`. It holds public values only, and proves nothing. */
export const writeCursor = ({ list, sort, filters }: CursorPlace, { key, id }: Position): string =>
  Buffer.from(JSON.stringify([list, sort, filters, key, id])).toString('base64url');

// Six digits: what Postgres keeps and `writeCursor` was given.
const Key = z.iso.datetime({ precision: 6 }).refine((text) => moment.safeParse(text).success);

/** The position in a cursor of this place; null for any other text. */
export const readCursor = (place: CursorPlace, text: string): Position | null => {
  const schema = z.tuple([
    z.literal(place.list),
    z.literal(place.sort),
    z.literal(place.filters),
    Key,
    z.guid(),
  ]);
  const { data } = schema.safeParse(parsed(Buffer.from(text, 'base64url').toString()));
  return data ? { key: data[3], id: data[4] } : null;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Not one of ours, which the schema then says.
    return undefined;
  }
};
