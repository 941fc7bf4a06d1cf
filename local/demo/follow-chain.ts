import { setTimeout as wait } from 'node:timers/promises';
import type { Task } from './extension.ts';
import type { Place } from './progress.ts';

/** How often a task that is under way is looked at, in milliseconds. */
const POLL_MS = 100;
/** How long a chain may take before the demo gives up on it, in milliseconds. */
const CHAIN_MAX_MS = 10 * 60_000;

/** Where the state of tasks comes from. */
export interface TaskReader {
  task(id: string): Promise<Task>;
  /** Ids of the tasks that a task made for itself and that have it as their parent, oldest first. */
  subtasks(id: string): Promise<string[]>;
}

/** Who hears what becomes of a chain. */
export interface ChainTeller {
  /** A task is under way. */
  onMove(task: Task): void;
  /** A task is at rest; `ms` is how long it was waited for. */
  onRest(task: Task, place: Place, ms: number): void;
  /** A task waits for so many subtasks, which come next, one step below it. */
  onWaiting(task: Task, place: Place, subtasks: number): void;
}

/** A task that waits for approval is at rest. */
export const isAtRest = ({ status }: Pick<Task, 'status'>) => status !== 'pending' && status !== 'processing';

/**
 * Follows tasks and what they set off, branch by branch, until nothing moves any more. Answers all of them, each once.
 * Throws when they take too long.
 */
export async function followChain(
  reader: TaskReader,
  rootIds: readonly string[],
  teller: ChainTeller,
  /** What comes after the roots at their level, so that the last of them is not drawn as the last. */
  { place = [], isFollowed = false }: { place?: Place; isFollowed?: boolean } = {},
): Promise<Task[]> {
  const deadline = performance.now() + CHAIN_MAX_MS;
  const seen = new Set<string>();
  const found: Task[] = [];

  async function branch(id: string, at: Place): Promise<void> {
    const begun = performance.now();
    let told = 0;
    let status: Task['status'] | undefined;
    for (;;) {
      const task = await reader.task(id);
      if (isAtRest(task)) {
        found.push(task);
        // Below its subtasks, where it has told of them already.
        teller.onRest(task, told > 0 ? [...at, true] : at, Math.round(performance.now() - begun));
        return below(followUpsOf(task), at);
      }
      if (task.status !== status) teller.onMove(task);
      status = task.status;
      const subtasks = told === 0 && task.status === 'processing' ? unseen(await reader.subtasks(id)) : [];
      if (subtasks.length > 0) {
        told = subtasks.length;
        teller.onWaiting(task, at, told);
        await below(subtasks, at, true);
      }
      if (performance.now() > deadline)
        throw new Error(
          `${task.enrichment_type} ${id} is still ${task.status} after ${CHAIN_MAX_MS / 60_000} minutes`,
        );
      await wait(POLL_MS);
    }
  }

  const unseen = (ids: readonly string[]) => ids.filter((id) => !seen.has(id));

  async function below(ids: readonly string[], at: Place, followed = false): Promise<void> {
    const next = unseen(ids);
    for (const id of next) seen.add(id);
    for (const [index, id] of next.entries())
      await branch(id, [...at, !followed && index === next.length - 1]);
  }

  await below(rootIds, place, isFollowed);
  return found;
}

const followUpsOf = ({ output }: Task): string[] => [
  ...idsIn(output?.followups),
  // The closes that a backfill asked for.
  ...idsIn(output?.tasks),
];

const idsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
