import type { Caller } from '../../shared/auth/caller.ts';
import { countTaskEvents, findTaskPk, listTaskEvents } from '../../shared/db/enrichment-task-events.ts';
import { readPage } from '../../shared/db/page.ts';
import type { Database } from '../../shared/db/pool.ts';
import { enrichmentTaskEventResource } from '../../shared/domain/enrichment-task-event.ts';
import { notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { listAnswer } from '../../shared/http/list-answer.ts';
import {
  EnrichmentTaskEventsAnswers,
  EnrichmentTaskEventsParams,
  EnrichmentTaskEventsQuery,
} from './schema.ts';

/** `GET /v1/enrichment-tasks/{id}/events`: what happened to a task, from the beginning. */
export const enrichmentTaskEvents = endpointsFor<Caller, { database: Database }>()({
  name: 'enrichment_task_events',
  summary: 'Read the timeline of an enrichment task',
  answers: EnrichmentTaskEventsAnswers,
  errors: ['ENRICHMENT_TASK_NOT_FOUND'],
  params: EnrichmentTaskEventsParams,
  query: EnrichmentTaskEventsQuery,

  async handle({ caller: { workspacePk }, database, self }, { params, query }): Promise<Answer> {
    const page = await database.inWorkspace(workspacePk, async (db) => {
      const task = await db.maybeOne(findTaskPk({ workspacePk, taskId: params.id }));
      if (!task) throw notFound('enrichment_task');
      const which = { workspacePk, taskPk: task.pk };
      return readPage(db, query, {
        list: listTaskEvents({ ...which, ...query }),
        count: countTaskEvents(which),
      });
    });
    const task_id = params.id.toLowerCase();
    return listAnswer(query, {
      ...{ self, page },
      resourceOf: (event) => enrichmentTaskEventResource({ ...event, task_id }),
    });
  },
});
