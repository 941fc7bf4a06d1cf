import type { Caller } from '../../shared/auth/caller.ts';
import { countBatch, countTasks, listTasks } from '../../shared/db/enrichment-task-lists.ts';
import { readPage } from '../../shared/db/page.ts';
import type { Database } from '../../shared/db/pool.ts';
import { taskStatuses } from '../../shared/domain/enrichment-types.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { listAnswer } from '../../shared/http/list-answer.ts';
import { readRelated } from '../task-view.ts';
import { EnrichmentTaskListAnswers, EnrichmentTaskListQuery } from './schema.ts';

/** `GET /v1/enrichment-tasks`: the tasks of a workspace, newest first; of a batch also how far it got. */
export const enrichmentTaskList = endpointsFor<Caller, { database: Database }>()({
  name: 'enrichment_task_list',
  summary: 'List enrichment tasks',
  answers: EnrichmentTaskListAnswers,
  query: EnrichmentTaskListQuery,

  async handle({ caller: { workspacePk }, database, self }, { query }): Promise<Answer> {
    const { filters, include } = query;
    const { page, related, counts } = await database.inWorkspace(workspacePk, async (db) => {
      const page = await readPage(db, query, {
        list: listTasks({ workspacePk, ...query }),
        count: countTasks({ workspacePk, filters }),
      });
      const related = await readRelated(db, { workspacePk, tasks: page.rows, include });
      const batchId = filters.batch_id;
      const counts = batchId === undefined ? null : await db.any(countBatch({ workspacePk, batchId }));
      return { page, related, counts };
    });
    return listAnswer(query, {
      self,
      page,
      resourceOf: related.resourceOf,
      included: related.included,
      ...(counts ? { meta: { status_counts: byStatus(counts) } } : {}),
    });
  },
});

const byStatus = (counts: readonly { status: string; count: number }[]) => ({
  ...Object.fromEntries(taskStatuses.map((status) => [status, 0])),
  ...Object.fromEntries(counts.map(({ status, count }) => [status, count])),
});
