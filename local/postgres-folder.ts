import { createHash } from 'node:crypto';
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type Account,
  accountFor,
  isReachable,
  isRoot,
  nobody,
  reachableStateRoot,
  reachableTemporaryRoot,
} from './postgres-account.ts';

/** Where a cluster's files are and who owns them. `path` is real, and holds a cluster already, or does not exist yet. */
export interface Folder {
  path: string;
  account: Account;
  isNew: boolean;
}

/** A folder of its own for a throw-away cluster, in a temporary place the server's account can enter. */
export const temporaryFolder = async (): Promise<{ home: string; folder: Folder }> => {
  const home = await mkdtemp(join(await reachableTemporaryRoot(), 'wellspring-pg-'));
  const account: Account = isRoot() ? nobody : {};
  if (account.uid !== undefined) await chown(home, account.uid, account.gid);
  return { home, folder: { path: join(home, 'data'), account, isNew: true } };
};

/**
 * The folder behind `dataDir`, made ready for the server's account.
 *
 * PostgreSQL refuses root. As root the server therefore runs as the owner of the place it is to live in, or as
 * `nobody` where that is root too. A place which that account cannot enter (a root home is 0700) gets a link to a
 * state folder instead: nobody's permissions are widened, and removing the link never removes data.
 */
export const persistentFolder = async (dataDir: string): Promise<Folder> => {
  const place = resolve(dataDir);
  const link = await lstat(place).catch(() => null);
  if (link) {
    const path = await realpath(place).catch(() => {
      throw new Error(
        `${place} points to a database folder that is gone. Remove the link to start with an empty one.`,
      );
    });
    const entries = await readdir(path);
    if (entries.includes('PG_VERSION')) return existing(path);
    if (entries.length > 0) {
      throw new Error(`${path} is neither empty nor a database folder. Name another data folder.`);
    }
    // An empty folder means no more than its name; the cluster is moved there whole once it is ready.
    if (link.isDirectory()) await rmdir(path);
    else return { path, account: await accountFor(path), isNew: true };
  }

  const parent = dirname(place);
  await mkdir(parent, { recursive: true });
  const account = await accountFor(parent);
  if (await isReachable(parent, account)) {
    return { path: join(await realpath(parent), basename(place)), account, isNew: true };
  }

  const key = createHash('sha256').update(place).digest('hex').slice(0, 12);
  const state = await mkdtemp(join(await reachableStateRoot(), `${key}-`));
  await chown(state, nobody.uid, nobody.gid);
  await writeFile(join(state, 'belongs-to'), `${place}\n`);
  await mkdir(join(state, 'data'), { mode: 0o700 });
  await chown(join(state, 'data'), nobody.uid, nobody.gid);
  await symlink(join(state, 'data'), place);
  return { path: join(state, 'data'), account: nobody, isNew: true };
};

const existing = async (path: string): Promise<Folder> => {
  const { uid, gid } = await stat(path);
  const me = process.getuid?.();
  if (isRoot()) {
    const account = uid === 0 ? nobody : { uid, gid };
    if (await isReachable(path, account)) return { path, account, isNew: false };
    throw new Error(
      `The database in ${path} belongs to user ${uid}, who cannot enter a folder above it. Open that folder to others (chmod o+x), or move the data.`,
    );
  }
  if (me !== undefined && uid !== me) {
    throw new Error(
      `The database in ${path} belongs to user ${uid}. Start as that user, or name another data folder.`,
    );
  }
  return { path, account: {}, isNew: false };
};

/** Refuses a cluster that another major version made, before the server would with a terser word. */
export const checkMajor = async (path: string, version: string): Promise<void> => {
  const made = (await readFile(join(path, 'PG_VERSION'), 'utf8')).trim();
  const have = String(Number.parseInt(version, 10));
  if (made === have) return;
  throw new Error(
    `The database in ${path} was made by PostgreSQL ${made}, and this is ${have}. Start it with version ${made} (WELLSPRING_POSTGRES=embedded or system chooses), move its data with pg_dump, or move the folder away to start empty.`,
  );
};
