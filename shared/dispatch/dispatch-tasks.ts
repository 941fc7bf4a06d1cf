import pLimit from 'p-limit';
import { markDispatched, markDispatchFailed } from '../db/enrichment-tasks.ts';
import type { Database } from '../db/pool.ts';
import { last } from '../db/sql.ts';
import type { Dispatchable } from '../db/sweep.ts';
import { queueName } from '../domain/catalogue.ts';
import { DISPATCH_BUDGET_MS, DISPATCH_CONCURRENCY } from '../domain/limits.ts';
import type { Log } from '../log.ts';
import { inSpan, inTraceOf, messaging, type SpanStart } from '../trace.ts';
import type { TaskQueue } from './queue.ts';

export interface Dispatcher {
  database: Database;
  queue: TaskQueue;
  log: Log;
}

export interface Dispatched {
  sent: number;
  /** What the queue did not take; the next sweep sends it. */
  left: number;
}

interface Message {
  workspacePk: number;
  pk: number;
  generation: number;
}

/** Characters of a refusal that its event keeps. */
const REASON_MAX = 500;

/**
 * Wakes the queue for tasks whose rows are committed. It never throws: the rows are safe, and what the queue does not
 * take in time is left to the sweep, so that a caller waits for seconds at most however many tasks there are.
 */
export async function dispatchTasks(
  { database, queue, log }: Dispatcher,
  tasks: readonly Dispatchable[],
  actor: string,
): Promise<Dispatched> {
  if (tasks.length === 0) return { sent: 0, left: 0 };
  const limit = pLimit(DISPATCH_CONCURRENCY);
  const end = performance.now() + DISPATCH_BUDGET_MS;

  const sent: Message[] = [];
  const refused: (Message & { reason: string })[] = [];
  const send = async (task: Dispatchable) => {
    const message = { workspacePk: task.workspace_pk, pk: task.pk, generation: task.dispatch_generation };
    if (performance.now() > end) {
      refused.push({ ...message, reason: 'no time left in this request' });
      return;
    }
    try {
      await inTraceOf(task, () =>
        inSpan(
          () => sendSpan(task),
          () =>
            queue.create({
              id: task.enrichment_task_id,
              generation: task.dispatch_generation,
              type: task.enrichment_type,
            }),
        ),
      );
      sent.push(message);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      refused.push({ ...message, reason: reason.slice(0, REASON_MAX) });
    }
  };
  await Promise.all(tasks.map((task) => limit(() => send(task))));

  try {
    // Callers' connections see one workspace at a time.
    for (const [workspacePk, messages] of Map.groupBy(sent, (message) => message.workspacePk))
      await database.inWorkspace(workspacePk, (db) => db.query(last(markDispatched({ messages, actor }))));
    for (const [workspacePk, messages] of Map.groupBy(refused, (message) => message.workspacePk))
      await database.inWorkspace(workspacePk, (db) =>
        db.query(last(markDispatchFailed({ messages, actor }))),
      );
  } catch (error) {
    // Unrecorded messages are sent again under the same name, which the queue takes once.
    log.warn({ err: error, count: sent.length }, 'dispatch was not recorded');
  }
  if (refused.length > 0)
    log.warn({ left: refused.length, reason: refused[0]?.reason }, 'tasks are left to the sweep');
  return { sent: sent.length, left: refused.length };
}

const sendSpan = ({ enrichment_task_id, enrichment_type, dispatch_generation }: Dispatchable): SpanStart => ({
  name: `send ${queueName(enrichment_type)}`,
  kind: 'producer',
  attributes: {
    ...messaging(queueName(enrichment_type), enrichment_task_id),
    ...{ 'messaging.operation.name': 'create_task', 'messaging.operation.type': 'send' },
    ...{ 'wellspring.enrichment_type': enrichment_type, 'wellspring.generation': dispatch_generation },
  },
});
