import type { Clock } from './clock.ts';
import type { Sender } from './sender.ts';
import { platformHeaders, type Task } from './task.ts';

/** The second requests that the duplicate fault sends. What they are answered is of no account. */
export interface Copies {
  readonly size: number;
  /** Sends the request that `task` would send now, after `lagMs`. */
  send(task: Task, lagMs: number): void;
  cancelAll(): void;
}

export const createCopies = (
  queueId: string,
  { clock, sender, changed }: { clock: Clock; sender: Sender; changed: () => void },
): Copies => {
  const out = new Set<{ cancel: () => void }>();

  return {
    get size() {
      return out.size;
    },
    send(task, lagMs) {
      const headers = platformHeaders(queueId, task);
      const copy = { cancel: () => {} };
      out.add(copy);
      const done = (): void => {
        if (out.delete(copy)) changed();
      };
      const go = (): void => {
        const release = clock.hold();
        const sending = sender.send(task.request, headers);
        copy.cancel = sending.cancel;
        void sending.answer.then(() => {
          release();
          done();
        });
      };
      if (lagMs === 0) {
        go();
        return;
      }
      const cancel = clock.at(clock.now() + lagMs, go);
      copy.cancel = () => {
        cancel();
        done();
      };
    },
    cancelAll() {
      for (const { cancel } of [...out]) cancel();
    },
  };
};
