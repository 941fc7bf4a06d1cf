import type { TaskRow } from '../db/enrichment-tasks.ts';
import type { Db } from '../db/sql.ts';
import { type Dispatcher, dispatchTasks } from '../dispatch/dispatch-tasks.ts';
import type { Answer } from './answer.ts';
import type { Once } from './once.ts';

/** What a door has that asks for background work: its context fits. */
export interface Enqueuing extends Dispatcher {
  caller: { workspacePk: number; personId: string };
  once: Once;
}

/**
 * The work of a door that asks for background work: done once per key in one transaction, and what it enqueued is
 * dispatched after the commit. What `work` throws undoes all of it.
 */
export async function enqueueOnce(
  { caller: { workspacePk, personId }, once, database, queue, log }: Enqueuing,
  work: (db: Db) => Promise<{ answer: Answer; tasks: readonly TaskRow[] }>,
): Promise<Answer> {
  const { answer, tasks } = await database.inWorkspace(workspacePk, async (db) => {
    let tasks: readonly TaskRow[] = [];
    const answer = await once(db, async () => {
      const done = await work(db);
      tasks = done.tasks;
      return done.answer;
    });
    return { answer, tasks };
  });
  await dispatchTasks({ database, queue, log }, tasks, `user:${personId}`);
  return answer;
}
