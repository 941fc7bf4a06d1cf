import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Every benchmark and the arguments that make it small; files with a dash in their name belong to one of these. */
const benches: Record<string, { measures: string; quick: readonly string[] }> = {
  front: { measures: 'deliveries a second through each layer of the HTTP edge', quick: ['300', '1'] },
  coldstart: { measures: 'from the start of a process to its first 200, from bundles', quick: ['1'] },
  stopping: { measures: 'from SIGTERM until 20 deliveries in flight are settled', quick: ['1'] },
  emulator: { measures: 'tasks a second through the Cloud Tasks emulator', quick: ['300'] },
  formula: { measures: 'cells a second by a formula: engine, worker, whole deliveries', quick: ['200', '8'] },
  reconcile: { measures: 'matching payments with invoices', quick: ['400', '600'] },
  backfill: { measures: 'walking over unlinked documents, twice', quick: ['100'] },
  close: { measures: 'closing a month, by the number of counterparties', quick: ['20'] },
  lists: { measures: 'a page of tasks of a large workspace beside a small one', quick: ['100000'] },
  extraction: { measures: 'reading the words of sample documents', quick: ['--documents', '1'] },
  logo: { measures: 'finding the logos of recorded sites', quick: ['--sites', '1'] },
  invoices: { measures: 'reading the fields of sample invoices', quick: ['--documents', '1'] },
};

const help = `Runs the benchmarks one after the other: one JSON line each on stdout, words on stderr.

  npm run bench -- [NAME…] [--quick]

${Object.entries(benches)
  .map(([name, { measures }]) => `  ${name.padEnd(12)} ${measures}`)
  .join('\n')}

  --quick      small sizes, to see that all of them still run
  --help       this text

One with sizes of its own: node test/bench/NAME.ts SIZE…
extraction, logo and invoices need samples in ../shared/data and say "skipped" without them.
`;

/** Why the output is not the one line that a benchmark promises; null when it is. */
function faultOf(name: string, output: string): string | null {
  const lines = output.split('\n').filter((line) => line !== '');
  if (lines.length !== 1) return `printed ${lines.length} lines instead of one`;
  try {
    return JSON.parse(lines[0] ?? '').name === name ? null : 'did not say its name';
  } catch {
    return 'did not print JSON';
  }
}

/** Runs one to its end and hands its line on; false when it failed. */
async function run(name: string, sizes: readonly string[]): Promise<boolean> {
  const started = performance.now();
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...sizes], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = () => child.kill();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const [[code, signal], output] = await Promise.all([once(child, 'close'), text(child.stdout)]);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  const fault = code === 0 ? faultOf(name, output) : `ended with ${signal ?? code}`;
  (fault === null ? process.stdout : process.stderr).write(output);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(`bench: ${name} ${fault ?? 'done'} after ${seconds} s\n`);
  // Whoever stops one means all of them.
  if (signal) process.exit(1);
  return fault === null;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stderr.write(help);
    return 0;
  }
  const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    process.stderr.write(`bench: there is no ${unknown.join(', ')}\n\n${help}`);
    return 1;
  }
  let failed = 0;
  for (const [name, { quick }] of Object.entries(benches)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    if (!(await run(name, values.quick ? quick : []))) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
  return 1;
});
