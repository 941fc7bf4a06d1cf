import pg from 'pg';
import { type DatabaseOptions, openDatabase } from '../../../../shared/db/pool.ts';
import { freshDatabase } from '../../../support/database.ts';
import type { Tier } from './tier.ts';

/** A real server, asked under the role that runs the statements when deployed. */
export const serverTier = (role: DatabaseOptions['role']) => async (): Promise<Tier> => {
  const fresh = await freshDatabase();
  const database = openDatabase({ url: fresh.url, role });
  const client = new pg.Client({ connectionString: fresh.url });
  await client.connect();
  return {
    client,
    inWorkspace: database.inWorkspace,
    asCaller: database.asCaller,
    async close() {
      await database.close();
      await client.end();
      await fresh.drop();
    },
  };
};
