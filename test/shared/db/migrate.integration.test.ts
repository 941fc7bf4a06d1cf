import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../shared/db/migrate.ts';
import { type EmptyDatabase, emptyDatabase, freshDatabase } from '../../support/database.ts';

let database: EmptyDatabase;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wellspring-migrations-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));
/** For each test a database of its own; making one costs a fifth of a second. */
const emptyForEach = () => {
  beforeEach(async () => {
    database = await emptyDatabase();
  });
  afterEach(() => database.drop());
};

const write = (name: string, text: string) => writeFile(join(directory, name), text);

const query = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
};

/** The command behind `npm run migrate`, as a process of its own. */
const command = async (environment: Record<string, string>) => {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../../local/migrate.ts', import.meta.url))],
    {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...environment },
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
};

test('the project’s migrations change nothing the second time', async () => {
  const migrated = await freshDatabase();
  try {
    const { applied, total } = await migrate(migrated.url);

    expect(applied).toEqual([]);
    expect(total).toBeGreaterThan(0);
  } finally {
    await migrated.drop();
  }
});

describe('the project’s migrations', () => {
  emptyForEach();

  test('need no superuser: the owner of the database who may make roles will do', async () => {
    const name = `owner_${randomUUID().slice(0, 8)}`;
    const [row] = await query<{ database: string }>('select current_database() as database');
    await query(`create role ${name} login createrole password 'secret'`);
    await query(`alter database ${row?.database} owner to ${name}`);
    const url = new URL(database.url);
    url.username = name;
    url.password = 'secret';
    try {
      const { applied, total } = await migrate(url.href);

      expect(applied).toHaveLength(total);
    } finally {
      await query(`drop owned by ${name} cascade`);
      await query(`alter database ${row?.database} owner to current_user`);
      await query(`drop role ${name}`);
    }
  });

  test('are applied once by four processes that start together', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => command({ DATABASE_URL: database.url })));

    expect(runs.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0, 0]);
    const answers = runs.map(({ stdout }) => JSON.parse(stdout) as { applied: string[]; total: number });
    expect(answers.map(({ applied }) => applied.length).sort((a, b) => a - b)).toEqual([
      0,
      0,
      0,
      answers[0]?.total,
    ]);
    const [row] = await query('select count(*)::int as files from schema_migrations');
    expect(row).toEqual({ files: answers[0]?.total });
  });
});

describe('a run', () => {
  emptyForEach();

  test('records name, checksum, time and duration of each file', async () => {
    await write('0001_a.sql', 'create table a ();');

    const result = await migrate(database.url, { directory });

    expect(result).toEqual({ applied: ['0001_a.sql'], total: 1 });
    expect(
      await query(
        `select name, checksum ~ '^[0-9a-f]{64}$' as sum, applied_at <= now() as past, ms >= 0 as took from schema_migrations`,
      ),
    ).toEqual([{ name: '0001_a.sql', sum: true, past: true, took: true }]);
  });

  test('applies only what is new, and says so', async () => {
    await write('0001_a.sql', 'create table a ();');
    await migrate(database.url, { directory });
    await write('0002_b.sql', 'create table b ();');
    const said: string[] = [];

    const result = await migrate(database.url, { directory, log: (sentence) => said.push(sentence) });

    expect(result).toEqual({ applied: ['0002_b.sql'], total: 2 });
    expect(said).toEqual([expect.stringMatching(/^applied 0002_b\.sql in \d+ ms$/)]);
  });

  test('leaves nothing of a file that fails, keeps the files before it, and names file and line', async () => {
    await write('0001_a.sql', 'create table a ();');
    await write('0002_b.sql', 'create table b ();\n\nselect * from nowhere;');

    await expect(migrate(database.url, { directory })).rejects.toThrow(
      '0002_b.sql line 3: relation "nowhere" does not exist',
    );

    expect(
      await query(`select to_regclass('a') is not null as a, to_regclass('b') is not null as b`),
    ).toEqual([{ a: true, b: false }]);
  });

  test('runs a file outside a transaction when its first line asks for that', async () => {
    await write('0001_a.sql', 'create table a (x int);');
    await write('0002_b.sql', '-- migrate: no-transaction\ncreate index concurrently a_x on a (x);');

    await migrate(database.url, { directory });

    expect(await query(`select to_regclass('a_x') is not null as made`)).toEqual([{ made: true }]);
  });

  test('waits for another that works, even one that builds an index concurrently', async () => {
    await write('0001_a.sql', 'create table a (x int);');
    await write('0002_b.sql', '-- migrate: no-transaction\ncreate index concurrently a_x on a (x);');

    const results = await Promise.all([1, 2, 3].map(() => migrate(database.url, { directory })));

    expect(results.flatMap(({ applied }) => applied)).toEqual(['0001_a.sql', '0002_b.sql']);
  });
});

describe('files that are not the ones applied before are refused', () => {
  // A refused run changes nothing, so that one database serves them all.
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  beforeEach(async () => {
    await write('0001_a.sql', 'create table a ();');
    await write('0003_c.sql', 'create table c ();');
    await migrate(database.url, { directory });
  });
  afterAll(() => database.drop());

  test('an edited one', async () => {
    await write('0001_a.sql', 'create table a (x int);');

    await expect(migrate(database.url, { directory })).rejects.toThrow(
      '0001_a.sql was edited after it was applied',
    );
  });

  test('a missing one', async () => {
    await rm(join(directory, '0001_a.sql'));

    await expect(migrate(database.url, { directory })).rejects.toThrow(
      '0001_a.sql was applied to this database but is not among the files',
    );
  });

  test('a new one with an older number', async () => {
    await write('0002_b.sql', 'create table b ();');

    await expect(migrate(database.url, { directory })).rejects.toThrow('0002_b.sql comes before 0003_c.sql');
  });
});

// What it says of itself and without DATABASE_URL is in test/local/commands.test.ts.
describe('npm run migrate', () => {
  test('says that nobody answers', async () => {
    // Port 1 of the loopback is nobody's.
    const { code, stderr } = await command({ DATABASE_URL: 'postgres://wellspring@127.0.0.1:1/wellspring' });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^wellspring: .*ECONNREFUSED 127\.0\.0\.1:1/);
  });

  test('says that the address is none', async () => {
    const { code, stderr } = await command({ DATABASE_URL: 'not an address' });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^wellspring: DATABASE_URL is not an address like postgres:/);
  });
});
