import { renewLease } from '../db/enrichment-tasks.ts';
import type { Database } from '../db/pool.ts';
import type { Log } from '../log.ts';

export interface LeaseTimes {
  leaseSeconds: number;
  heartbeatSeconds: number;
}

/**
 * Renews the lease of a running task until stopped, and calls `onLost` once when another run has taken it. A renewal
 * that fails is tried again at the next beat: the lease outlives two of them.
 */
export function keepLease(
  { database, log }: { database: Database; log: Log },
  { pk, token }: { pk: number; token: string },
  { leaseSeconds, heartbeatSeconds }: LeaseTimes,
  onLost: () => void,
): { stop(): void } {
  const beat = async () => {
    try {
      const held = await database.connect((db) => db.maybeOne(renewLease({ pk, token, leaseSeconds })));
      if (held) return;
      clearInterval(timer);
      onLost();
    } catch (error) {
      log.warn({ err: error }, 'lease was not renewed');
    }
  };
  const timer = setInterval(() => void beat(), heartbeatSeconds * 1_000);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
