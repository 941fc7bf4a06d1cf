import type pg from 'pg';
import { afterAll, beforeAll, test } from 'vitest';
import type { Database } from '../../../../shared/db/pool.ts';

/**
 * A database that the cases of this folder run on: tables in memory in `<table>.test.ts`, a real server in
 * `<table>.integration.test.ts`. The same cases on both, so that a difference shows.
 *
 * Only what pg-mem answers as Postgres does is written as a case: reads by key, lists over text arrays, plain inserts,
 * guarded updates of one table. The rest is proven on the server alone, where the functions that use it are tested:
 *
 * - It refuses `on conflict … where`, `update … from`, an alias in `update … returning`, inserts that log through a
 *   second `with` member, `distinct on`, `is distinct from`, `jsonb_to_recordset`, `make_interval`, `infinity`,
 *   `for … of`, `skip locked`, correlated sub-selects, lateral joins, differences of timestamps, advisory locks and
 *   arrays of integers: enqueueing, claiming, finishing, leases, sweeping, caches, saving lines, matching payments.
 * - It accepts and answers wrongly: `on conflict (…) do nothing returning`, `count(*) filter`, `= any(…)` over integers
 *   or over a column with an index, `update … where pk in (select … limit 1)`, the order of enums, and any read by a
 *   column that has a unique partial index, which it takes for a whole one. Nothing that dedups or counts is a case
 *   of both, nor is the claim; what is worth a case here all the same stands in `…ServerCases`.
 * - It hands numeric on as floats, and dates as instants.
 * - It accepts and ignores row locks, has one session, and has no triggers, roles, policies or tenant keys.
 */
export interface Tier extends Pick<Database, 'inWorkspace' | 'asCaller'> {
  /** Inserts the rows that a case starts from, as the owner; for the factories. */
  client: pg.Client;
  close(): Promise<void>;
}

/** What is true of one table's statements, by a plain sentence. A case makes a workspace of its own. */
export type Cases = Record<string, (tier: Tier) => Promise<void>>;

/** Makes a test of each case, all in one database. */
export function runOn(open: () => Promise<Tier>, cases: Cases): void {
  let tier: Tier | undefined;
  beforeAll(async () => {
    tier = await open();
  });
  afterAll(() => tier?.close());
  test.each(Object.entries(cases))('%s', async (_, check) => {
    if (!tier) throw new Error('there is no database');
    await check(tier);
  });
}
