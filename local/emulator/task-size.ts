import type { TaskMessage } from './messages.ts';
import { taskType } from './protos.ts';

// What the service lets the stored message hold of the documented 1 MiB.
const maxBytes = 1_048_569;

/** Whether a task is over the size limit. Only one that comes near it is measured exactly. */
export const isTooBig = (task: TaskMessage): boolean => {
  const body = task.httpRequest?.body?.length ?? 0;
  // Headers, URL and names are limited to less than this.
  if (body < maxBytes - 200_000) return false;
  return taskType.encode(taskType.fromObject(task)).finish().length > maxBytes;
};
