import { type ChildProcess, spawn } from 'node:child_process';
import { chown, cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-ports.ts';
import type { Account } from './postgres-account.ts';
import { type Binaries, findBinaries } from './postgres-binaries.ts';
import { checkMajor, type Folder, persistentFolder, temporaryFolder } from './postgres-folder.ts';
import { forgetLauncher, noteLauncher, stopOrphan } from './postgres-orphan.ts';

/** `dataDir` keeps its data between starts; without it the cluster is thrown away by `stop`. */
export interface PostgresOptions {
  dataDir?: string;
  /** A free one is taken when left out. */
  port?: number;
  /** The data folder of a server that has stopped: a new cluster begins as a copy of it instead of empty. */
  from?: string;
  /** Stops the server, or the start of it, when aborted. */
  signal?: AbortSignal;
}

export interface RunningPostgres {
  /** Connection string of the superuser `wellspring` to the database `wellspring`. */
  url: string;
  port: number;
  version: string;
  pid: number;
  /** Resolves when the server has ended, wanted or not. */
  exited: Promise<void>;
  /** Fast shutdown, immediate after five seconds. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server on 127.0.0.1 that only this machine can reach, and resolves once it takes queries.
 * Throws with the server's own last words when it cannot. Access is by `trust`: whoever may open a loopback
 * connection on a developer's machine may read the demo data.
 */
export const startPostgres = async (options: PostgresOptions = {}): Promise<RunningPostgres> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Between our look for a free port and the server's use of it, anybody may take it.
      const taken = error instanceof Error && error.message.includes('could not bind');
      if (!taken || options.port !== undefined || attempt === 3) throw error;
    }
  }
};

const startOnce = async (options: PostgresOptions): Promise<RunningPostgres> => {
  options.signal?.throwIfAborted();
  const temporary = options.dataDir === undefined ? await temporaryFolder() : null;
  try {
    const folder = temporary?.folder ?? (await persistentFolder(options.dataDir ?? ''));
    const binaries = await findBinaries(folder.account);
    if (folder.isNew) await initialise(folder, binaries, options.from);
    else {
      await checkMajor(folder.path, binaries.version);
      await stopOrphan(folder.path);
    }
    return await serve(folder, binaries, options, temporary?.home);
  } catch (error) {
    if (temporary) await rm(temporary.home, { recursive: true, force: true });
    throw error;
  }
};

/** Ends the server that a killed run left behind on this data, before anybody looks at its port. */
export const stopLeftover = async (dataDir: string): Promise<void> => {
  const { path, isNew } = await persistentFolder(dataDir);
  if (!isNew) await stopOrphan(path);
};

const environment = { PATH: process.env.PATH ?? '', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' };

const program = ({ bin }: Binaries, name: string) =>
  join(bin, process.platform === 'win32' ? `${name}.exe` : name);

/** Makes a cluster beside the final place and moves it there, so that an interrupted run leaves no half one. */
const initialise = async ({ path, account }: Folder, binaries: Binaries, from?: string): Promise<void> => {
  const draft = `${path}.partial`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  if (from === undefined) await initdb(draft, account, binaries);
  else await copyCluster(from, draft, account);
  await rename(draft, path);
};

const copyCluster = async (from: string, to: string, { uid, gid }: Account): Promise<void> => {
  await cp(from, to, { recursive: true });
  if (uid === undefined || gid === undefined) return;
  await chown(to, uid, gid);
  for (const name of await readdir(to, { recursive: true })) await chown(join(to, name), uid, gid);
};

const initdb = async (draft: string, account: Account, binaries: Binaries): Promise<void> => {
  if (account.uid !== undefined) await chown(draft, account.uid, account.gid);
  const args = ['-D', draft, '-U', 'wellspring', '-A', 'trust', '--locale=C', '--encoding=UTF8'];
  const child = spawn(program(binaries, 'initdb'), [...args, '--no-sync', '--no-instructions'], {
    ...account,
    cwd: dirname(draft),
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const words = lastWords(child);
  const end = await ended(child);
  if (end !== 'code 0') {
    await rm(draft, { recursive: true, force: true });
    throw new Error(`initdb ended with ${end}:\n${words()}`);
  }
};

const serve = async (
  { path, account }: Folder,
  binaries: Binaries,
  options: PostgresOptions,
  temporaryHome?: string,
): Promise<RunningPostgres> => {
  const port = options.port ?? (await freePort());
  if (!temporaryHome) await noteLauncher(path);
  options.signal?.throwIfAborted();
  const child = spawn(program(binaries, 'postgres'), ['-D', path, ...settings(port, !temporaryHome)], {
    ...account,
    cwd: path,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a process group of its own: Ctrl-C must reach us first, so that work in flight can still be written.
    detached: true,
  });
  const words = lastWords(child);
  const end = ended(child);
  const kill = () => child.kill('SIGINT');
  process.once('exit', kill);
  const watchdog = temporaryHome && child.pid ? watch(child.pid, temporaryHome, account) : null;

  const exited = end.then(async () => {
    process.off('exit', kill);
    options.signal?.removeEventListener('abort', onAbort);
    watchdog?.kill('SIGKILL');
    if (temporaryHome) await rm(temporaryHome, { recursive: true, force: true });
    else await forgetLauncher(path);
  });
  const stop = async () => {
    child.kill('SIGINT');
    const impatient = setTimeout(() => child.kill('SIGQUIT'), 5_000);
    await exited.finally(() => clearTimeout(impatient));
  };
  const onAbort = () => void stop();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  // Whoever waits for the end hears of a failed clean-up; without a listener it would end the process.
  exited.catch(() => {});

  try {
    await ready(child, end, words);
    const url = `postgres://wellspring@127.0.0.1:${port}/wellspring`;
    await ensureDatabase(`postgres://wellspring@127.0.0.1:${port}/postgres`);
    return { url, port, version: binaries.version, pid: child.pid ?? 0, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const settings = (port: number, durable: boolean): string[] =>
  Object.entries({
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '64MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    wal_level: 'minimal',
    max_wal_senders: 0,
    // Nothing of a throw-away cluster is ever read after a crash.
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Resolves at the server's own word that it is ready, and rejects when it ends before. */
const ready = (child: ChildProcess, end: Promise<string>, words: () => string): Promise<void> =>
  new Promise((resolve, reject) => {
    let seen = '';
    child.stderr?.on('data', (chunk: string) => {
      seen = `${seen}${chunk}`.slice(-2_000);
      if (seen.includes('ready to accept connections')) resolve();
    });
    void end.then((how) => reject(new Error(`postgres ended with ${how}:\n${words()}`)));
  });

/** How a process ended. A failed spawn is an end as well, never an unhandled event. */
const ended = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });

/** Keeps reading, so that the pipe never fills up, and answers with the last lines. */
const lastWords = (child: ChildProcess): (() => string) => {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = `${text}${chunk}`.slice(-4_000);
    });
  }
  return () => text.trim().split('\n').slice(-12).join('\n');
};

/** Ends and removes a throw-away cluster when this process dies without a word: the pipe then closes. */
const watch = (pid: number, home: string, account: Account): ChildProcess | null => {
  if (process.platform === 'win32') return null;
  const script = 'cat >/dev/null; kill -QUIT "$1"; while kill -0 "$1"; do sleep 0.1; done; rm -rf "$2"';
  const dog = spawn('/bin/sh', ['-c', script, 'watchdog', String(pid), home], {
    ...account,
    cwd: '/',
    env: environment,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without a shell there is no watchdog, and `stop` still works.
  dog.on('error', () => {});
  dog.stdin?.on('error', () => {});
  return dog;
};

const ensureDatabase = async (connectionString: string): Promise<void> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select 1 from pg_database where datname = 'wellspring'`);
    if (rowCount === 0) await client.query('create database wellspring');
  } finally {
    await client.end();
  }
};
