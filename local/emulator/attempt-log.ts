import type { StatusName } from './errors.ts';
import type { AttemptRecord, Task } from './task.ts';

/** One finished attempt, in the shape of the payload that Cloud Tasks writes to its operations log. */
export interface TaskActivityLog {
  /** Full task name. */
  task: string;
  attemptResponseLog: {
    status: StatusName | 'OK';
    scheduleTime: string;
    /** Missing when the task is not tried again. */
    retryTime?: string;
    targetType: 'HTTP';
    /** Method and URL. */
    targetAddress: string;
    /** Seconds, like `0.034s`. */
    attemptDuration: string;
    dispatchCount: number;
    responseCount: number;
    maxAttempts: number;
  };
}

/** The entry of an attempt that has just ended; `retry` says whether `task` now waits for another. */
export const activityLog = (
  task: Task,
  { scheduledAt, dispatchedAt, respondedAt = dispatchedAt, status = 'UNKNOWN' }: AttemptRecord,
  { retry, maxAttempts }: { retry: boolean; maxAttempts: number },
): TaskActivityLog => ({
  task: task.name,
  attemptResponseLog: {
    status,
    scheduleTime: new Date(scheduledAt).toISOString(),
    ...(retry ? { retryTime: new Date(task.scheduledAt).toISOString() } : {}),
    targetType: 'HTTP',
    targetAddress: `${task.request.method} ${task.request.url}`,
    attemptDuration: `${(respondedAt - dispatchedAt) / 1000}s`,
    dispatchCount: task.dispatchCount,
    responseCount: task.responseCount,
    maxAttempts,
  },
});
