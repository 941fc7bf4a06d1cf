import type { Extension, Task } from './extension.ts';
import { followChain, isAtRest, type TaskReader } from './follow-chain.ts';
import type { Place, Progress } from './progress.ts';
import { lineOf } from './tell-chain.ts';

export interface Watched {
  reader: TaskReader;
  extension: Pick<Extension, 'approve'>;
  progress: Progress;
}

export interface Watch {
  roots: readonly string[];
  /** Whether something stands below the roots at their level. */
  isFollowed?: boolean;
  approve: boolean;
}

/**
 * Shows tasks and all that they set off as a tree until nothing moves, approving what waits if told to. Answers them
 * as they are then.
 */
export async function watchChain(
  { reader, extension, progress }: Watched,
  { roots, isFollowed = false, approve }: Watch,
): Promise<Task[]> {
  const told = new Set<string>();
  const isNews = ({ id, status }: Task) => !told.has(`${id} ${status}`) && told.add(`${id} ${status}`);
  const teller = {
    onMove: (task: Task) => progress.working(`${task.enrichment_type} ${task.status}`),
    onRest(task: Task, place: Place, ms: number) {
      if (isNews(task)) progress.node(lineOf(task, ms), place);
    },
    onWaiting(task: Task, place: Place, subtasks: number) {
      progress.node(`${task.enrichment_type.padEnd(13)} waits for ${subtasks} subtasks`, place);
    },
  };
  const follow = () => followChain(reader, roots, teller, { isFollowed });

  let tasks = await follow();
  const asked = new Set<string>();
  while (approve) {
    const waiting = tasks.filter(({ id, status }) => status === 'awaiting_approval' && !asked.has(id));
    if (waiting.length === 0) break;
    for (const { id } of waiting) asked.add(id);
    await approveAll(extension, waiting, progress);
    tasks = await follow();
  }
  return tasks.filter(isAtRest);
}

async function approveAll(
  extension: Watched['extension'],
  waiting: readonly Task[],
  progress: Progress,
): Promise<void> {
  const { resolved, errors } = await extension.approve(waiting.map(({ id }) => id));
  const typeOf = (id: string) => waiting.find((task) => task.id === id)?.enrichment_type ?? id;
  for (const { task_id } of resolved) progress.node(`${typeOf(task_id)} approved`, [false]);
  for (const { task_id, code, message } of errors)
    progress.node(`${typeOf(task_id)} was not approved: ${code}, ${message}`, [false]);
}
