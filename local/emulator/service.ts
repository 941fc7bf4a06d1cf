import type { protos } from '@google-cloud/tasks';
import type { Clock } from './clock.ts';
import { ApiError, invalid, notFound } from './errors.ts';
import { type FaultDice, fraction } from './faults.ts';
import { type QueueMessage, type TaskMessage, timestamp } from './messages.ts';
import { parseLocation, parseQueueName, parseTaskName, type QueueName } from './names.ts';
import { pageOf } from './paging.ts';
import type { Queue } from './queue.ts';
import { applyMask, configMessage, readQueueConfig } from './queue-config.ts';
import type { Store } from './store.ts';
import { newTask, type Task, taskMessage, type View } from './task.ts';
import { readDispatchDeadline, readScheduleTime, readTaskRequest } from './task-request.ts';
import { isTooBig } from './task-size.ts';

type V2 = typeof protos.google.cloud.tasks.v2;
type Request<Name extends keyof V2> = V2[Name] extends { prototype: infer Message }
  ? Partial<Message>
  : never;

export interface ServiceOptions {
  store: Store;
  clock: Clock;
  dice: FaultDice;
  seed: number;
  /** When set, only this project or location is served. */
  project: string | undefined;
  location: string | undefined;
}

const queueMessage = (queue: Queue): QueueMessage => ({
  name: queue.name.full,
  ...configMessage(queue.config),
  state: queue.state,
  ...(queue.purgedAt === undefined ? {} : { purgeTime: timestamp(queue.purgedAt) }),
});

const viewOf = (asked: unknown): View => (asked === 'FULL' ? 'FULL' : 'BASIC');

/** Sample of the filter language: one comparison of `state`, which is all that telling queues apart needs. */
const stateFilter = (filter: string | null | undefined): ((queue: Queue) => boolean) => {
  if (!filter?.trim()) return () => true;
  const [, operator, state] = /^\s*state\s*(!=|=|:)\s*"?(\w+)"?\s*$/i.exec(filter) ?? [];
  if (!operator || !state) {
    throw new ApiError('UNIMPLEMENTED', `The emulator filters queues by state only, not by "${filter}".`);
  }
  return (queue) => (queue.state === state.toUpperCase()) === (operator !== '!=');
};

const notEmulated = (what: string) => (): never => {
  throw new ApiError('UNIMPLEMENTED', `${what} is not emulated: there are no identities on this machine.`);
};

/** The methods of Cloud Tasks v2 on plain messages, whatever transport they came by. */
export const createService = ({ store, clock, dice, seed, project, location }: ServiceOptions) => {
  let creations = 0;

  const served = (name: { project: string; location: string }): void => {
    if (project && name.project !== project) {
      throw new ApiError(
        'PERMISSION_DENIED',
        `This emulator serves project "${project}", not "${name.project}".`,
      );
    }
    if (location && name.location !== location) {
      throw invalid(`Location "${name.location}" is not served here: this emulator serves "${location}".`);
    }
  };

  const queueName = (name: string | null | undefined, field?: string): QueueName => {
    const parsed = parseQueueName(name, field);
    served(parsed);
    return parsed;
  };

  const getTask = (name: string | null | undefined): { queue: Queue; task: Task } => {
    const parsed = parseTaskName(name);
    served(parsed.queue);
    const queue = store.get(parsed.queue);
    const task = queue.tasks.get(parsed.id);
    if (task) return { queue, task };
    throw notFound(
      store.taskNames.has(name ?? '', clock.now())
        ? `Task "${name}" no longer exists: it ended or was deleted.`
        : `Task "${name}" does not exist.`,
    );
  };

  const newTaskId = (queue: Queue): string => {
    for (;;) {
      creations += 1;
      // Digits that look random but come again with the seed.
      const part = (salt: number): string =>
        String(Math.floor(fraction(seed, queue.name.full, creations, salt) * 1e9)).padStart(9, '0');
      const id = `${part(1)}${part(2)}`;
      if (!queue.tasks.has(id)) return id;
    }
  };

  const taskId = (queue: Queue, given: TaskMessage): string => {
    if (!given.name) return newTaskId(queue);
    const { queue: named, id } = parseTaskName(given.name, 'task.name');
    if (named.full !== queue.name.full) {
      throw invalid(`task.name "${given.name}" must be in the queue of the request, "${queue.name.full}".`);
    }
    if (queue.tasks.has(id)) throw new ApiError('ALREADY_EXISTS', `Task "${given.name}" already exists.`);
    if (store.taskNames.has(given.name, clock.now())) {
      throw new ApiError(
        'ALREADY_EXISTS',
        `Task "${given.name}" existed too recently: its name cannot be used again yet.`,
      );
    }
    return id;
  };

  const changeState = (name: string | null | undefined, state: 'RUNNING' | 'PAUSED'): QueueMessage => {
    const queue = store.get(queueName(name));
    queue.setState(state);
    return queueMessage(queue);
  };

  return {
    listQueues({ parent, filter, pageSize, pageToken }: Request<'ListQueuesRequest'>) {
      served(parseLocation(parent));
      const queues = store
        .list(`${parent}/queues/`)
        .filter(stateFilter(filter))
        .map((queue) => queueMessage(queue) as QueueMessage & { name: string });
      const scope = `${parent} ${filter ?? ''}`;
      const { page, nextPageToken } = pageOf(queues, {
        pageSize,
        pageToken,
        maxSize: 9800,
        scope,
        now: clock.now(),
      });
      return { queues: page, nextPageToken };
    },

    getQueue: ({ name }: Request<'GetQueueRequest'>) => queueMessage(store.get(queueName(name))),

    createQueue({ parent, queue }: Request<'CreateQueueRequest'>) {
      served(parseLocation(parent));
      if (!queue) throw invalid('queue is required.');
      const name = queueName(queue.name, 'queue.name');
      if (name.full !== `${parent}/queues/${name.queue}`) {
        throw invalid(`queue.name "${name.full}" must be in the location of the request, "${parent}".`);
      }
      return queueMessage(store.create(name, readQueueConfig(queue)));
    },

    updateQueue({ queue, updateMask }: Request<'UpdateQueueRequest'>) {
      if (!queue) throw invalid('queue is required.');
      const name = queueName(queue.name, 'queue.name');
      const existing = store.find(name);
      const paths = updateMask?.paths ?? [];
      const current = existing ? configMessage(existing.config) : {};
      const config = readQueueConfig(paths.length > 0 ? applyMask(current, queue, paths) : queue);
      if (!existing) return queueMessage(store.create(name, config));
      existing.configure(config);
      return queueMessage(existing);
    },

    deleteQueue({ name }: Request<'DeleteQueueRequest'>) {
      store.delete(queueName(name));
      return {};
    },

    purgeQueue({ name }: Request<'PurgeQueueRequest'>) {
      const queue = store.get(queueName(name));
      queue.purge();
      return queueMessage(queue);
    },

    pauseQueue: ({ name }: Request<'PauseQueueRequest'>) => changeState(name, 'PAUSED'),
    resumeQueue: ({ name }: Request<'ResumeQueueRequest'>) => changeState(name, 'RUNNING'),

    getIamPolicy: notEmulated('GetIamPolicy'),
    setIamPolicy: notEmulated('SetIamPolicy'),
    testIamPermissions: notEmulated('TestIamPermissions'),

    listTasks({ parent, responseView, pageSize, pageToken }: Request<'ListTasksRequest'>) {
      const queue = store.get(queueName(parent, 'parent'));
      const { page, nextPageToken } = pageOf([...queue.tasks.values()], {
        pageSize,
        pageToken,
        maxSize: 1000,
        scope: queue.name.full,
        now: clock.now(),
      });
      return { tasks: page.map((task) => taskMessage(task, viewOf(responseView))), nextPageToken };
    },

    getTask: ({ name, responseView }: Request<'GetTaskRequest'>) =>
      taskMessage(getTask(name).task, viewOf(responseView)),

    createTask({ parent, task: given, responseView }: Request<'CreateTaskRequest'>) {
      const queue = store.get(queueName(parent, 'parent'));
      if (!given) throw invalid('task is required.');
      const now = clock.now();
      const request = readTaskRequest(given);
      const scheduledAt = readScheduleTime(given, now);
      const deadlineMs = readDispatchDeadline(given);
      if (isTooBig(given)) throw invalid('The task is too big: at most 1 MiB is allowed.');

      // Two calls for one name are two cases, or a refused name would be refused for ever.
      const what = String(queue.counters.created + queue.counters.refusedCreations);
      const refusal = dice.refusal(queue.name.full, what);
      if (refusal) {
        queue.counters.refusedCreations += 1;
        throw new ApiError(refusal, 'The creation was refused by a fault.');
      }
      const id = taskId(queue, given);
      const name = `${queue.name.full}/tasks/${id}`;
      const task = newTask({
        id,
        name,
        named: Boolean(given.name),
        request,
        createdAt: now,
        deadlineMs,
        scheduledAt,
      });
      queue.add(task);

      const lost = dice.lostCreateAnswer(queue.name.full, what);
      if (lost) queue.counters.lostCreateAnswers += 1;
      if (lost === 'never') return new Promise<never>(() => {});
      if (lost) throw new ApiError(lost, 'The task was created, and the answer was lost by a fault.');
      return taskMessage(task, viewOf(responseView));
    },

    deleteTask({ name }: Request<'DeleteTaskRequest'>) {
      const { queue, task } = getTask(name);
      queue.counters.deleted += 1;
      queue.remove(task);
      return {};
    },

    runTask({ name, responseView }: Request<'RunTaskRequest'>) {
      const { queue, task } = getTask(name);
      queue.runNow(task);
      return taskMessage(task, viewOf(responseView));
    },
  };
};

export type Service = ReturnType<typeof createService>;
