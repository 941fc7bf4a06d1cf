import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type CatalogueEntry, catalogue, queueName } from '../shared/domain/catalogue.ts';
import { databaseTiers } from './capacity/prices.ts';
import { runCommand } from './command-line.ts';

const help = `node local/catalogue.ts [--lines]

Prints what deploy.sh deploys as JSON: the release (a checksum of what the image is made of) and every function.

  --lines   for shells, with tabs: a "release" line, a "tier" line for each machine of the database, then one "function"
            and, for a worker, one "queue" line each
  --help    this text
`;

/** What ends up in the image and matters there. */
const IMAGE_SOURCES = [
  'functions',
  'shared',
  'sql',
  'local/migrate.ts',
  'local/workspace.ts',
  'local/command-line.ts',
  'package.json',
  'package-lock.json',
];

/** Doors share their work with the other instances of a service; a worker has no use for more than its queue fills. */
const DOOR_INSTANCES = 2;
const POOL_SIZE = 2;
/** A task is given up by the queue a little after the handler's own deadline. */
const PLATFORM_MARGIN_SECONDS = 15;

const instancesOf = (entry: CatalogueEntry): number => {
  if (entry.kind === 'worker') return Math.ceil(entry.queue.maxConcurrentDispatches / entry.concurrency);
  return entry.kind === 'scheduled' ? 1 : DOOR_INSTANCES;
};

/** Pools that an instance opens: who is calling is always asked as callers see the database. */
const poolsOf = (entry: CatalogueEntry): number => {
  if (!('databaseRole' in entry)) return 0;
  return 'route' in entry && entry.databaseRole !== 'wellspring_api' ? 2 : 1;
};

const describe = (entry: CatalogueEntry) => {
  const maxInstances = instancesOf(entry);
  return {
    name: entry.name,
    service: entry.name.replaceAll('_', '-'),
    kind: entry.kind,
    memory: entry.memory,
    concurrency: entry.concurrency,
    timeoutSeconds: entry.timeBudgetSeconds + PLATFORM_MARGIN_SECONDS,
    serviceAccount: entry.serviceAccount,
    maxInstances,
    poolSize: POOL_SIZE,
    connections: maxInstances * poolsOf(entry) * POOL_SIZE,
    schedule: entry.kind === 'scheduled' ? entry.schedule : null,
    queue: entry.kind === 'worker' ? { id: queueName(entry.name), ...entry.queue } : null,
  };
};

const root = resolve(import.meta.dirname, '..');

const filesOf = (path: string): string[] =>
  statSync(join(root, path)).isDirectory()
    ? readdirSync(join(root, path))
        .sort()
        .flatMap((name) => filesOf(join(path, name)))
    : [path];

const release = (): string => {
  const hash = createHash('sha256');
  for (const file of IMAGE_SOURCES.flatMap(filesOf))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
};

/** Machines of the database as Cloud SQL names them, smallest first, with the connections that each has memory for. */
const tiers = databaseTiers.map(
  ({ cores, gib, connections }) => `tier\tdb-custom-${cores}-${gib * 1_024}\t${connections}`,
);

const lines = (functions: readonly ReturnType<typeof describe>[]): string[] =>
  functions.flatMap((row) => {
    const { name, service, kind, memory, concurrency, timeoutSeconds, serviceAccount } = row;
    const { maxInstances, poolSize, connections, schedule, queue } = row;
    const settings = [name, service, kind, memory, concurrency, timeoutSeconds, serviceAccount];
    const line = ['function', ...settings, maxInstances, poolSize, connections, schedule ?? '-'].join('\t');
    if (!queue) return [line];
    const rates = [queue.maxDispatchesPerSecond, queue.maxConcurrentDispatches, queue.maxAttempts];
    const backoff = [`${queue.minBackoffSeconds}s`, `${queue.maxBackoffSeconds}s`, queue.maxDoublings];
    return [line, ['queue', name, queue.id, ...rates, ...backoff].join('\t')];
  });

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      lines: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) process.stdout.write(help);
  else {
    const functions = catalogue.map(describe);
    process.stdout.write(
      values.lines
        ? `${[`release\t${release()}`, ...tiers, ...lines(functions)].join('\n')}\n`
        : `${JSON.stringify({ release: release(), functions }, null, 2)}\n`,
    );
  }
  return 0;
});
