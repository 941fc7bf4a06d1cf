import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destination } from 'pino';
import type { RunningFunctions } from '../functions/start.ts';
import { openLocalKeys } from '../shared/auth/local-keys.ts';
import { type Config, readConfig } from '../shared/config.ts';
import { migrate } from '../shared/db/migrate.ts';
import { createLog, type Log } from '../shared/log.ts';
import { openDataFolder } from './data-folder.ts';
import { startDemoSites } from './demo-site.ts';
import type { Emulator } from './emulator/emulator.ts';
import { freePorts } from './free-ports.ts';
import { startPostgres, stopLeftover } from './postgres.ts';
import { createQueues } from './queues.ts';
import { seedDemo } from './seed.ts';
import { findStack, forgetStack, noteStack, readNote, type StackDescription } from './stack-file.ts';

export interface StackOptions {
  /** Folder of everything that is kept; a temporary one that is removed at the end when null. */
  dataDir: string | null;
  /** Functions at N, gRPC at N+1, REST at N+2, Postgres at N+3; the usual or next free ports when null. */
  portBase: number | null;
  /** Overrides of settings, such as a model. */
  environment?: Record<string, string | undefined>;
  /** Since when somebody waits, on the clock of `performance.now()`; 0 is the start of the process. */
  since?: number;
}

export interface Stack {
  description: StackDescription;
  /** Where everything is kept while it runs. */
  folder: string;
  /** File that the functions log to. */
  logFile: string;
  emulator: Emulator;
  functions: RunningFunctions;
  /** Resolves with a reason when a part of the stack ended although nobody asked it to. */
  broken: Promise<string>;
  stop(): Promise<void>;
}

/** In-flight requests get this long at Ctrl-C; what is cut is delivered again at the next start. */
const DRAIN_MS = 500;
const SWEEP_INTERVAL_MS = 60_000;
/** examples/extension: it may call the local stack from its pages, also without host permissions. */
const EXTENSION_ID = 'gjkaiobnffmobimbgglokbfhafoggpfi';
/** The demo token lasts a working day. */
const TOKEN_SECONDS = 12 * 60 * 60;

const PROJECT = 'wellspring-local';
const LOCATION = 'europe-west1';
const AUTH_ISSUER = 'https://auth.wellspring.local';

/**
 * Brings up Postgres, the Cloud Tasks emulator and every function in this process, all on the loopback interface, and
 * resolves when they answer. Whatever was under way when the stack last stopped goes on.
 */
export async function startStack({
  dataDir,
  portBase,
  environment = process.env,
  since = performance.now(),
}: StackOptions): Promise<Stack> {
  const folder =
    dataDir === null ? await mkdtemp(join(tmpdir(), 'wellspring-')) : await openDataFolder(dataDir);
  const parts: (() => Promise<unknown>)[] = [];
  if (dataDir === null) {
    const remove = () => rmSync(folder, { recursive: true, force: true });
    // Also when the process is told to end before it is ready.
    process.once('exit', remove);
    parts.push(async () => {
      process.off('exit', remove);
      remove();
    });
  }
  let stopping = false;
  const stop = async () => {
    stopping = true;
    for (const part of parts.splice(0).reverse()) await part();
  };

  try {
    const dataFolder = join(folder, 'postgres');
    if (dataDir !== null) {
      const running = await findStack(folder);
      if (running)
        throw new Error(
          `a stack is running on ${dataDir} already, at ${running.functions} (process ${running.pid}): use it, stop it, or name another --data`,
        );
      await stopLeftover(dataFolder);
    }
    const base = await freePorts(portBase, portBefore(await readNote(folder)));
    const [postgres, emulator, keys, sites, { startFunctions }] = await settled([
      startPostgres({
        ...(dataDir === null ? {} : { dataDir: dataFolder }),
        port: base + 3,
      }).then(async (server) => {
        parts.push(() => server.stop());
        await migrate(server.url);
        return { ...server, demo: await seedDemo(server.url) };
      }),
      startEmulatorWithQueues(base).then((running) => {
        parts.push(() => running.stop());
        return running;
      }),
      openLocalKeys(join(folder, 'keys')),
      startDemoSites().then((running) => {
        parts.push(() => running.stop());
        return running;
      }),
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
      AUTH_ISSUER,
      AUTH_JWKS_URL: keys.publicUrl,
      AUTH_MAX_TOKEN_AGE: `${TOKEN_SECONDS}s`,
      EXTENSION_IDS: environment.EXTENSION_IDS ?? EXTENSION_ID,
      // Demos and load on one's own machine are not to be slowed down by surprise.
      RATE_LIMIT_PER_MINUTE: environment.RATE_LIMIT_PER_MINUTE ?? '0',
      RATE_LIMIT_FAILURES_PER_MINUTE: environment.RATE_LIMIT_FAILURES_PER_MINUTE ?? '0',
      WEB_TEST_HOSTS: [environment.WEB_TEST_HOSTS, sites.testHosts].filter(Boolean).join(','),
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
      issuer: AUTH_ISSUER,
      audience: config.AUTH_AUDIENCE,
      expiresInSeconds: TOKEN_SECONDS,
    });
    const description: StackDescription = {
      ready: true,
      ms: Math.round(performance.now() - since),
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
    const { promise: broken, resolve: breakDown } = Promise.withResolvers<string>();
    void postgres.exited.then(() => stopping || breakDown('Postgres ended'));
    return { description, folder, logFile, emulator, functions, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const portBefore = (note: StackDescription | null): number | null =>
  note ? Number(new URL(note.functions).port) : null;

/** Imported here, not above: the database starts in its own process while these are loaded. */
async function startEmulatorWithQueues(base: number): Promise<Emulator> {
  const { startEmulator } = await import('./emulator/emulator.ts');
  const emulator = await startEmulator({ grpcPort: base + 1, restPort: base + 2 });
  try {
    await createQueues({ restUrl: emulator.restUrl, project: PROJECT, location: LOCATION });
    return emulator;
  } catch (error) {
    await emulator.stop();
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
