import { randomUUID } from 'node:crypto';
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
  }
}

/** One server and one migrated template for the whole run: `DATABASE_URL_TEST`, or a throw-away cluster of our own. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const given = process.env.DATABASE_URL_TEST;
  const server = given ? null : await startPostgres();
  const url = given ?? server?.url ?? '';
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
    await admin(`create database ${template}`);
    await migrate(databaseUrl(url, template));
    blank = await blankOf(databaseUrl(url, template));
  } catch (error) {
    await server?.stop();
    throw error;
  }
  project.provide('postgres', { url, template, blank });
  return async () => {
    if (server) await server.stop();
    else await admin(`drop database if exists ${template} with (force)`);
  };
};
