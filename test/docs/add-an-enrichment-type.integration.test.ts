import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

// Each test starts a process.
vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

let fresh: FreshDatabase;
let copy: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  copy = await mkdtemp(join(tmpdir(), 'wellspring-page-'));
  for (const part of ['functions', 'shared', 'local', 'sql', 'test', 'package.json', 'tsconfig.json'])
    await cp(join(root, part), join(copy, part), { recursive: true });
  // Of the tests the page's own: whatever else speaks of all types is in the project itself.
  const own = {
    extends: './tsconfig.json',
    include: ['functions', 'shared', 'local', 'test/functions/vat_check'],
  };
  await writeFile(join(copy, 'tsconfig.page.json'), JSON.stringify(own));
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  await followPage(copy);
});
afterAll(async () => {
  await fresh.drop();
  await rm(copy, { recursive: true, force: true });
});

/** Does what the page says: a block that names a new file becomes it, one that names the catalogue is added to it. */
async function followPage(folder: string): Promise<void> {
  const page = await readFile(join(root, 'docs/add-an-enrichment-type.md'), 'utf8');
  const blocks = [...page.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)];
  expect(blocks.map(([, path]) => path)).toEqual([
    'functions/vat_check/schema.ts',
    'functions/vat_check/index.ts',
    'shared/domain/catalogue.ts',
    'test/functions/vat_check/case.ts',
  ]);
  for (const [, path = '', text = ''] of blocks) {
    const file = join(folder, path);
    if (path !== 'shared/domain/catalogue.ts') {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      continue;
    }
    const end = '] as const satisfies readonly WorkerRow[];';
    const before = await readFile(file, 'utf8');
    expect(before.split(end)).toHaveLength(2);
    await writeFile(
      file,
      before.replace(end, () => `${text}${end}`),
    );
  }
}

test('one folder and one row make a type that compiles', async () => {
  await expect(
    run(join(root, 'node_modules/.bin/tsc'), ['--checkers', '1', '-p', join(copy, 'tsconfig.page.json')]),
  ).resolves.toBeDefined();
});

test('its worker goes through its case', async () => {
  const script = `
    import { vatCheckCase } from './test/functions/vat_check/case.ts';
    import { stage } from './test/functions/run-case.ts';
    import { owner, workerDatabase } from './test/support/pipeline.ts';
    const client = await owner(process.env.FRESH_URL);
    const database = workerDatabase(process.env.FRESH_URL);
    const { success, halts, failures } = vatCheckCase;
    const ends = [];
    for (const scene of [success, ...Object.values(halts), ...Object.values(failures)]) {
      const task = await (await stage({ client, database }, scene)).settle();
      ends.push([task.status, task.output?.valid ?? task.output?.halt?.code ?? task.error]);
    }
    console.log(JSON.stringify(ends));
    await client.end();
    await database.close();`;
  const { stdout } = await run(
    join(root, 'node_modules/.bin/node'),
    ['--input-type=module', '--eval', script],
    {
      cwd: copy,
      env: { ...process.env, FRESH_URL: fresh.url },
    },
  );

  expect(JSON.parse(stdout)).toEqual([
    ['completed', true],
    ['completed', 'tax_id_missing'],
    ['failed', 'NOT_FOUND: there is no such company in this workspace'],
  ]);
});
