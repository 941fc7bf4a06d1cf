import { activityLog, type TaskActivityLog } from './attempt-log.ts';
import { backoffMs, isExhausted, retryAfterMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { type Copies, createCopies } from './copies.ts';
import { type Ending, recordEnding } from './ending.ts';
import type { FaultDice } from './faults.ts';
import type { QueueName } from './names.ts';
import type { QueueConfig } from './queue-config.ts';
import { createSchedule } from './schedule.ts';
import type { Sender, Sending } from './sender.ts';
import { newCounters, type QueueStats } from './stats.ts';
import { type AttemptRecord, platformHeaders, type Task } from './task.ts';
import { createThrottle } from './throttle.ts';
import { createTokenBucket } from './token-bucket.ts';

export interface QueueContext {
  clock: Clock;
  dice: FaultDice;
  sender: Sender;
  /** Called with each chosen name whose task is gone, for it cannot be used again at once. */
  reserve(taskName: string): void;
  log(entry: TaskActivityLog): void;
  /** Called whenever the queue may have come to rest. */
  changed(): void;
}

const retentionMs = 31 * 24 * 3_600_000;

/** One queue: its tasks, when they are due, and the attempts in flight. It wakes by alarm and never polls. */
export class Queue {
  readonly name: QueueName;
  readonly tasks = new Map<string, Task>();
  readonly counters = newCounters();
  state: 'RUNNING' | 'PAUSED' = 'RUNNING';
  purgedAt: number | undefined;
  #config: QueueConfig;
  readonly #context: QueueContext;
  readonly #schedule = createSchedule();
  readonly #running = new Map<Task, Sending>();
  readonly #copies: Copies;
  readonly #throttle = createThrottle();
  readonly #bucket;
  #alarm: { time: number; cancel: () => void } | undefined;
  #poked = false;
  #closed = false;

  constructor(name: QueueName, config: QueueConfig, context: QueueContext) {
    this.name = name;
    this.#config = config;
    this.#context = context;
    this.#bucket = createTokenBucket(config.rate, context.clock.now());
    this.#copies = createCopies(name.queue, { ...context, changed: () => this.#poke() });
  }

  get config(): QueueConfig {
    return this.#config;
  }

  configure(config: QueueConfig): void {
    this.#config = config;
    this.#bucket.resize(config.rate, this.#context.clock.now());
    this.#poke();
  }

  add(task: Task): void {
    this.tasks.set(task.id, task);
    this.counters.created += 1;
    this.#enqueue(task);
  }

  /** Takes a task out for good. What is in flight goes on, but its answer no longer matters. */
  remove(task: Task): void {
    this.#schedule.remove(task);
    if (this.tasks.delete(task.id) && task.named) this.#context.reserve(task.name);
    this.#poke();
  }

  purge(): void {
    this.counters.purged += this.tasks.size;
    for (const { named, name } of this.tasks.values()) if (named) this.#context.reserve(name);
    this.tasks.clear();
    this.#schedule.clear();
    this.purgedAt = this.#context.clock.now();
    this.#poke();
  }

  setState(state: 'RUNNING' | 'PAUSED'): void {
    this.state = state;
    this.#poke();
  }

  /** Starts an attempt now, whatever rate, pause or throttle say. One that is already in flight stays the only one. */
  runNow(task: Task): void {
    if (this.#running.has(task)) return;
    this.#schedule.remove(task);
    this.#start(task, true);
  }

  /** Nothing in flight, and nothing due that the queue would send. */
  get isIdle(): boolean {
    if (this.#poked || this.#running.size > 0 || this.#copies.size > 0) return false;
    if (this.state === 'PAUSED') return true;
    return this.#schedule.putOff === 0 && this.#schedule.firstDueAt() > this.#context.clock.now();
  }

  get stats(): QueueStats {
    return { ...this.counters, waiting: this.#schedule.size, inFlight: this.#running.size };
  }

  /** Sends nothing more; `abort` also cuts what is in flight. */
  close({ abort }: { abort: boolean }): void {
    this.#closed = true;
    this.#alarm?.cancel();
    if (!abort) return;
    for (const sending of this.#running.values()) sending.cancel();
    this.#copies.cancelAll();
  }

  get inFlight(): number {
    return this.#running.size + this.#copies.size;
  }

  #enqueue(task: Task): void {
    const putOffMs = this.#context.dice.putOff(this.name.full, `${task.id} ${task.dispatchCount}`);
    if (putOffMs > 0) this.counters.putOff += 1;
    this.#schedule.add(task, task.scheduledAt + putOffMs);
    this.#poke();
  }

  // Many changes in one turn are one look at the queue, and a caller's answer is built before its task is sent.
  #poke(): void {
    if (this.#poked) return;
    this.#poked = true;
    queueMicrotask(() => {
      this.#poked = false;
      this.#pump();
      this.#context.changed();
    });
  }

  #pump(): void {
    if (this.#closed) return;
    const now = this.#context.clock.now();
    const expiresAt = this.#expire(now);
    this.#wakeAt(
      Math.min(expiresAt, this.state === 'RUNNING' ? this.#sendDue(now) : Number.POSITIVE_INFINITY),
    );
  }

  /** Sends what may be sent; returns when to look again, Infinity when an answer or a call will say so. */
  #sendDue(now: number): number {
    while (this.#schedule.firstDueAt() <= now) {
      if (this.#running.size >= this.#config.rate.concurrent) return Number.POSITIVE_INFINITY;
      if (this.#throttle.heldUntil() > now) return this.#throttle.heldUntil();
      if (!this.#bucket.take(now)) return this.#bucket.nextAt(now);
      const task = this.#schedule.take();
      if (task) this.#start(task, false);
    }
    return this.#schedule.firstDueAt();
  }

  /** Drops what is 31 days old; returns when the next task will be. The map keeps creation order. */
  #expire(now: number): number {
    for (const task of this.tasks.values()) {
      if (task.createdAt + retentionMs > now) return task.createdAt + retentionMs;
      this.counters.expired += 1;
      this.remove(task);
    }
    return Number.POSITIVE_INFINITY;
  }

  #wakeAt(time: number): void {
    if (this.#alarm?.time === time) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (time === Number.POSITIVE_INFINITY) return;
    const cancel = this.#context.clock.at(time, () => {
      this.#alarm = undefined;
      this.#pump();
      this.#context.changed();
    });
    this.#alarm = { time, cancel };
  }

  #start(task: Task, forced: boolean): void {
    const { clock, dice, sender } = this.#context;
    const attempt: AttemptRecord = { scheduledAt: task.scheduledAt, dispatchedAt: clock.now() };
    task.dispatchCount += 1;
    task.firstDispatchAt ??= attempt.dispatchedAt;
    task.lastAttempt = attempt;
    this.counters.dispatched += 1;

    const what = `${task.id} ${task.dispatchCount}`;
    const copy = dice.duplicate(this.name.full, what);
    if (copy) {
      this.counters.duplicates += 1;
      this.#copies.send(task, copy.lagMs);
    }

    const release = clock.hold();
    let over = false;
    const end = (ending: Ending): void => {
      if (over) return;
      over = true;
      cancelDeadline();
      this.#running.delete(task);
      this.#finish(task, attempt, ending, forced);
      release();
      this.#poke();
    };
    const cancelDeadline = clock.at(attempt.dispatchedAt + task.deadlineMs, () => {
      end({ timedOut: true });
      sending.cancel();
    });
    const sending = sender.send(task.request, platformHeaders(this.name.queue, task));
    this.#running.set(task, sending);
    void sending.answer.then((answer) => {
      const lost = 'status' in answer && dice.losesAnswer(this.name.full, what);
      if (lost) this.counters.lostAnswers += 1;
      end(lost ? { failure: 'the answer was lost by a fault' } : answer);
    });
  }

  #finish(task: Task, attempt: AttemptRecord, ending: Ending, forced: boolean): void {
    recordEnding(task, attempt, ending, this.#context.clock.now());
    const retry = this.#retry(task, attempt, ending, forced);
    this.#context.log(activityLog(task, attempt, { retry, maxAttempts: this.#config.retry.maxAttempts }));
  }

  /** Removes the task or plans its next attempt; says whether it will be tried again. */
  #retry(task: Task, attempt: AttemptRecord, ending: Ending, forced: boolean): boolean {
    const now = this.#context.clock.now();
    const succeeded = attempt.status === 'OK';
    this.counters[succeeded ? 'succeeded' : 'failed'] += 1;
    const pressed = 'status' in ending && (ending.status === 429 || ending.status === 503);
    // An HTTP date in the header is a moment on the emulator's clock.
    const askedMs = pressed ? retryAfterMs(ending.retryAfter, now) : undefined;
    if (succeeded) this.#throttle.recover();
    if (pressed) this.#throttle.slowDown(now, attempt.dispatchedAt, askedMs);

    // Deleted, purged or expired while it ran.
    if (this.tasks.get(task.id) !== task) return false;
    const { retry } = this.#config;
    const sinceFirstMs = now - (task.firstDispatchAt ?? now);
    const exhausted = isExhausted(retry, { attempts: task.dispatchCount, sinceFirstMs });
    if (succeeded || exhausted) {
      if (!succeeded) this.counters.exhausted += 1;
      this.remove(task);
      return false;
    }
    const from = forced ? attempt.dispatchedAt : now;
    task.scheduledAt = Math.max(from + backoffMs(retry, task.dispatchCount), now + (askedMs ?? 0));
    if (!this.#closed) this.#enqueue(task);
    return true;
  }
}
