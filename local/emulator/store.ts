import type { TaskActivityLog } from './attempt-log.ts';
import type { Clock } from './clock.ts';
import { ApiError, notFound } from './errors.ts';
import type { FaultDice } from './faults.ts';
import type { QueueName } from './names.ts';
import { Queue } from './queue.ts';
import type { QueueConfig } from './queue-config.ts';
import { createReservations, type Reservations } from './reservations.ts';
import type { Sender } from './sender.ts';
import type { EmulatorStats } from './stats.ts';

export interface StoreOptions {
  clock: Clock;
  dice: FaultDice;
  sender: Sender;
  seed: number;
  log: (entry: TaskActivityLog) => void;
  /** How long a task's name stays taken after it ran or was deleted. */
  taskNameMs: number;
  queueNameMs: number;
}

/** Every queue, and the names that are gone but not free again. */
export interface Store {
  readonly taskNames: Reservations;
  list(prefix: string): Queue[];
  /** NOT_FOUND when there is none. */
  get(name: QueueName): Queue;
  find(name: QueueName): Queue | undefined;
  /** ALREADY_EXISTS, or FAILED_PRECONDITION while the name of a deleted queue is blocked. */
  create(name: QueueName, config: QueueConfig): Queue;
  delete(name: QueueName): void;
  stats(): EmulatorStats;
  whenIdle(): Promise<void>;
  /** Sends nothing more and waits for what is in flight, at most `graceMs`; then cuts it. */
  close(graceMs: number): Promise<void>;
}

export const createStore = (options: StoreOptions): Store => {
  const { clock } = options;
  const queues = new Map<string, Queue>();
  // Deleted queues whose last requests are still out.
  const leaving = new Set<Queue>();
  const taskNames = createReservations(options.taskNameMs);
  const queueNames = createReservations(options.queueNameMs);
  let waiters: { ready: () => boolean; resolve: () => void }[] = [];

  const all = (): Queue[] => [...queues.values(), ...leaving];
  const allIdle = (): boolean => all().every((queue) => queue.isIdle);
  const noneInFlight = (): boolean => all().every((queue) => queue.inFlight === 0);

  const changed = (): void => {
    for (const queue of leaving) if (queue.inFlight === 0) leaving.delete(queue);
    if (waiters.length === 0) return;
    const done = waiters.filter(({ ready }) => ready());
    waiters = waiters.filter((waiter) => !done.includes(waiter));
    for (const { resolve } of done) resolve();
  };

  const until = (ready: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      if (ready()) resolve();
      else waiters.push({ ready, resolve });
    });

  const find = (name: QueueName): Queue | undefined => queues.get(name.full);

  const get = (name: QueueName): Queue => {
    const queue = find(name);
    if (queue) return queue;
    throw notFound(
      queueNames.has(name.full, clock.now())
        ? `Queue "${name.full}" was deleted.`
        : `Queue "${name.full}" does not exist.`,
    );
  };

  return {
    taskNames,
    get,
    find,
    list: (prefix) => [...queues.values()].filter(({ name }) => name.full.startsWith(prefix)),
    create(name, config) {
      if (queues.has(name.full)) {
        throw new ApiError('ALREADY_EXISTS', `Queue "${name.full}" already exists.`);
      }
      if (queueNames.has(name.full, clock.now())) {
        throw new ApiError(
          'FAILED_PRECONDITION',
          `Queue "${name.full}" was deleted too recently: its name is blocked for 7 days.`,
        );
      }
      const queue = new Queue(name, config, {
        ...options,
        changed,
        reserve: (taskName) => taskNames.add(taskName, clock.now()),
      });
      queues.set(name.full, queue);
      return queue;
    },
    delete(name) {
      const queue = get(name);
      queue.purge();
      queue.close({ abort: false });
      queues.delete(name.full);
      queueNames.add(name.full, clock.now());
      leaving.add(queue);
      changed();
    },
    stats: () => ({
      now: clock.now(),
      seed: options.seed,
      queues: Object.fromEntries([...queues].map(([name, queue]) => [name, queue.stats])),
    }),
    whenIdle: () => until(allIdle),
    async close(graceMs) {
      for (const queue of all()) queue.close({ abort: false });
      const cut = setTimeout(() => {
        for (const queue of all()) queue.close({ abort: true });
      }, graceMs);
      await until(noneInFlight);
      clearTimeout(cut);
    },
  };
};
