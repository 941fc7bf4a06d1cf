import { z } from 'zod';
import { type StatusName, statusNames } from './errors.ts';

const rate = z.number().min(0).max(1);
/** A share of the cases, from 0 to 1, or `{ times: n }`: the next n cases. */
const chance = z.union([rate, z.strictObject({ times: z.int().min(0) })]);
const ms = z.number().min(0);

const odds = <Extra extends z.ZodRawShape>(extra: Extra) =>
  z.union([z.strictObject({ rate, ...extra }), z.strictObject({ times: z.int().min(0), ...extra })]);

/** What can be made to go wrong on one queue. */
export const QueueFaults = z.strictObject({
  /** The same request goes out twice; what the copy is answered is ignored. With `lagMs` the copy leaves later. */
  duplicate: z.union([chance, odds({ lagMs: ms })]).optional(),
  /** The task becomes due `ms` later than it should. */
  delay: odds({ ms }).optional(),
  /** The task is put off by a random part of `withinMs`, so that later ones overtake it. */
  reorder: odds({ withinMs: ms }).optional(),
  /** The handler ran and answered, but the answer never arrives: the attempt fails. */
  loseAnswer: chance.optional(),
  /** CreateTask answers `code` and creates nothing. */
  refuseCreation: odds({ code: z.enum(statusNames) }).optional(),
  /** CreateTask creates the task, then answers DEADLINE_EXCEEDED or, with `answer: 'never'`, nothing at all. */
  loseCreateAnswer: z.union([chance, odds({ answer: z.enum(['DEADLINE_EXCEEDED', 'never']) })]).optional(),
});
export type QueueFaults = z.infer<typeof QueueFaults>;

/** Faults on demand. A queue is named by its id, by its full name, or `*` for every queue without an entry of its own. */
export interface Faults {
  /** Replaces the queue's faults. Throws a ZodError when they make no sense. */
  set(queueId: string, faults: QueueFaults): void;
  get(queueId: string): QueueFaults;
  /** Ends the faults of one queue, or of all. */
  clear(queueId?: string): void;
}

/** Decides, for the engine, whether a fault strikes. `what` names the case, so that a seed strikes the same cases again. */
export interface FaultDice {
  duplicate(queue: string, what: string): { lagMs: number } | undefined;
  /** Milliseconds to put the task off by. */
  putOff(queue: string, what: string): number;
  losesAnswer(queue: string, what: string): boolean;
  refusal(queue: string, what: string): StatusName | undefined;
  lostCreateAnswer(queue: string, what: string): 'DEADLINE_EXCEEDED' | 'never' | undefined;
}

type Odds = number | { rate: number } | { times: number };

/** A number in [0, 1) that depends on the words alone. */
export const fraction = (...words: (string | number)[]): number => {
  // FNV-1a with murmur's final mixing: quick, and even in all bits.
  let hash = 0x811c9dc5;
  for (const char of words.join('\n')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

export const createFaults = (seed: number): { faults: Faults; dice: FaultDice } => {
  const settings = new Map<string, QueueFaults>();
  const left = new Map<Odds, number>();

  const of = (queue: string): QueueFaults | undefined =>
    settings.get(queue) ?? settings.get(queue.slice(queue.lastIndexOf('/') + 1)) ?? settings.get('*');

  const strikes = (odds: Odds | undefined, kind: string, queue: string, what: string): boolean => {
    if (odds === undefined) return false;
    if (typeof odds === 'number' || 'rate' in odds) {
      const share = typeof odds === 'number' ? odds : odds.rate;
      return share > 0 && fraction(seed, kind, queue, what) < share;
    }
    const remaining = left.get(odds) ?? odds.times;
    if (remaining === 0) return false;
    left.set(odds, remaining - 1);
    return true;
  };

  const faults: Faults = {
    set(queueId, wanted) {
      faults.clear(queueId);
      settings.set(queueId, QueueFaults.parse(wanted));
    },
    get: (queueId) => of(queueId) ?? {},
    clear(queueId) {
      for (const [id, set] of settings) {
        if (queueId !== undefined && id !== queueId) continue;
        for (const odds of Object.values(set)) left.delete(odds as Odds);
        settings.delete(id);
      }
    },
  };

  const dice: FaultDice = {
    duplicate(queue, what) {
      const fault = of(queue)?.duplicate;
      if (!strikes(fault, 'duplicate', queue, what)) return undefined;
      return { lagMs: typeof fault === 'object' && 'lagMs' in fault ? fault.lagMs : 0 };
    },
    putOff(queue, what) {
      const { delay, reorder } = of(queue) ?? {};
      const delayed = delay && strikes(delay, 'delay', queue, what) ? delay.ms : 0;
      if (!reorder || !strikes(reorder, 'reorder', queue, what)) return delayed;
      return delayed + Math.ceil(fraction(seed, 'reorder by', queue, what) * reorder.withinMs);
    },
    losesAnswer: (queue, what) => strikes(of(queue)?.loseAnswer, 'loseAnswer', queue, what),
    refusal(queue, what) {
      const fault = of(queue)?.refuseCreation;
      return fault && strikes(fault, 'refuseCreation', queue, what) ? fault.code : undefined;
    },
    lostCreateAnswer(queue, what) {
      const fault = of(queue)?.loseCreateAnswer;
      if (!strikes(fault, 'loseCreateAnswer', queue, what)) return undefined;
      return typeof fault === 'object' && 'answer' in fault ? fault.answer : 'DEADLINE_EXCEEDED';
    },
  };

  return { faults, dice };
};
