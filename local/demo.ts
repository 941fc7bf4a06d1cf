import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { approveWaiting } from './demo/approve-waiting.ts';
import { writeDemoDocuments } from './demo/documents.ts';
import { openExtension, type Task } from './demo/extension.ts';
import { followChain } from './demo/follow-chain.ts';
import { type DemoInvoiceRecord, readInvoiceRecord } from './demo/read-invoice.ts';
import { type ChainEnd, endOf, lineOf, summaryOf } from './demo/tell-chain.ts';
import { watchQueue } from './demo/watch-queue.ts';
import { DEFAULT_DATA_DIR, findStack, type StackDescription } from './stack-file.ts';

const help = `Sends documents through a running stack as the browser extension does, or starts one, and shows how each task ends.

  npm run demo -- [FILE…] [options]

  FILE         PDF, picture or e-invoice XML (default: the demo document)
  --all        every demo document
  --json       one JSON line per file on stdout when its chain is at rest
  --yes        approves what waits
  --data DIR   data folder of the stack (default ${DEFAULT_DATA_DIR}/)
  --help       this text
`;

export interface DemoOptions {
  files: string[];
  all?: boolean;
  json: boolean;
  yes: boolean;
  dataDir?: string;
}

/** One line of `--json`. */
interface DemoResult extends ChainEnd {
  file: string;
  ms: number;
  collect_id: string;
  document_id: string;
  tasks: Pick<Task, 'id' | 'enrichment_type' | 'status' | 'output' | 'error'>[];
  invoice: DemoInvoiceRecord | null;
}

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Runs the files through the stack. Answers whether every chain came to rest without a failure. */
export async function runDemo(stack: StackDescription, options: DemoOptions): Promise<boolean> {
  const documents = await writeDemoDocuments(join(options.dataDir ?? DEFAULT_DATA_DIR, 'demo'));
  const ownDocuments = options.all ? documents : documents.slice(0, 1);
  const files = options.files.length > 0 ? options.files : ownDocuments;
  const extension = openExtension(stack);
  // The demo document shows what the queue may do to a delivery, and that nobody notices.
  const queue = options.files.length === 0 ? await watchQueue(stack, 'ocr-extract') : null;

  const collectId = await extension.startCollect('demo-supplier-portal');
  say(`collect ${collectId}  todo → in_progress`);
  const results: DemoResult[] = [];
  try {
    for (const file of files) {
      const result = await runFile(stack, extension, { file, collectId, approve: options.yes });
      if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
      results.push(result);
    }
  } catch (error) {
    await extension.endCollect(collectId, 'error');
    throw error;
  }
  await extension.endCollect(collectId, 'finalized');
  say(`collect ${collectId}  in_progress → finalized`);
  if (queue) say(await queue.report());
  return results.every(({ status }) => status !== 'failed');
}

async function runFile(
  stack: StackDescription,
  extension: ReturnType<typeof openExtension>,
  { file, collectId, approve }: { file: string; collectId: string; approve: boolean },
): Promise<DemoResult> {
  const started = performance.now();
  say(`\n${file}`);
  const { documentId, taskId } = await extension.upload(file, collectId);
  say(`  document ${documentId}  stored`);
  const told = new Set<string>();
  const tell = (task: Task, ms: number) => {
    const news = `${task.id} ${task.status}`;
    if (task.status === 'pending' || task.status === 'processing' || told.has(news)) return;
    told.add(news);
    say(`  ${lineOf(task, ms)}`);
  };
  const follow = () => (taskId ? followChain(extension, taskId, tell) : []);

  let chain = await lookAt(stack, await follow());
  if (approve && chain.end.status === 'waiting')
    chain = await lookAt(stack, await approveWaiting(extension, chain.tasks, follow, say));
  return {
    file,
    ...chain.end,
    ms: Math.round(performance.now() - started),
    collect_id: collectId,
    document_id: documentId,
    tasks: chain.tasks.map(({ id, enrichment_type, status, output, error }) => ({
      id,
      enrichment_type,
      status,
      output,
      error,
    })),
    invoice: chain.invoice,
  };
}

/** What a chain at rest has come to, told as it stands. */
async function lookAt(stack: StackDescription, tasks: Task[]) {
  const invoiceId = tasks.map(({ output }) => output?.invoice_id).find((id) => typeof id === 'string');
  const invoice =
    typeof invoiceId === 'string' ? await readInvoiceRecord(stack.database_url, invoiceId) : null;
  const end = endOf(tasks, invoice);
  say(summaryOf(end, invoice));
  return { tasks, invoice, end };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      data: { type: 'string', default: DEFAULT_DATA_DIR },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const options = {
    files: positionals,
    all: values.all,
    json: values.json,
    yes: values.yes,
    dataDir: values.data,
  };
  const running = await findStack(values.data);
  if (running) {
    process.exitCode = (await runDemo(running, options)) ? 0 : 1;
    return;
  }
  say(`no stack is running on ${values.data}: starting one for this demo`);
  const { startStack } = await import('./stack.ts');
  const stack = await startStack({ dataDir: values.data, portBase: null });
  try {
    process.exitCode = (await runDemo(stack.description, options)) ? 0 : 1;
  } finally {
    await stack.stop();
  }
  process.exit();
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    say(`wellspring: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  });
}
