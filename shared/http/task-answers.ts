import type { ServerResponse } from 'node:http';
import { HttpProblem, unavailable } from '../errors.ts';
import { send, sendProblem } from './answer.ts';
import type { Edge } from './edge.ts';

/** What Cloud Tasks is told: nothing more to do, or a problem that makes it try again. */
export type TaskAnswer = 'done' | HttpProblem;

/**
 * The answers to a delivery, all of them. Any 2xx removes the message; the row and the sweep are the guarantee, not
 * the queue's retries.
 */
export const taskAnswers = {
  /** Finished, ended before, an old generation, no such row, a live lease elsewhere, or `failed` for good. */
  done: 'done',
  /** A retry could not help: nobody but an alert will look at it, and the sweep sends the row again. */
  unreadable: 'done',
  /**
   * This task should be tried again. A 422 makes the task wait and nothing else: a 5xx would count as an overloaded
   * server and slow the whole queue.
   */
  retry: () => new HttpProblem('TASK_RETRY', 'The run ended without an outcome; try again later.'),
  /** Nothing can be recorded and every task would fail: the brake for the whole queue is wanted. */
  databaseUnavailable: (cause: unknown) => unavailable('The database cannot be reached.', 5, cause),
  /** A service that every task needs is overloaded: the same brake. */
  dependencyOverloaded: (retryAfterSeconds: number, cause: unknown) =>
    unavailable('A service that every task needs is overloaded.', retryAfterSeconds, cause),
} as const;

/** Sends the answer to a delivery. Missing and foreign tokens never come this far: the front answers 401 and 403. */
export const sendTaskAnswer = (
  edge: Pick<Edge, 'log' | 'context'>,
  res: ServerResponse,
  answer: TaskAnswer,
): void => {
  if (answer === 'done') send(res, { status: 204 });
  else sendProblem(res, answer, edge);
};
