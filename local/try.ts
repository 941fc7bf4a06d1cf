const help = `Runs a worker's own code on files, without a stack.

  npm run try -- ai_invoice FILE|DIR… [--json]       document → text → invoice
  npm run try -- ocr_extract FILE… [--json]          document → text
  npm run try -- reconcile --transactions T.json --invoices I.json [--json]

  --json       one JSON line per file (reconcile: one object) on stdout
  --help       this text, or with a worker's name that worker's
`;

/** Each worker that can be tried: its code is loaded only when asked for. */
const commands: Record<string, () => Promise<(args: string[]) => Promise<number>>> = {
  ai_invoice: async () => (await import('./try/ai-invoice.ts')).tryAiInvoice,
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
    process.stderr.write(
      `${name === undefined ? '' : `wellspring: there is no worker "${name}" to try\n\n`}${help}`,
    );
    return 2;
  }
  return (await command())(args);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`wellspring: ${error instanceof Error ? error.message : error}\n`);
  return 1;
});
