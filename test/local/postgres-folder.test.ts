import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nobody } from '../../local/postgres-account.ts';
import { persistentFolder } from '../../local/postgres-folder.ts';

// Where a cluster goes and who owns it. That a server then lives there is in postgres.integration.test.ts, and behind
// a link in start.integration.test.ts.

const root = process.getuid?.() === 0;

let folder: string;
const cleanUp: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'wellspring-place-')));
  await chmod(folder, 0o755);
});
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo();
  await rm(folder, { recursive: true, force: true });
});

test('a link whose data is gone is not silently replaced by an empty database', async () => {
  await symlink(join(folder, 'gone'), join(folder, 'data'));

  await expect(persistentFolder(join(folder, 'data'))).rejects.toThrow(
    'points to a database folder that is gone',
  );
});

describe.runIf(root)('for root', () => {
  test('a place of its own is served by nobody', async () => {
    const place = join(folder, 'data');

    expect(await persistentFolder(place)).toEqual({ path: place, account: nobody, isNew: true });
  });

  test('a place of somebody else is served by them', async () => {
    await chown(folder, 1, 1);
    const place = join(folder, 'data');

    expect(await persistentFolder(place)).toEqual({ path: place, account: { uid: 1, gid: 1 }, isNew: true });
  });

  test('data lives in a state folder behind a link where nobody cannot enter, and no permission is widened', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const place = join(closed, 'project/.local/postgres');

    const first = await persistentFolder(place);
    const state = dirname(first.path);
    cleanUp.push(() => rm(state, { recursive: true, force: true }));
    await writeFile(join(first.path, 'PG_VERSION'), '18\n');
    const second = await persistentFolder(place);

    expect(first).toEqual({ path: await realpath(place), account: nobody, isNew: true });
    expect(second).toEqual({ ...first, isNew: false });
    expect((await lstat(place)).isSymbolicLink()).toBe(true);
    expect(await stat(first.path)).toMatchObject(nobody);
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
    expect(await readFile(join(state, 'belongs-to'), 'utf8')).toBe(`${place}\n`);
  });
});
