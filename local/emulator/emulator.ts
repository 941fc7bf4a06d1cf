import { randomInt } from 'node:crypto';
import type { JWK } from 'jose';
import type { TaskActivityLog } from './attempt-log.ts';
import { createCall } from './call.ts';
import { type Clock, systemClock } from './clock.ts';
import { createFaults, type Faults } from './faults.ts';
import { startGrpc } from './grpc-server.ts';
import { startRest } from './rest-server.ts';
import { createSender } from './sender.ts';
import { createService } from './service.ts';
import type { EmulatorStats } from './stats.ts';
import { createStore } from './store.ts';
import { createTokenSigner } from './tokens.ts';

export interface EmulatorOptions<C extends Clock = Clock> {
  host?: string;
  /** 0 takes a free port. */
  grpcPort?: number;
  restPort?: number;
  /** Serve this project, or location, only. */
  project?: string;
  location?: string;
  clock?: C;
  /** Makes faults, and the ids of unnamed tasks, come out the same again. */
  seed?: number;
  /** Called with every finished attempt. */
  log?: (entry: TaskActivityLog) => void;
  /** `iss` of the tokens, to imitate https://accounts.google.com; the REST address by default. */
  issuer?: string;
  /** Private RSA key that signs the tokens; made at the start by default. */
  signingKey?: JWK;
  /** How long a task's name stays taken after the task ran or was deleted; an hour by default. */
  taskNameMs?: number;
}

export interface Emulator<C extends Clock = Clock> {
  readonly host: string;
  readonly grpcPort: number;
  readonly restPort: number;
  /** `http://host:port`: REST API, OIDC discovery, control paths. */
  readonly restUrl: string;
  /** `iss` of the tokens. Their discovery is at `<restUrl>/.well-known/openid-configuration`. */
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly seed: number;
  readonly clock: C;
  readonly faults: Faults;
  stats(): EmulatorStats;
  /** Resolves when nothing is in flight and nothing is due; tasks for later and paused queues do not count. */
  whenIdle(): Promise<void>;
  /** Lets requests in flight end for half a second, cuts the rest, closes both ports. May be called twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const hourMs = 3_600_000;
const graceMs = 500;

/** Starts a Cloud Tasks v2 emulator on the loopback interface, over gRPC and REST. All state is in memory. */
export function startEmulator<C extends Clock>(
  options: EmulatorOptions<C> & { clock: C },
): Promise<Emulator<C>>;
export function startEmulator(options?: EmulatorOptions<Clock>): Promise<Emulator<Clock>>;
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', grpcPort = 0, restPort = 0, project, location, signingKey } = options;
  const { clock = systemClock(), seed = randomInt(2 ** 31), log = () => {}, taskNameMs = hourMs } = options;

  let issuer = options.issuer ?? '';
  const signer = createTokenSigner(() => issuer, signingKey);
  const sender = createSender(signer);
  const { faults, dice } = createFaults(seed);
  const store = createStore({ clock, dice, sender, seed, log, taskNameMs, queueNameMs: 7 * 24 * hourMs });
  const call = createCall(createService({ store, clock, dice, seed, project, location }));

  const rest = await startRest({
    host,
    port: restPort,
    call,
    signer,
    issuer: () => issuer,
    location,
    clock,
    faults,
    store,
  });
  issuer ||= rest.url;
  const grpc = await startGrpc(call, { host, port: grpcPort }).catch(async (error) => {
    await rest.stop();
    throw error;
  });

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await store.close(graceMs);
    grpc.stop();
    sender.close();
    await rest.stop();
  };
  const stopOnce = (): Promise<void> => {
    stopped ??= stop();
    return stopped;
  };

  return {
    host,
    grpcPort: grpc.port,
    restPort: rest.port,
    restUrl: rest.url,
    issuer,
    jwksUrl: `${rest.url}/.well-known/jwks.json`,
    seed,
    clock,
    faults,
    stats: () => store.stats(),
    whenIdle: () => store.whenIdle(),
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  };
}
