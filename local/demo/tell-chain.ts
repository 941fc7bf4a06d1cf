import { aboutOf } from './about-task.ts';
import type { Task } from './extension.ts';
import type { DemoInvoiceRecord } from './read-invoice.ts';

/** What became of a document. */
export interface ChainEnd {
  status: 'matched' | 'extracted' | 'waiting' | 'halted' | 'failed';
  /** Why it halted or failed. */
  code: string | null;
  message: string | null;
}

/** The steps that decide what becomes of a document; what else they set off may end as it likes. */
const MAIN_STEPS = new Set(['ocr_extract', 'ai_invoice', 'reconcile']);

const haltOf = ({ output }: Task) => output?.halt as { code: string; detail: string } | undefined;

/** A task's end in one line. */
export const lineOf = (task: Task, ms: number): string => {
  const name = `${task.enrichment_type.padEnd(13)} ${task.status.padEnd(17)} ${`${(ms / 1_000).toFixed(1)} s`.padStart(6)}`;
  if (task.error) return `${name}  ${task.error}`;
  const halt = haltOf(task);
  const news = halt ? `halted: ${halt.code}, ${halt.detail}` : aboutOf(task);
  return news ? `${name}  ${news}` : name;
};

/** What the tasks of a chain that is at rest have come to. */
export function endOf(tasks: readonly Task[], invoice: DemoInvoiceRecord | null): ChainEnd {
  const main = tasks.filter(({ enrichment_type }) => MAIN_STEPS.has(enrichment_type));
  const failed = main.find((task) => task.status === 'failed' || task.status === 'rejected');
  if (failed) {
    const [code = failed.status, ...rest] = (failed.error ?? failed.status).split(': ');
    return { status: 'failed', code, message: rest.join(': ') };
  }
  if (tasks.some((task) => task.status === 'awaiting_approval'))
    return { status: 'waiting', code: null, message: 'a proposal waits for approval' };
  const halt = main
    .filter(({ input }) => !('company_id' in input || 'person_id' in input))
    .map(haltOf)
    .find((found) => found !== undefined);
  if (invoice?.links.some((link) => link.edge_status === 'confirmed'))
    return { status: 'matched', code: halt?.code ?? null, message: halt?.detail ?? null };
  if (invoice) return { status: 'extracted', code: halt?.code ?? null, message: halt?.detail ?? null };
  if (halt) return { status: 'halted', code: halt.code, message: halt.detail };
  if (tasks.length === 0)
    return { status: 'halted', code: 'not_read', message: 'this workspace reads no uploads by itself' };
  const kind = tasks.map(({ output }) => output?.document_type).find((type) => typeof type === 'string');
  return { status: 'halted', code: 'not_an_invoice', message: `it was taken for ${kind ?? 'nothing known'}` };
}

/** The invoice and what pays it, or why there is none. */
export function summaryOf({ status, code, message }: ChainEnd, invoice: DemoInvoiceRecord | null): string {
  if (!invoice) return `${status}: ${[code, message].filter(Boolean).join(', ')}`;
  const head = `invoice ${invoice.invoice_number ?? '?'} of ${invoice.supplier ?? 'an unknown supplier'}, ${invoice.total_amount ?? '?'} ${invoice.currency ?? ''}: ${invoice.payment_status}`;
  const links = invoice.links.map(
    (link) =>
      `  ${link.edge_status === 'confirmed' ? 'paid by' : 'perhaps paid by'} ${link.amount} ${link.currency} of ${link.booking_date ?? '?'}  "${link.label ?? ''}"  (${link.allocation_type}, ${link.confidence ?? '?'})`,
  );
  return [head, ...links].join('\n');
}
