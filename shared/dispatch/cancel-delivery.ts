import type { TaskRow } from '../db/enrichment-tasks.ts';
import type { Log } from '../log.ts';
import type { TaskQueue } from './queue.ts';

/**
 * Takes the message of a task back that was deleted before it ended. It never throws: a message that stays finds no
 * task to work on.
 */
export async function cancelDelivery(
  { queue, log }: { queue: TaskQueue; log: Log },
  task: Pick<TaskRow, 'enrichment_task_id' | 'enrichment_type' | 'dispatch_generation' | 'status'>,
): Promise<void> {
  if (task.status !== 'pending' && task.status !== 'processing') return;
  const { enrichment_task_id: id, enrichment_type: type, dispatch_generation: generation } = task;
  try {
    await queue.delete({ id, generation, type });
  } catch (error) {
    log.warn({ err: error, task_id: id, generation }, 'the message of a deleted task stays in its queue');
  }
}
