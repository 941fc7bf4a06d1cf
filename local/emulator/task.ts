import { grpcCode, type StatusName } from './errors.ts';
import { type AttemptMessage, duration, type TaskMessage, timestamp } from './messages.ts';
import type { TaskRequest } from './task-request.ts';

export interface AttemptRecord {
  scheduledAt: number;
  dispatchedAt: number;
  respondedAt?: number;
  status?: StatusName | 'OK';
  detail?: string;
}

/** A task that is waiting or being delivered; times in epoch milliseconds. */
export interface Task {
  readonly id: string;
  readonly name: string;
  /** Whether the caller chose the id. Only such a name needs to stay taken when the task is gone. */
  readonly named: boolean;
  readonly request: TaskRequest;
  readonly createdAt: number;
  readonly deadlineMs: number;
  scheduledAt: number;
  dispatchCount: number;
  responseCount: number;
  /** Attempts answered with anything but a 5xx: what X-CloudTasks-TaskExecutionCount tells. */
  executionCount: number;
  /** HTTP status of the last failed attempt, as X-CloudTasks-TaskPreviousResponse tells it. */
  previousResponse: number | undefined;
  firstDispatchAt: number | undefined;
  lastAttempt: AttemptRecord | undefined;
}

export const newTask = (
  given: Pick<Task, 'id' | 'name' | 'named' | 'request' | 'createdAt' | 'deadlineMs' | 'scheduledAt'>,
): Task => ({
  ...given,
  dispatchCount: 0,
  responseCount: 0,
  executionCount: 0,
  previousResponse: undefined,
  firstDispatchAt: undefined,
  lastAttempt: undefined,
});

export type View = 'BASIC' | 'FULL';

const attemptMessage = (attempt: AttemptRecord): AttemptMessage => ({
  scheduleTime: timestamp(attempt.scheduledAt),
  dispatchTime: timestamp(attempt.dispatchedAt),
  ...(attempt.respondedAt === undefined ? {} : { responseTime: timestamp(attempt.respondedAt) }),
  ...(attempt.status === undefined
    ? {}
    : {
        responseStatus: {
          code: attempt.status === 'OK' ? 0 : grpcCode(attempt.status),
          message: `${attempt.status}: ${attempt.detail ?? ''}`,
        },
      }),
});

const tokenMessage = ({ token }: TaskRequest): TaskMessage['httpRequest'] => {
  if (!token) return {};
  return token.kind === 'oidc'
    ? { oidcToken: { serviceAccountEmail: token.email, audience: token.audience } }
    : { oauthToken: { serviceAccountEmail: token.email, scope: token.scope } };
};

/** The task as the API shows it; BASIC leaves the body out. */
export const taskMessage = (task: Task, view: View): TaskMessage => {
  const { request } = task;
  return {
    name: task.name,
    httpRequest: {
      url: request.url,
      httpMethod: request.method as 'POST',
      headers: request.headers,
      ...(view === 'FULL' && request.body ? { body: request.body } : {}),
      ...tokenMessage(request),
    },
    scheduleTime: timestamp(task.scheduledAt),
    createTime: timestamp(Math.floor(task.createdAt / 1000) * 1000),
    dispatchDeadline: duration(task.deadlineMs),
    dispatchCount: task.dispatchCount,
    responseCount: task.responseCount,
    ...(task.firstDispatchAt === undefined
      ? {}
      : { firstAttempt: { dispatchTime: timestamp(task.firstDispatchAt) } }),
    ...(task.lastAttempt ? { lastAttempt: attemptMessage(task.lastAttempt) } : {}),
    view,
  };
};

/** The headers that the platform adds to an attempt; `dispatchCount` already counts it. */
export const platformHeaders = (queueId: string, task: Task): Record<string, string> => ({
  'X-CloudTasks-QueueName': queueId,
  'X-CloudTasks-TaskName': task.id,
  'X-CloudTasks-TaskRetryCount': String(task.dispatchCount - 1),
  'X-CloudTasks-TaskExecutionCount': String(task.executionCount),
  'X-CloudTasks-TaskETA': String(Math.round(task.scheduledAt * 1000) / 1e6),
  ...(task.previousResponse === undefined
    ? {}
    : {
        'X-CloudTasks-TaskPreviousResponse': String(task.previousResponse),
        'X-CloudTasks-TaskRetryReason': '',
      }),
});
