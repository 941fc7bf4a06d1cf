import { setTimeout as wait } from 'node:timers/promises';
import type { Extension, Task } from './extension.ts';

/** How often a task that is under way is looked at, in milliseconds. */
const POLL_MS = 100;
/** How long a chain may take before the demo gives up on it, in milliseconds. */
const CHAIN_MAX_MS = 10 * 60_000;

const isAtRest = ({ status }: Task) => status !== 'pending' && status !== 'processing';

/**
 * Follows a task and what it set off until nothing moves any more; `onChange` hears of each status. A task that waits
 * for approval is at rest. Throws when the chain takes too long.
 */
export async function followChain(
  extension: Pick<Extension, 'task'>,
  firstId: string,
  onChange: (task: Task, ms: number) => void,
): Promise<Task[]> {
  const started = performance.now();
  const waiting = [firstId];
  const seen = new Set(waiting);
  const ended: Task[] = [];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const task = await untilAtRest(extension, id, started, onChange);
    ended.push(task);
    for (const next of followUpsOf(task)) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return ended;
}

async function untilAtRest(
  extension: Pick<Extension, 'task'>,
  id: string,
  started: number,
  onChange: (task: Task, ms: number) => void,
): Promise<Task> {
  const begun = performance.now();
  let status: Task['status'] | undefined;
  for (;;) {
    const task = await extension.task(id);
    if (task.status !== status) {
      status = task.status;
      onChange(task, Math.round(performance.now() - begun));
    }
    if (isAtRest(task)) return task;
    if (performance.now() - started > CHAIN_MAX_MS)
      throw new Error(
        `${task.enrichment_type} ${task.id} is still ${task.status} after ${CHAIN_MAX_MS / 60_000} minutes`,
      );
    await wait(POLL_MS);
  }
}

const followUpsOf = ({ output }: Task): string[] =>
  Array.isArray(output?.followups) ? output.followups.filter((id) => typeof id === 'string') : [];
