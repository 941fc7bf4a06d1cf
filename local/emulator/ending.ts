import { attemptStatus } from './errors.ts';
import type { Answer } from './sender.ts';
import type { AttemptRecord, Task } from './task.ts';

/** How an attempt ended: answered, not answered, or out of time. */
export type Ending = Answer | { timedOut: true };

/** Writes an ending into the attempt and into the counters that later requests carry. */
export const recordEnding = (task: Task, attempt: AttemptRecord, ending: Ending, now: number): void => {
  attempt.respondedAt = now;
  if ('status' in ending) {
    task.responseCount += 1;
    if (ending.status < 500) task.executionCount += 1;
    attempt.status = attemptStatus(ending.status);
    attempt.detail = `HTTP status code ${ending.status}`;
    task.previousResponse = ending.status;
  } else if ('timedOut' in ending) {
    attempt.status = 'DEADLINE_EXCEEDED';
    attempt.detail = `no answer within ${task.deadlineMs / 1000} s`;
    task.previousResponse = 504;
  } else {
    attempt.status = 'UNAVAILABLE';
    attempt.detail = ending.failure;
    // What the service writes here is not documented; 503 is to UNAVAILABLE what 504 is to DEADLINE_EXCEEDED.
    task.previousResponse = 503;
  }
};
