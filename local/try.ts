import { runCommand } from './command-line.ts';
import { keepCompiled } from './compile-cache.ts';

const help = `Runs a worker's own code on files, without a stack.

  npm run try -- ai_invoice FILE|DIR… [--json]       document → text → invoice
  npm run try -- ocr_extract FILE… [--json]          document → text
  npm run try -- logo PAGE.html --url URL [--json]   saved page → address of its logo
  npm run try -- reconcile --transactions T.json --invoices I.json [--json]

  --json       one JSON line per file (logo, reconcile: one object) on stdout
  --help       this text, or with a worker's name that worker's
`;

/** Each worker that can be tried: its code is loaded only when asked for. */
const commands: Record<string, () => Promise<(args: string[]) => Promise<number>>> = {
  ai_invoice: async () => (await import('./try/ai-invoice.ts')).tryAiInvoice,
  logo: async () => (await import('./try/logo.ts')).tryLogo,
  ocr_extract: async () => (await import('./try/ocr-extract.ts')).tryOcrExtract,
  reconcile: async () => (await import('./try/reconcile.ts')).tryReconcile,
};

const [name, ...args] = process.argv.slice(2);

async function main(): Promise<number> {
  if (name === '--help' || name === '-h') {
    process.stdout.write(help);
    return 0;
  }
  const command = name === undefined ? undefined : commands[name];
  if (!command) {
    process.stderr.write(name === undefined ? help : `wellspring: ${await refusal(name)}\n\n${help}`);
    return 2;
  }
  keepCompiled();
  return (await command())(args);
}

async function refusal(type: string): Promise<string> {
  const { enrichmentTypes } = await import('../shared/domain/enrichment-types.ts');
  const { workers } = await import('../shared/domain/catalogue.ts');
  return enrichmentTypes.some((known) => known === type)
    ? `the worker ${type} ${workers.some((row) => row.name === type) ? 'cannot be tried on files' : 'is not part of this version'}`
    : `there is no worker "${type}" to try`;
}

await runCommand(main);
