import { type Swept, sweep as sweepTasks } from '../../shared/dispatch/sweep.ts';
import { type SweptCollects, sweepCollects } from '../../shared/dispatch/sweep-collects.ts';
import type { Services } from '../services.ts';

/**
 * One sweep, each minute. `queueLost` tells that the queue is known to be empty, as after a start of the local stack,
 * so that nothing waits for a message that is gone.
 */
export const sweep = async (
  { databaseFor, queue, log, config }: Services,
  { queueLost = false }: { queueLost?: boolean } = {},
): Promise<Swept & { collects: SweptCollects }> => {
  const database = databaseFor('wellspring_worker');
  const tasks = await sweepTasks(
    { database, queue, log },
    { graceSeconds: config.SWEEP_GRACE_SECONDS, redispatchAfterSeconds: config.REDISPATCH_AFTER_SECONDS },
    { queueLost },
  );
  const collects = await sweepCollects({ database, log, inactivityHours: config.COLLECT_INACTIVITY_HOURS });
  return { ...tasks, collects };
};
