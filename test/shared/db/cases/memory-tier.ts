import type pg from 'pg';
import { memoryDatabase } from '../../../support/memory-database.ts';
import { memorySlonik } from '../../../support/memory-slonik.ts';
import type { Tier } from './tier.ts';

/** The tables in pg-mem: one session, which sees every workspace, so that only the statements keep them apart. */
export async function memoryTier(): Promise<Tier> {
  const database = await memoryDatabase();
  const pool = await memorySlonik(database);
  const { Client } = database.adapters.createPg() as { Client: new () => pg.Client };
  return {
    client: new Client(),
    inWorkspace: (_workspacePk, work) => pool.transaction(work),
    asCaller: (_subject, work) => pool.transaction(work),
    close: () => pool.end(),
  };
}
