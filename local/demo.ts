import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeDemoDocuments } from './demo/documents.ts';
import { openExtension, type Task } from './demo/extension.ts';
import { followChain } from './demo/follow-chain.ts';
import { type DemoInvoiceRecord, readInvoiceRecord } from './demo/read-invoice.ts';
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
interface DemoResult {
  file: string;
  status: 'matched' | 'extracted' | 'waiting' | 'halted' | 'failed';
  /** Why it halted or failed. */
  code: string | null;
  message: string | null;
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
      const result = await runFile(stack, extension, file, collectId);
      if (options.yes && result.status === 'waiting')
        say('  what waits cannot be approved here yet: the door for approvals is not part of this version');
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
  file: string,
  collectId: string,
): Promise<DemoResult> {
  const started = performance.now();
  say(`\n${file}`);
  const { documentId, taskId } = await extension.upload(file, collectId);
  say(`  document ${documentId}  stored`);
  const tasks = taskId
    ? await followChain(extension, taskId, (task, ms) => {
        if (task.status !== 'pending' && task.status !== 'processing') say(`  ${lineOf(task, ms)}`);
      })
    : [];

  const invoiceId = tasks.map(({ output }) => output?.invoice_id).find((id) => typeof id === 'string');
  const invoice =
    typeof invoiceId === 'string' ? await readInvoiceRecord(stack.database_url, invoiceId) : null;
  const { status, code, message } = endOf(tasks, invoice);
  say(summaryOf(status, invoice, code, message));
  return {
    file,
    status,
    code,
    message,
    ms: Math.round(performance.now() - started),
    collect_id: collectId,
    document_id: documentId,
    tasks: tasks.map(({ id, enrichment_type, status, output, error }) => ({
      id,
      enrichment_type,
      status,
      output,
      error,
    })),
    invoice,
  };
}

const haltOf = ({ output }: Task) => output?.halt as { code: string; detail: string } | undefined;

const lineOf = (task: Task, ms: number): string => {
  const name = `${task.enrichment_type.padEnd(12)} ${task.status.padEnd(17)} ${`${(ms / 1_000).toFixed(1)} s`.padStart(6)}`;
  if (task.error) return `${name}  ${task.error}`;
  const halt = haltOf(task);
  return halt ? `${name}  halted: ${halt.code}, ${halt.detail}` : name;
};

function endOf(
  tasks: Task[],
  invoice: DemoInvoiceRecord | null,
): Pick<DemoResult, 'status' | 'code' | 'message'> {
  const failed = tasks.find((task) => task.status === 'failed' || task.status === 'rejected');
  if (failed) {
    const [code = failed.status, ...rest] = (failed.error ?? failed.status).split(': ');
    return { status: 'failed', code, message: rest.join(': ') };
  }
  if (tasks.some((task) => task.status === 'awaiting_approval'))
    return { status: 'waiting', code: null, message: 'a proposal waits for approval' };
  if (invoice?.links.some((link) => link.edge_status === 'confirmed'))
    return { status: 'matched', code: null, message: null };
  const halt = tasks.map(haltOf).find((found) => found !== undefined);
  if (invoice) return { status: 'extracted', code: halt?.code ?? null, message: halt?.detail ?? null };
  return {
    status: 'halted',
    code: halt?.code ?? 'not_read',
    message: halt?.detail ?? 'nothing asked for its text',
  };
}

function summaryOf(
  status: DemoResult['status'],
  invoice: DemoInvoiceRecord | null,
  code: string | null,
  message: string | null,
): string {
  if (!invoice) return `  ${status}: ${code ?? ''} ${message ?? ''}`;
  const head = `  invoice ${invoice.invoice_number ?? '?'} of ${invoice.supplier ?? 'an unknown supplier'}, ${invoice.total_amount ?? '?'} ${invoice.currency ?? ''}: ${invoice.payment_status}`;
  const links = invoice.links.map(
    (link) =>
      `    ${link.edge_status === 'confirmed' ? 'paid by' : 'perhaps paid by'} ${link.amount} ${link.currency} of ${link.booking_date ?? '?'}  "${link.label ?? ''}"  (${link.allocation_type}, ${link.confidence ?? '?'})`,
  );
  return [head, ...links].join('\n');
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
