import type { Caller } from '../../shared/auth/caller.ts';
import { describeTask } from '../../shared/db/enrichment-task-commands.ts';
import { lockTaskView } from '../../shared/db/enrichment-task-views.ts';
import type { Database } from '../../shared/db/pool.ts';
import { enrichmentTaskResource } from '../../shared/domain/enrichment-task-resource.ts';
import { forbidden, notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { document } from '../../shared/http/document.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import {
  EnrichmentTaskUpdateAnswers,
  EnrichmentTaskUpdateBody,
  EnrichmentTaskUpdateParams,
} from './schema.ts';

/** `PATCH /v1/enrichment-tasks/{id}`: gives a task another description. All else is the pipeline's. */
export const enrichmentTaskUpdate = endpointsFor<Caller, { database: Database }>()({
  name: 'enrichment_task_update',
  summary: 'Describe an enrichment task',
  answers: EnrichmentTaskUpdateAnswers,
  errors: ['ENRICHMENT_TASK_NOT_FOUND'],
  params: EnrichmentTaskUpdateParams,
  body: EnrichmentTaskUpdateBody,

  async handle({ caller, database, once, requireMatch }, { params, body: { data } }): Promise<Answer> {
    if (caller.role === 'guest') throw forbidden('Guests may look at tasks, and not change them.');
    const { workspacePk, personId } = caller;
    const { description } = data.attributes;
    const which = { workspacePk, taskId: params.id };

    return database.inWorkspace(workspacePk, (db) =>
      once(db, async () => {
        const current = await db.maybeOne(lockTaskView(which));
        if (!current) throw notFound('enrichment_task');
        requireMatch(enrichmentTaskResource(current));
        const task =
          description === undefined || description === current.description
            ? current
            : await db.one(describeTask({ ...which, description, actor: `user:${personId}` }));
        return { status: 200, body: document(enrichmentTaskResource(task)) };
      }),
    );
  },
});
