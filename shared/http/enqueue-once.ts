import type { TaskRow } from '../db/enrichment-tasks.ts';
import type { Db } from '../db/sql.ts';
import { type Dispatcher, dispatchTasks } from '../dispatch/dispatch-tasks.ts';
import type { Answer } from './answer.ts';
import { type KeyedRequest, oncePerKey } from './once-per-key.ts';

/**
 * The work of a door that asks for background work: done once per key in one transaction, and what it enqueued is
 * dispatched after the commit. What `work` throws undoes all of it.
 */
export async function enqueueOnce(
  dispatcher: Dispatcher,
  request: KeyedRequest,
  actor: string,
  work: (db: Db) => Promise<{ answer: Answer; tasks: readonly TaskRow[] }>,
): Promise<Answer> {
  const { answer, tasks } = await dispatcher.database.inWorkspace(request.workspacePk, async (db) => {
    let tasks: readonly TaskRow[] = [];
    const answer = await oncePerKey(db, request, async () => {
      const done = await work(db);
      tasks = done.tasks;
      return done.answer;
    });
    return { answer, tasks };
  });
  await dispatchTasks(dispatcher, tasks, actor);
  return answer;
}
