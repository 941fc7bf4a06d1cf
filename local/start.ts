import { parseArgs } from 'node:util';
import { type Stack, startStack } from './stack.ts';
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

/** The block a person sees: where everything is, and what to do next. */
function readyBlock({ description, logFile }: Stack, hasKeys: boolean): string {
  const { functions, cloud_tasks, database_url, token, ms } = description;
  const rows = [
    ['functions', functions],
    ['Cloud Tasks', `gRPC ${cloud_tasks.grpc}   REST ${cloud_tasks.rest}`],
    ['Postgres', database_url],
    ['log', logFile],
    ['token', token],
  ];
  return `
  Wellspring is ready (${(ms / 1_000).toFixed(1)} s)

${rows.map(([name = '', value]) => `    ${name.padEnd(12)} ${value}`).join('\n')}

    in another terminal:  npm run demo        a document from upload to a matched invoice
                          npm run env         these settings as export lines
${hasKeys ? '\n    d  run the demo document   q  stop\n' : ''}
`;
}

async function main(): Promise<void> {
  const { json, help: wantsHelp, dataDir, portBase } = readArguments();
  if (wantsHelp) {
    process.stdout.write(help);
    return;
  }

  const stack = await startStack({ dataDir, portBase });
  const interactive = !json && process.stdin.isTTY === true;
  if (json) process.stdout.write(`${JSON.stringify(stack.description)}\n`);
  else process.stdout.write(readyBlock(stack, interactive));

  const { promise: stopped, resolve: stop } = Promise.withResolvers<number>();
  // A second signal means now.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop(0);
      process.once(signal, () => process.exit(130));
    });
  }
  void stack.broken.then((reason) => {
    say(`wellspring: ${reason}; its last words are in the data folder. Stopping.\n`);
    stop(1);
  });
  if (interactive) listenToKeys(stack, () => stop(0));

  const code = await stopped;
  await stack.stop();
  process.exit(code);
}

function listenToKeys(stack: Stack, quit: () => void): void {
  let demo: Promise<unknown> | undefined;
  process.stdin.setRawMode(true);
  process.stdin.resume();
  process.stdin.on('data', (keys: Buffer) => {
    const key = keys.toString();
    if (key === 'q' || key === '\u0003') quit();
    if (key === 'd' && !demo)
      demo = import('./demo.ts')
        .then(({ runDemo }) => runDemo(stack.description, { files: [], yes: false, json: false }))
        .catch((error: unknown) => say(`  ${error instanceof Error ? error.message : error}\n`))
        .finally(() => {
          demo = undefined;
        });
  });
}

await main().catch((error: unknown) => {
  say(`wellspring: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
