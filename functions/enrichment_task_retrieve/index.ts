import type { Caller } from '../../shared/auth/caller.ts';
import { findTaskView } from '../../shared/db/enrichment-task-views.ts';
import type { Database } from '../../shared/db/pool.ts';
import { last } from '../../shared/db/sql.ts';
import { enrichmentTaskResource } from '../../shared/domain/enrichment-task-resource.ts';
import { notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { document } from '../../shared/http/document.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { EnrichmentTaskRetrieveAnswers, EnrichmentTaskRetrieveParams } from './schema.ts';

/** `GET /v1/enrichment-tasks/{id}`: where a task is and what it yielded. */
export const enrichmentTaskRetrieve = endpointsFor<Caller, { database: Database }>()({
  name: 'enrichment_task_retrieve',
  summary: 'Read an enrichment task',
  answers: EnrichmentTaskRetrieveAnswers,
  errors: ['ENRICHMENT_TASK_NOT_FOUND'],
  params: EnrichmentTaskRetrieveParams,

  async handle({ caller: { workspacePk }, database }, { params }): Promise<Answer> {
    const task = await database.inWorkspace(workspacePk, (db) =>
      db.maybeOne(last(findTaskView({ workspacePk, taskId: params.id }))),
    );
    if (!task) throw notFound('enrichment_task');
    return { status: 200, body: document(enrichmentTaskResource(task)) };
  },
});
