import { parseArgs } from 'node:util';
import { explain } from './command-line.ts';
import { keepCompiled } from './compile-cache.ts';
import { readyBlock } from './ready-block.ts';
import type { Stack } from './stack.ts';
import { DEFAULT_DATA_DIR } from './stack-file.ts';

const help = `Starts Wellspring on this machine: Postgres, the Cloud Tasks emulator and every function.

  npm start -- [options]

  --json           print one JSON line on stdout when ready, and nothing else there
  --data DIR       where data is kept (default ${DEFAULT_DATA_DIR}/)
  --ephemeral      keep no data
  --port-base N    functions on N, gRPC on N+1, REST on N+2, Postgres on N+3
                   (default: 8080 and the next three, or the next free ones)
  --help           this text

Everything listens on 127.0.0.1. Ctrl-C, SIGINT or SIGTERM stops it.
`;

/** How soon we notice that npm is gone. */
const PARENT_POLL_MS = 200;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

const say = (text: string) => process.stderr.write(text);

function readArguments() {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      data: { type: 'string', default: DEFAULT_DATA_DIR },
      ephemeral: { type: 'boolean', default: false },
      'port-base': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const portBase = values['port-base'];
  if (
    portBase !== undefined &&
    !(/^\d+$/.test(portBase) && Number(portBase) > 0 && Number(portBase) <= 65_532)
  )
    throw new TypeError(`--port-base takes a port from 1 to 65532, not "${portBase}"`);
  return {
    json: values.json,
    help: values.help,
    dataDir: values.ephemeral ? null : values.data,
    portBase: portBase === undefined ? null : Number(portBase),
  };
}

async function main(): Promise<void> {
  const { json, help: wantsHelp, dataDir, portBase } = readArguments();
  if (wantsHelp) {
    process.stdout.write(help);
    return;
  }

  const { promise: stopped, resolve: stop } = Promise.withResolvers<number>();
  let isReady = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      // Nothing is under way before it is ready, and a second signal means now.
      if (!isReady) process.exit(130);
      stop(0);
      process.once(signal, () => process.exit(130));
    });
  }
  stopWithNpm(() => stop(0));

  keepCompiled();
  const { startStack } = await import('./stack.ts');
  const stack = await startStack({ dataDir, portBase, since: 0 });
  isReady = true;
  const interactive = !json && process.stdin.isTTY === true;
  process.stdout.write(
    json ? `${JSON.stringify(stack.description)}\n` : readyBlock(stack, { dataDir, interactive }),
  );
  void stack.broken.then((reason) => {
    say(`wellspring: ${reason}. Stopping; the next start goes on where this one ended.\n`);
    stop(1);
  });
  if (interactive) listenToKeys(stack, () => stop(0));

  const code = await stopped;
  if (interactive) say('  Stopping …\n');
  await stack.stop();
  process.exit(code);
}

/**
 * npm passes a signal on to the shell between it and us, which ends without a word to us; what we notice is a new
 * parent. Started without npm we may outlive whoever started us.
 */
function stopWithNpm(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, PARENT_POLL_MS);
  watch.unref();
}

function listenToKeys(stack: Stack, quit: () => void): void {
  let demo: Promise<unknown> | undefined;
  process.stdin.setRawMode(true);
  process.stdin.resume();
  process.stdin.on('data', (keys: Buffer) => {
    for (const key of keys.toString()) {
      if (key === 'q' || key === CTRL_C || key === CTRL_D) quit();
      if (key === 'd' && !demo)
        demo = import('./demo.ts')
          .then(({ runDemo }) =>
            runDemo(stack.description, { files: [], yes: false, json: false, dataDir: stack.folder }),
          )
          .catch((error: unknown) => say(`  ${explain(error)}\n`))
          .finally(() => {
            demo = undefined;
            say('\n  d  run the demo again   q  stop\n');
          });
    }
  });
}

await main().catch((error: unknown) => {
  say(`wellspring: ${explain(error)}\n`);
  process.exit(1);
});
