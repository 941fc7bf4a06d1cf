import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../local/postgres.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { type Blank, blankOf } from './blank-database.ts';
import { databaseUrl } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server the integration tests share: where to connect for `create database`, what to clone, how it looks. */
    postgres: { url: string; template: string; blank: Blank };
    /** A data folder with a migrated database, for servers of a test's own: `startPostgres({ from })`. */
    cluster: string;
  }
}

/** One server and one migrated template for the whole run: `DATABASE_URL_TEST`, or a throw-away cluster of our own. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), 'wellspring-tests-'));
  const cluster = join(folder, 'cluster');
  try {
    // Else the rows would go to a state folder, which outlives the tests.
    await chmod(folder, 0o755);
    await makeCluster(cluster);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  project.provide('cluster', cluster);

  const given = process.env.DATABASE_URL_TEST;
  const server = given ? null : await startPostgres({ from: cluster });
  const url = given ?? databaseUrl(server?.url ?? '', 'postgres');
  const template = `wellspring_template_${randomUUID().slice(0, 8)}`;
  const admin = async (statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };

  let blank: Blank;
  try {
    await admin(given ? `create database ${template}` : `alter database wellspring rename to ${template}`);
    await migrate(databaseUrl(url, template));
    blank = await blankOf(databaseUrl(url, template));
  } catch (error) {
    await server?.stop();
    throw error;
  }
  project.provide('postgres', { url, template, blank });
  return async () => {
    await rm(folder, { recursive: true, force: true });
    if (server) await server.stop();
    else await admin(`drop database if exists ${template} with (force)`);
  };
};

const makeCluster = async (dataDir: string): Promise<void> => {
  const server = await startPostgres({ dataDir });
  try {
    await migrate(server.url);
  } finally {
    await server.stop();
  }
};
