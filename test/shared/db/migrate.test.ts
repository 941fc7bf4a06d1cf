import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMigrations } from '../../../shared/db/migrate.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wellspring-migrations-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(join(directory, name), text);

test('files come in the order of their numbers, and other files are left alone', async () => {
  await write('0002_b.sql', 'select 2');
  await write('0001_a.sql', 'select 1');
  await write('README.md', '');

  const migrations = await readMigrations(directory);

  expect(migrations.map(({ name }) => name)).toEqual(['0001_a.sql', '0002_b.sql']);
});

test('line ends of Windows are no edit', async () => {
  await write('0001_a.sql', 'select\n1\n');
  const [unix] = await readMigrations(directory);
  await write('0001_a.sql', 'select\r\n1\r\n');

  const [windows] = await readMigrations(directory);

  expect(windows).toEqual(unix);
});

test.each(['1_a.sql', '0001-a.sql', '0001_A.sql'])('a file named %s is refused', async (name) => {
  await write(name, 'select 1');

  await expect(readMigrations(directory)).rejects.toThrow(`${name} is not named like 0001_name.sql`);
});

test('two files with one number are refused', async () => {
  await write('0001_a.sql', 'select 1');
  await write('0001_b.sql', 'select 1');

  await expect(readMigrations(directory)).rejects.toThrow('0001_a.sql and 0001_b.sql have the same number');
});

test('every migration of the project says in a comment what it is about', async () => {
  const migrations = await readMigrations(fileURLToPath(new URL('../../../sql', import.meta.url)));

  expect(migrations.length).toBeGreaterThan(0);
  const silent = migrations.filter(({ text }) => !/^(-- (pg-mem|migrate): .*\n)*-- [A-Z]/.test(text));
  expect(silent.map(({ name }) => name)).toEqual([]);
});
