import { demoColumnId, demoRule } from '../seed.ts';
import type { Extension, Task } from './extension.ts';
import type { Progress } from './progress.ts';
import type { TaskTable } from './read-tasks.ts';
import { watchChain } from './watch-chain.ts';

/** The month in which the demo invoice is paid. */
const MONTH = '2026-10';

/**
 * What comes after the documents: cells of a custom column and of a ruled field, documents that were left without a
 * link, and the close of the month, which waits for a person. Answers the tasks as they are at the end.
 */
export async function closeBooks(
  { extension, table, progress }: { extension: Extension; table: TaskTable; progress: Progress },
  { invoiceIds, approve }: { invoiceIds: string[]; approve: boolean },
): Promise<Task[]> {
  progress.line(`\nthe books of ${MONTH}`);
  const roots: string[] = [];
  if (invoiceIds.length > 0) {
    const column = await extension.computeColumn(demoColumnId, invoiceIds);
    const rule = await extension.computeRule(demoRule.root, demoRule.fieldKey, invoiceIds);
    roots.push(...(await table.batch(column)), ...(await table.batch(rule)));
  }
  roots.push(
    await extension.askForWork('document_reconciliation_backfill', {}),
    await extension.askForWork('monthly_close_backfill', { from: MONTH, to: MONTH }),
  );
  const reader = { task: extension.task, subtasks: table.subtasks };
  const tasks = await watchChain({ reader, extension, progress }, { roots, isFollowed: true, approve });
  progress.node(endOf(tasks), [true]);
  return tasks;
}

/** The close itself, not the part of it that one counterparty is. */
const isClose = ({ enrichment_type, output }: Task) =>
  enrichment_type === 'monthly_close' && output?.counterparties !== undefined;

function endOf(tasks: readonly Task[]): string {
  const close = tasks.find(isClose);
  if (!close) return `no close of ${MONTH} was made`;
  const { description } = close;
  const state =
    close.status === 'awaiting_approval' ? 'waits for approval: run again with --yes' : close.status;
  return `close of ${MONTH} ${state}${description ? `\n${description.trim()}` : ''}`;
}
