import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const bench = (...options: string[]) =>
  promisify(execFile)(process.execPath, [fileURLToPath(new URL('run.ts', import.meta.url)), ...options]);

test('every file without a dash in its name is a benchmark that the runner knows', async () => {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => /^[a-z]+\.ts$/.test(file) && file !== 'run.ts',
  );

  const { stdout, stderr } = await bench('--help');

  expect(stdout).toBe('');
  const listed = [...stderr.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => `${name}.ts`);
  expect(listed.sort()).toEqual(files.sort());
});

test('a benchmark that nobody knows is an error', async () => {
  await expect(bench('nobody')).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('there is no nobody'),
  });
});
