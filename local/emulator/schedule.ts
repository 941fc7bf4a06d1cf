import { createHeap } from './heap.ts';
import type { Task } from './task.ts';

/** The tasks of one queue that wait for their time, first due first out. */
export interface Schedule {
  readonly size: number;
  /** Tasks that a fault keeps waiting beyond their time. */
  readonly putOff: number;
  add(task: Task, dueAt: number): void;
  remove(task: Task): boolean;
  /** When the first task is due; Infinity when none waits. */
  firstDueAt(): number;
  take(): Task | undefined;
  clear(): void;
}

interface Entry {
  task: Task | undefined;
  dueAt: number;
  order: number;
}

export const createSchedule = (): Schedule => {
  const heap = createHeap<Entry>((a, b) => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order));
  const entries = new Map<Task, Entry>();
  const putOff = new Set<Task>();
  let order = 0;

  const remove = (task: Task): boolean => {
    const entry = entries.get(task);
    if (!entry) return false;
    // The heap lets go of the entry when it comes up; the task, and its body, go now.
    entry.task = undefined;
    entries.delete(task);
    putOff.delete(task);
    if (heap.size > 64 && heap.size > 2 * entries.size) heap.keep(({ task: kept }) => kept !== undefined);
    return true;
  };

  const first = (): Entry | undefined => {
    let entry = heap.peek();
    while (entry && !entry.task) {
      heap.pop();
      entry = heap.peek();
    }
    return entry;
  };

  return {
    get size() {
      return entries.size;
    },
    get putOff() {
      return putOff.size;
    },
    add(task, dueAt) {
      const entry = { task, dueAt, order: order++ };
      entries.set(task, entry);
      if (dueAt > task.scheduledAt) putOff.add(task);
      heap.push(entry);
    },
    remove,
    firstDueAt: () => first()?.dueAt ?? Number.POSITIVE_INFINITY,
    take() {
      const task = first()?.task;
      if (task) {
        heap.pop();
        entries.delete(task);
        putOff.delete(task);
      }
      return task;
    },
    clear() {
      entries.clear();
      putOff.clear();
      heap.keep(() => false);
    },
  };
};
