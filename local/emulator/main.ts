import { parseArgs } from 'node:util';
import { manualClock } from './clock.ts';

const help = `A Cloud Tasks v2 emulator: gRPC and REST, on this machine, in memory.

node local/emulator/main.ts [options]

  --grpc-port N    port of the gRPC API (default 8123; 0 takes a free one)
  --rest-port N    port of the REST API, OIDC discovery and control paths (default 8124)
  --host H         address to listen on (default 127.0.0.1)
  --project P      serve this project only
  --location L     serve this location only
  --issuer URL     iss of the OIDC tokens (default: the REST address)
  --seed N         make injected faults come out the same again
  --manual-clock   time moves only by POST /emulator/clock:advance
  --log            print each attempt as a JSON line on stderr
  --help           this text

When ready it prints one JSON line on stdout. SIGINT or SIGTERM stops it.
`;

const number = (name: string, text: string): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new TypeError(`--${name} takes a whole number, not "${text}"`);
  }
  return value;
};

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      'grpc-port': { type: 'string', default: '8123' },
      'rest-port': { type: 'string', default: '8124' },
      host: { type: 'string', default: '127.0.0.1' },
      project: { type: 'string' },
      location: { type: 'string' },
      issuer: { type: 'string' },
      seed: { type: 'string' },
      'manual-clock': { type: 'boolean', default: false },
      log: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { project, location, issuer, seed } = values;
  return {
    help: values.help,
    emulator: {
      host: values.host,
      grpcPort: number('grpc-port', values['grpc-port']),
      restPort: number('rest-port', values['rest-port']),
      ...(project === undefined ? {} : { project }),
      ...(location === undefined ? {} : { location }),
      ...(issuer === undefined ? {} : { issuer }),
      ...(seed === undefined ? {} : { seed: number('seed', seed) }),
      ...(values['manual-clock'] ? { clock: manualClock() } : {}),
      ...(values.log ? { log: (entry: object) => process.stderr.write(`${JSON.stringify(entry)}\n`) } : {}),
    },
  };
};

const main = async (): Promise<void> => {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  // Only now: the help should not wait for it.
  const { startEmulator } = await import('./emulator.ts');
  const emulator = await startEmulator(options.emulator);
  const { host, grpcPort, restUrl, issuer, seed } = emulator;
  process.stdout.write(
    `${JSON.stringify({ ready: true, pid: process.pid, grpc: `${host}:${grpcPort}`, rest: restUrl, issuer, seed })}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.stop());
};

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
