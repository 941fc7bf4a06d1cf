import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './command-line.ts';
import { keepCompiled } from './compile-cache.ts';
import { closeBooks } from './demo/close-books.ts';
import { demoInvoices } from './demo/demo-data.ts';
import { type Extension, openExtension, Refused, type Task } from './demo/extension.ts';
import { createProgress } from './demo/progress.ts';
import { type DemoInvoiceRecord, readInvoiceRecord } from './demo/read-invoice.ts';
import { openTaskTable, type TaskTable } from './demo/read-tasks.ts';
import { type ChainEnd, endOf, summaryOf } from './demo/tell-chain.ts';
import { watchChain } from './demo/watch-chain.ts';
import { watchQueue } from './demo/watch-queue.ts';
import { DEFAULT_DATA_DIR, findStack, type StackDescription } from './stack-file.ts';
import { listInputFiles } from './try/input-files.ts';

const help = `Sends documents through a running stack as the browser extension does, or starts one, and shows each task as a tree.
Without a FILE it goes on to the close of the month, which a person approves.

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
  /** Null when the upload was refused. */
  document_id: string | null;
  tasks: Pick<Task, 'id' | 'enrichment_type' | 'status' | 'output' | 'error'>[];
  invoice: DemoInvoiceRecord | null;
}

const progress = createProgress(process.stderr);
const say = progress.line;

/** What every step of a demo works with. */
interface Stage {
  stack: StackDescription;
  extension: Extension;
  table: TaskTable;
  approve: boolean;
}

/** Runs the files through the stack. Answers whether every chain came to rest without a failure. */
export async function runDemo(stack: StackDescription, options: DemoOptions): Promise<boolean> {
  const table = await openTaskTable(stack.database_url);
  try {
    return await runOn({ stack, extension: openExtension(stack), table, approve: options.yes }, options);
  } finally {
    await table.close();
  }
}

async function runOn(stage: Stage, options: DemoOptions): Promise<boolean> {
  const { stack, extension, table, approve } = stage;
  const isOwn = options.files.length === 0;
  const files = isOwn ? await ownDocuments(options) : options.files;
  // The demo document shows what the queue may do to a delivery, and that nobody notices.
  const queue = isOwn ? await watchQueue(stack, 'ocr-extract') : null;

  const collectId = await extension.startCollect('demo-supplier-portal');
  say(`collect ${collectId}  todo → in_progress`);
  const results: DemoResult[] = [];
  try {
    for (const file of files) {
      const result = await runFile(stage, { file, collectId });
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
  const isRead = results.every(({ status }) => status !== 'failed');
  if (!isOwn) return isRead;

  const invoiceIds = results.flatMap(({ invoice }) => invoice?.invoice_id ?? []);
  const closed = await closeBooks({ extension, table, progress }, { invoiceIds, approve });
  say(`\n${await tally(table)}`);
  return isRead && closed.every(({ status }) => status !== 'failed');
}

/** How many tasks of each type the workspace has come to. */
async function tally(table: TaskTable): Promise<string> {
  const counts = await table.counts();
  const types = Map.groupBy(counts, ({ enrichment_type }) => enrichment_type);
  const lines = [...types].map(
    ([type, rows]) =>
      `  ${type.padEnd(33)} ${rows.map(({ status, count }) => `${count} ${status}`).join(', ')}`,
  );
  return [`enrichment tasks of ${types.size} types so far`, ...lines].join('\n');
}

async function ownDocuments({ all, dataDir = DEFAULT_DATA_DIR }: DemoOptions): Promise<string[]> {
  // What draws and scans takes a while to load.
  const { writeDemoDocuments } = await import('./demo/documents.ts');
  return writeDemoDocuments(join(dataDir, 'demo'), all ? demoInvoices : demoInvoices.slice(0, 1));
}

async function runFile(
  stage: Stage,
  { file, collectId }: { file: string; collectId: string },
): Promise<DemoResult> {
  const started = performance.now();
  say(`\n${file}`);
  progress.working('upload');
  const upload = await stage.extension.upload(file, collectId).catch((error: unknown) => {
    if (error instanceof Refused) return error;
    throw error;
  });
  const chain = upload instanceof Refused ? refusedChain(upload) : await runChain(stage, upload);
  return {
    file,
    ...chain.end,
    ms: Math.round(performance.now() - started),
    collect_id: collectId,
    document_id: upload instanceof Refused ? null : upload.documentId,
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

interface Chain {
  tasks: Task[];
  invoice: DemoInvoiceRecord | null;
  end: ChainEnd;
}

async function runChain(
  { stack, extension, table, approve }: Stage,
  { documentId, taskId }: Awaited<ReturnType<Extension['upload']>>,
): Promise<Chain> {
  progress.node(`document ${documentId} stored`, [false]);
  const reader = { task: extension.task, subtasks: table.subtasks };
  const watch = { roots: taskId ? [taskId] : [], isFollowed: true, approve };
  return lookAt(stack, await watchChain({ reader, extension, progress }, watch));
}

function refusedChain({ code, reason }: Refused): Chain {
  const chainEnd: ChainEnd = { status: 'failed', code, message: reason };
  progress.node(summaryOf(chainEnd, null), [true]);
  return { tasks: [], invoice: null, end: chainEnd };
}

/** What a chain at rest has come to, told as it stands. */
async function lookAt(stack: StackDescription, tasks: Task[]): Promise<Chain> {
  const named = (key: string) =>
    tasks.map(({ output }) => output?.[key]).find((id): id is string => typeof id === 'string') ?? null;
  const invoice = await readInvoiceRecord(stack.database_url, {
    invoiceId: named('invoice_id'),
    // The same content came before: what became of it then is what there is to see.
    documentId: named('duplicate_of'),
  });
  const chainEnd = endOf(tasks, invoice);
  progress.node(summaryOf(chainEnd, invoice), [true]);
  return { tasks, invoice, end: chainEnd };
}

async function main(): Promise<number> {
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
    return 0;
  }
  const options = {
    files: await listInputFiles(positionals),
    all: values.all,
    json: values.json,
    yes: values.yes,
    dataDir: values.data,
  };
  const running = await findStack(values.data);
  if (running) return (await runDemo(running, options)) ? 0 : 1;
  say(`no stack is running on ${values.data}: starting one for this demo`);
  keepCompiled();
  const { startStack } = await import('./stack.ts');
  const stack = await startStack({ dataDir: values.data, portBase: null });
  // What is under way when Ctrl-C comes goes on at the next start.
  const stopNow = () => void stack.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopNow);
  try {
    return (await runDemo(stack.description, options)) ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

if (import.meta.main) {
  await runCommand(main);
  // Pools of the stack that was started here may be open for some seconds yet.
  process.exit();
}
