/** What happened on a queue since it was created, and what is there now. */
export interface QueueStats {
  created: number;
  /** Attempts sent, without the copies of the duplicate fault. */
  dispatched: number;
  duplicates: number;
  succeeded: number;
  /** Attempts that failed. */
  failed: number;
  /** Tasks deleted because their attempts were used up. */
  exhausted: number;
  /** Tasks deleted because they were 31 days old. */
  expired: number;
  deleted: number;
  purged: number;
  putOff: number;
  lostAnswers: number;
  refusedCreations: number;
  lostCreateAnswers: number;
  waiting: number;
  inFlight: number;
}

export type QueueCounters = Omit<QueueStats, 'waiting' | 'inFlight'>;

export interface EmulatorStats {
  /** Epoch milliseconds on the emulator's clock. */
  now: number;
  /** Start the emulator with this seed to have the same faults strike again. */
  seed: number;
  /** By full queue name. */
  queues: Record<string, QueueStats>;
}

export const newCounters = (): QueueCounters => ({
  created: 0,
  dispatched: 0,
  duplicates: 0,
  succeeded: 0,
  failed: 0,
  exhausted: 0,
  expired: 0,
  deleted: 0,
  purged: 0,
  putOff: 0,
  lostAnswers: 0,
  refusedCreations: 0,
  lostCreateAnswers: 0,
});
