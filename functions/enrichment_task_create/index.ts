import type { Caller } from '../../shared/auth/caller.ts';
import type { Database } from '../../shared/db/pool.ts';
import { enqueueTasks } from '../../shared/dispatch/enqueue.ts';
import type { TaskQueue } from '../../shared/dispatch/queue.ts';
import { forbidden } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { enqueueOnce } from '../../shared/http/enqueue-once.ts';
import { adoptTasks, type Orphan } from '../../shared/tasks/adopt-tasks.ts';
import { retryTask } from '../../shared/tasks/retry-task.ts';
import { answerOf, problemOfRefusal, problemOfRetry } from './answer.ts';
import { type LoadInput, readTask } from './read-task.ts';
import { EnrichmentTaskCreateAnswers, EnrichmentTaskCreateBody, isRetry } from './schema.ts';

interface Services {
  database: Database;
  queue: TaskQueue;
  loadWorker: LoadInput;
}

/** `POST /v1/enrichment-tasks`: asks for background work: one task, a batch of up to 500, or a failed one again. */
export const enrichmentTaskCreate = endpointsFor<Caller, Services>()({
  name: 'enrichment_task_create',
  summary: 'Ask for background work',
  answers: EnrichmentTaskCreateAnswers,
  errors: [
    'ENTITY_TYPE_NOT_ALLOWED',
    'ENTITY_NOT_FOUND',
    'BATCH_TOO_LARGE',
    'PARENT_TASK_NOT_FOUND',
    'PARENT_TASK_ENDED',
    'PARENT_TASK_TOO_DEEP',
    'ENRICHMENT_TASK_NOT_FOUND',
    'ENRICHMENT_TASK_NOT_FAILED',
  ],
  body: EnrichmentTaskCreateBody,

  async handle(context, { body: { data } }): Promise<Answer> {
    const { caller, loadWorker } = context;
    if (caller.role === 'guest') throw forbidden('Guests may look at tasks, and not ask for them.');
    const { workspacePk, workspaceId, personId } = caller;
    const actor = `user:${personId}`;

    if (isRetry(data)) {
      const taskId = data.relationships.retry_of.data.id;
      return enqueueOnce(context, async (db) => {
        const retry = await retryTask(db, { workspacePk, taskId, actor });
        if ('refused' in retry) throw problemOfRetry(retry);
        const answer = await answerOf(db, { workspacePk, workspaceId, enqueued: [retry], retryOf: taskId });
        return { answer, tasks: retry.reused ? [] : [retry.task] };
      });
    }

    const isBatch = Array.isArray(data);
    const placeOf = (index: number) => (isBatch ? `data.${index}` : 'data');
    const asked: Orphan[] = [];
    for (const [index, resource] of [data].flat().entries())
      asked.push(await readTask(resource, { root: `${placeOf(index)}.attributes`, caller, loadWorker }));

    return enqueueOnce(context, async (db) => {
      const adopted = await adoptTasks(db, { workspacePk, tasks: asked });
      if ('refusals' in adopted) throw problemOfRefusal(adopted.refusals, placeOf);
      const result = await enqueueTasks(db, { workspacePk, tasks: adopted.tasks, actor, batch: isBatch });
      if ('refusals' in result) throw problemOfRefusal(result.refusals, placeOf);
      const { enqueued, batchId } = result;
      return {
        answer: await answerOf(db, {
          ...{ workspacePk, workspaceId, enqueued, parents: adopted.parents },
          ...(isBatch ? { batchId } : {}),
        }),
        tasks: enqueued.filter(({ reused }) => !reused).map(({ task }) => task),
      };
    });
  },
});
