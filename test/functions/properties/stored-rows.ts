import type pg from 'pg';
import { expect } from 'vitest';

/** Looks whether requests that were refused have left anything behind. */
export interface Stored {
  /** Remembers what there is now, unless nothing can have changed since the last look. */
  look(): Promise<void>;
  /** Throws when a request that was refused has changed anything since. */
  check(status: number): Promise<void>;
}

/** All that every table holds, as one text per table: equal as long as no row was added, changed or removed. */
export async function openStored(client: pg.Client): Promise<Stored> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`,
  );
  const each = tables.map(
    ({ name }) =>
      `select '${name}' as name, count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as held from ${name} t`,
  );
  const statement = { name: 'stored', text: each.join(' union all ') };
  const read = async () => {
    const { rows } = await client.query<{ name: string; held: string }>(statement);
    return Object.fromEntries(rows.map(({ name, held }) => [name, held]));
  };
  let known: Record<string, string> | undefined;
  return {
    async look() {
      known ??= await read();
    },
    async check(status) {
      const before = known;
      known = undefined;
      if (status < 300) return;
      known = await read();
      expect(known).toEqual(before);
    },
  };
}
