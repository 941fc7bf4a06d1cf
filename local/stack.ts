import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { destination } from 'pino';
import type { RunningFunctions } from '../functions/start.ts';
import { openLocalKeys } from '../shared/auth/local-keys.ts';
import { type Config, readConfig } from '../shared/config.ts';
import { migrate } from '../shared/db/migrate.ts';
import { createLog, type Log } from '../shared/log.ts';
import { type Emulator, startEmulator } from './emulator/emulator.ts';
import { startPostgres, stopLeftover } from './postgres.ts';
import { createQueues } from './queues.ts';
import { seedDemo } from './seed.ts';
import { forgetStack, noteStack, type StackDescription } from './stack-file.ts';

export interface StackOptions {
  /** Folder of everything that is kept; a temporary one that is removed at the end when null. */
  dataDir: string | null;
  /** Functions at N, gRPC at N+1, REST at N+2, Postgres at N+3; the usual or next free ports when null. */
  portBase: number | null;
  /** Overrides of settings, such as a model. */
  environment?: Record<string, string | undefined>;
}

export interface Stack {
  description: StackDescription;
  /** File that the functions log to. */
  logFile: string;
  emulator: Emulator;
  functions: RunningFunctions;
  /** Resolves with a reason when a part of the stack ended although nobody asked it to. */
  broken: Promise<string>;
  stop(): Promise<void>;
}

/** Ports tried first, and how far apart the next tries are. */
const USUAL_PORT = 8080;
const PORT_STEP = 10;
const PORTS = 4;
const PORT_TRIES = 50;
/** In-flight requests get this long at Ctrl-C; what is cut is delivered again at the next start. */
const DRAIN_MS = 500;
const SWEEP_INTERVAL_MS = 60_000;
/** An extension that may call the local stack from its pages, so that CORS can be tried. */
const EXTENSION_ID = 'abcdefghijklmnopabcdefghijklmnop';
/** The demo token lasts a working day. */
const TOKEN_SECONDS = 12 * 60 * 60;

const PROJECT = 'wellspring-local';
const LOCATION = 'europe-west1';

/**
 * Brings up Postgres, the Cloud Tasks emulator and every function in this process, all on the loopback interface, and
 * resolves when they answer. Whatever was under way when the stack last stopped goes on.
 */
export async function startStack({
  dataDir,
  portBase,
  environment = process.env,
}: StackOptions): Promise<Stack> {
  const started = performance.now();
  const folder = dataDir === null ? await mkdtemp(join(tmpdir(), 'wellspring-')) : resolve(dataDir);
  await mkdir(folder, { recursive: true });
  const parts: (() => Promise<unknown>)[] = [];
  if (dataDir === null) parts.push(() => rm(folder, { recursive: true, force: true }));
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part();
  };

  try {
    const dataFolder = join(folder, 'postgres');
    if (dataDir !== null) await stopLeftover(dataFolder);
    const base = await freePorts(portBase);
    const [postgres, emulator, keys, { startFunctions }] = await settled([
      startPostgres({
        ...(dataDir === null ? {} : { dataDir: dataFolder }),
        port: base + 3,
      }).then(async (server) => {
        parts.push(() => server.stop());
        await migrate(server.url);
        return { ...server, demo: await seedDemo(server.url) };
      }),
      startEmulator({ grpcPort: base + 1, restPort: base + 2 }).then(async (running) => {
        parts.push(() => running.stop());
        await createQueues({ restUrl: running.restUrl, project: PROJECT, location: LOCATION });
        return running;
      }),
      openLocalKeys(join(folder, 'keys')),
      import('../functions/start.ts'),
    ]);

    const functionsUrl = `http://127.0.0.1:${base}`;
    const config = readConfig({
      ...environment,
      DATABASE_URL: postgres.url,
      HOST: '127.0.0.1',
      PORT: String(base),
      FUNCTIONS_URL: functionsUrl,
      GOOGLE_CLOUD_PROJECT: PROJECT,
      TASKS_LOCATION: LOCATION,
      CLOUD_TASKS_TRANSPORT: 'grpc',
      CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${base + 1}`,
      TASKS_OIDC_ISSUER: emulator.issuer,
      TASKS_OIDC_JWKS_URL: emulator.jwksUrl,
      AUTH_JWKS_URL: keys.publicUrl,
      AUTH_MAX_TOKEN_AGE: `${TOKEN_SECONDS}s`,
      EXTENSION_IDS: environment.EXTENSION_IDS ?? EXTENSION_ID,
      STORAGE: `file:${join(folder, 'storage')}`,
    });
    const logFile = join(folder, 'functions.log');
    const log = createLog({
      level: config.LOG_LEVEL,
      destination: destination({ dest: logFile, sync: false }),
    });
    const functions = await startFunctions(config, log, { drainMs: DRAIN_MS });
    parts.push(() => functions.close());
    parts.push(await sweepEachMinute(functions, config, log));

    const token = await keys.signUserToken({
      subject: postgres.demo.subject,
      issuer: config.AUTH_ISSUER,
      audience: config.AUTH_AUDIENCE,
      expiresInSeconds: TOKEN_SECONDS,
    });
    const description: StackDescription = {
      ready: true,
      ms: Math.round(performance.now() - started),
      pid: process.pid,
      functions: functionsUrl,
      cloud_tasks: {
        grpc: `127.0.0.1:${base + 1}`,
        rest: `http://127.0.0.1:${base + 2}`,
        project: PROJECT,
        location: LOCATION,
      },
      database_url: postgres.url,
      token,
      workspace_id: postgres.demo.workspaceId,
      people_id: postgres.demo.personId,
    };
    await noteStack(folder, description);
    parts.push(() => forgetStack(folder));
    const broken = postgres.exited.then(() => 'Postgres ended');
    return { description, logFile, emulator, functions, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Like `Promise.all`, but waits for all of them: what starts after another part has failed must be stopped too. */
async function settled<T extends readonly unknown[]>(
  starting: [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(starting);
  return Promise.all(starting) as Promise<unknown> as Promise<T>;
}

/** The scheduler of the local stack. The first sweep knows that the emulator started empty. */
async function sweepEachMinute(
  functions: RunningFunctions,
  config: Config,
  log: Log,
): Promise<() => Promise<void>> {
  const { sweep } = await import('../functions/sweep/index.ts');
  let running: Promise<unknown> = sweep(functions.services, { queueLost: true });
  await running;
  const timer = setInterval(
    () => {
      running = sweep(functions.services).catch((error: unknown) =>
        log.error({ err: error }, 'sweep failed'),
      );
    },
    Math.min(SWEEP_INTERVAL_MS, config.REDISPATCH_AFTER_SECONDS * 1_000),
  );
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** The wanted ports, or the first four free ones in a row. Throws a sentence that names a taken one. */
async function freePorts(wanted: number | null): Promise<number> {
  if (wanted !== null) {
    const taken = await firstTaken(wanted);
    if (taken !== null)
      throw new Error(`port ${taken} is taken: stop what listens there, or choose another --port-base`);
    return wanted;
  }
  for (let base = USUAL_PORT; base < USUAL_PORT + PORT_STEP * PORT_TRIES; base += PORT_STEP)
    if ((await firstTaken(base)) === null) return base;
  throw new Error(`no four free ports in a row from ${USUAL_PORT} on: name others with --port-base`);
}

async function firstTaken(base: number): Promise<number | null> {
  for (let port = base; port < base + PORTS; port += 1) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (!free) return port;
  }
  return null;
}
