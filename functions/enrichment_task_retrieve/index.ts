import type { Caller } from '../../shared/auth/caller.ts';
import { findTaskView, isTaskOpen } from '../../shared/db/enrichment-task-views.ts';
import type { Database } from '../../shared/db/pool.ts';
import { last } from '../../shared/db/sql.ts';
import { notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { viewDocument } from '../../shared/http/list-answer.ts';
import { readRelated } from '../task-view.ts';
import {
  EnrichmentTaskRetrieveAnswers,
  EnrichmentTaskRetrieveParams,
  EnrichmentTaskRetrieveQuery,
} from './schema.ts';
import { waitWhileOpen } from './wait-while-open.ts';

/** `GET /v1/enrichment-tasks/{id}`: where a task is and what it yielded; `?wait=20` answers once it has come to rest. */
export const enrichmentTaskRetrieve = endpointsFor<Caller, { database: Database }>()({
  name: 'enrichment_task_retrieve',
  summary: 'Read an enrichment task',
  answers: EnrichmentTaskRetrieveAnswers,
  errors: ['ENRICHMENT_TASK_NOT_FOUND'],
  params: EnrichmentTaskRetrieveParams,
  query: EnrichmentTaskRetrieveQuery,

  async handle({ caller, database, signal, closing }, { params, query }): Promise<Answer> {
    const { workspacePk } = caller;
    const which = { workspacePk, taskId: params.id };
    const read = () =>
      database.inWorkspace(workspacePk, async (db) => {
        const found = findTaskView(which);
        const task = await db.maybeOne(query.include ? found : last(found));
        if (!task) throw notFound('enrichment_task');
        return { task, ...(await readRelated(db, { workspacePk, tasks: [task], include: query.include })) };
      });
    const isOpen = async () =>
      (await database.inWorkspace(workspacePk, (db) => db.one(last(isTaskOpen(which))))).open;

    let found = await read();
    if (query.wait > 0 && (found.task.status === 'pending' || found.task.status === 'processing')) {
      await waitWhileOpen(isOpen, { seconds: query.wait, until: AbortSignal.any([signal, closing]) });
      if (!signal.aborted) found = await read();
    }
    const { task, included, resourceOf } = found;
    return { status: 200, body: viewDocument(query, resourceOf(task), { included }) };
  },
});
