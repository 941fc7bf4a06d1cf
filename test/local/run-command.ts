import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** What a command left behind. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

const running = new Set<ChildProcess>();

/** Starts a file of `local/` as npm would, without npm. */
const start = (file: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, [`local/${file}`, ...args], {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
};

const collect = (child: ChildProcess) => {
  const words = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      words[name] += text;
    });
  return words;
};

/** Runs a command to its end. */
export const run = async (
  file: string,
  args: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<Ended> => {
  const child = start(file, args, environment);
  const words = collect(child);
  const [code] = await once(child, 'close');
  return { code, ...words };
};

export interface StackProcess {
  /** The ready line. */
  ready: {
    pid: number;
    functions: string;
    token: string;
    database_url: string;
    cloud_tasks: { rest: string };
  };
  /** All of stdout so far. */
  stdout(): string;
  /** Sends the signal and answers how the process ended. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Starts a stack and resolves with its ready line; throws its last words when it ends before. */
export const startStackProcess = async (args: readonly string[]): Promise<StackProcess> => {
  const child = start('start.ts', ['--json', ...args]);
  const words = collect(child);
  const closed = once(child, 'close');
  if (!child.stdout) throw new Error('no stdout');
  const line = once(createInterface(child.stdout), 'line');
  const first = await Promise.race([line, closed.then(() => null)]);
  if (!first) throw new Error(`the stack ended before it was ready:\n${words.stderr}`);
  return {
    ready: JSON.parse(String(first[0])),
    stdout: () => words.stdout,
    async end(signal) {
      child.kill(signal);
      const [code] = await closed;
      return { code, ...words };
    },
  };
};

/** For afterAll: nothing that was started here outlives the tests. */
export const endAll = async (): Promise<void> => {
  await Promise.all(
    [...running].map(async (child) => {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    }),
  );
};

const listen = async (port: number): Promise<Server | null> => {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<Server | null>();
  server.once('error', () => resolve(null));
  server.listen(port, '127.0.0.1', () => resolve(server));
  return promise;
};

const close = async (server: Server) => {
  server.close();
  await once(server, 'close');
};

/** First of four ports in a row that nobody listens to. */
export const freePortBase = async (): Promise<number> => {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const servers = await Promise.all([0, 1, 2, 3].map((offset) => listen(base + offset)));
    const open = servers.filter((server) => server !== null);
    await Promise.all(open.map(close));
    if (open.length === servers.length) return base;
  }
};
