import type { Caller } from '../../shared/auth/caller.ts';
import { insertCollect } from '../../shared/db/collects.ts';
import type { Database } from '../../shared/db/pool.ts';
import type { Db } from '../../shared/db/sql.ts';
import { recordCollectEnd } from '../../shared/db/sync-logs.ts';
import { findTaskPk } from '../../shared/db/tasks.ts';
import { collectResource } from '../../shared/domain/collect-resource.ts';
import { hasEnded } from '../../shared/domain/collect-states.ts';
import { notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { document } from '../../shared/http/document.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { CollectCreateAnswers, CollectCreateBody } from './schema.ts';

/** `POST /v1/collects`: a new run of the caller, stamped with the workspace it is made in. */
export const collectCreate = endpointsFor<Caller, { database: Database }>()({
  name: 'collect_create',
  summary: 'Start a collect',
  answers: CollectCreateAnswers,
  errors: ['TASK_NOT_FOUND'],
  body: CollectCreateBody,

  async handle({ caller, database, log, once }, { body: { data } }): Promise<Answer> {
    const { workspacePk, peoplePk } = caller;
    const { provider = null, status = 'todo' } = data.attributes;
    const taskId = data.relationships.task?.data?.id;

    const { answer, unlogged } = await database.inWorkspace(workspacePk, async (db) => {
      let unlogged: string | null = null;
      const answer = await once(db, async () => {
        const taskPk = taskId ? await getTaskPk(db, workspacePk, taskId) : null;
        const collect = await db.one(insertCollect({ workspacePk, peoplePk, taskPk, provider, status }));
        if (hasEnded(status)) {
          const end = { workspacePk, collectPk: collect.pk, provider, error: null };
          if (!(await recordCollectEnd(db, end))) unlogged = collect.collect_id;
        }
        return {
          status: 201,
          headers: { Location: `/v1/collects/${collect.collect_id}` },
          body: document(collectResource(collect)),
        };
      });
      return { answer, unlogged };
    });
    if (unlogged) log.warn({ collect_id: unlogged }, 'a collect ended without a connector to log it');
    return answer;
  },
});

async function getTaskPk(db: Db, workspacePk: number, taskId: string): Promise<number> {
  const task = await db.maybeOne(findTaskPk({ workspacePk, taskId }));
  if (!task) throw notFound('task');
  return task.pk;
}
