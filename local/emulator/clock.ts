import { setImmediate as turn } from 'node:timers/promises';
import { createHeap } from './heap.ts';

/** Where the emulator takes its time from; all times are epoch milliseconds, fractions allowed. */
export interface Clock {
  now(): number;
  /** Calls `fire` once, when `time` is reached; the returned function cancels it. */
  at(time: number, fire: () => void): () => void;
  /** Says that work is under way; a clock that is moved by hand stands still until the returned function is called. */
  hold(): () => void;
}

export interface MoveOptions {
  /** Do not wait for requests that a handler has not answered yet. Without it time stands still while a handler runs. */
  leaveRunning?: boolean;
}

/** A clock that only its owner moves. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`, firing what falls due in order and waiting for the deliveries each firing starts. */
  advance(ms: number, options?: MoveOptions): Promise<void>;
  /** Moves on to a moment, like `advance`; it cannot go back. */
  set(to: Date | number, options?: MoveOptions): Promise<void>;
}

const longestTimeout = 2 ** 31 - 1;

export const systemClock = (): Clock => ({
  now: () => Date.now(),
  at(time, fire) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const wait = Math.ceil(time - Date.now());
      timer = setTimeout(
        () => (Date.now() >= time ? fire() : arm()),
        Math.min(Math.max(wait, 0), longestTimeout),
      );
    };
    arm();
    return () => clearTimeout(timer);
  },
  hold: () => () => {},
});

interface Alarm {
  time: number;
  order: number;
  fire: (() => void) | undefined;
}

/** A clock for tests: it starts at `start` and moves only when told to. */
export const manualClock = (start: Date | number = Date.now()): ManualClock => {
  let now = Number(start);
  let order = 0;
  let held = 0;
  let cancelled = 0;
  let freed: (() => void)[] = [];
  let moves = Promise.resolve();
  const alarms = createHeap<Alarm>((a, b) => a.time < b.time || (a.time === b.time && a.order < b.order));

  const settle = async (leaveRunning: boolean): Promise<void> => {
    await turn();
    while (held > 0 && !leaveRunning) {
      await new Promise<void>((resolve) => freed.push(resolve));
      await turn();
    }
  };

  const moveTo = async (target: number, leaveRunning: boolean): Promise<void> => {
    if (!(target >= now)) {
      throw new RangeError(`this clock is at ${new Date(now).toISOString()} and cannot go back`);
    }
    for (;;) {
      await settle(leaveRunning);
      const next = alarms.peek();
      if (!next || next.time > target) break;
      alarms.pop();
      const { fire } = next;
      if (!fire) {
        cancelled -= 1;
        continue;
      }
      next.fire = undefined;
      now = Math.max(now, next.time);
      fire();
    }
    now = target;
    await settle(leaveRunning);
  };

  // Two moves asked for at once run one after the other; a refused move does not stop later ones.
  const move = (target: () => number, { leaveRunning = false }: MoveOptions = {}): Promise<void> => {
    const moved = moves.then(() => moveTo(target(), leaveRunning));
    moves = moved.catch(() => {});
    return moved;
  };

  return {
    now: () => now,
    at(time, fire) {
      const alarm: Alarm = { time, order: order++, fire };
      alarms.push(alarm);
      return () => {
        if (!alarm.fire) return;
        alarm.fire = undefined;
        cancelled += 1;
        if (cancelled < 64 || cancelled * 2 < alarms.size) return;
        alarms.keep(({ fire: pending }) => pending !== undefined);
        cancelled = 0;
      };
    },
    hold() {
      held += 1;
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        held -= 1;
        if (held > 0) return;
        const waiting = freed;
        freed = [];
        for (const resume of waiting) resume();
      };
    },
    advance: (ms, options) => move(() => now + ms, options),
    set: (to, options) => move(() => Number(to), options),
  };
};

/** Whether a clock can be moved by hand. */
export const isManual = (clock: Clock): clock is ManualClock => 'advance' in clock && 'set' in clock;
