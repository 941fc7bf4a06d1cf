import type { Caller } from '../../shared/auth/caller.ts';
import { listTaskViews } from '../../shared/db/enrichment-task-views.ts';
import type { Database } from '../../shared/db/pool.ts';
import type { Db } from '../../shared/db/sql.ts';
import { enqueueTasks, type NewTask, type Refusal } from '../../shared/dispatch/enqueue.ts';
import type { TaskQueue } from '../../shared/dispatch/queue.ts';
import { enrichmentTaskResource } from '../../shared/domain/enrichment-task-resource.ts';
import { unprocessable } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { document } from '../../shared/http/document.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { enqueueOnce } from '../../shared/http/enqueue-once.ts';
import { type LoadInput, readTask } from './read-task.ts';
import { EnrichmentTaskCreateAnswers, EnrichmentTaskCreateBody } from './schema.ts';

interface Services {
  database: Database;
  queue: TaskQueue;
  loadWorker: LoadInput;
}

/** `POST /v1/enrichment-tasks`: asks for background work, one task or a batch of up to 500. */
export const enrichmentTaskCreate = endpointsFor<Caller, Services>()({
  name: 'enrichment_task_create',
  summary: 'Ask for background work',
  answers: EnrichmentTaskCreateAnswers,
  errors: ['ENTITY_TYPE_NOT_ALLOWED', 'ENTITY_NOT_FOUND', 'BATCH_TOO_LARGE'],
  body: EnrichmentTaskCreateBody,

  async handle(context, { body: { data } }): Promise<Answer> {
    const { caller, loadWorker } = context;
    const { workspacePk, personId } = caller;
    const actor = `user:${personId}`;
    const isBatch = Array.isArray(data);
    const placeOf = (index: number) => (isBatch ? `data.${index}` : 'data');
    const tasks: NewTask[] = [];
    for (const [index, { attributes }] of [data].flat().entries())
      tasks.push(await readTask(attributes, { root: `${placeOf(index)}.attributes`, caller, loadWorker }));

    return enqueueOnce(context, async (db) => {
      const force = tasks.some(({ input }) => input?.force === true);
      const result = await enqueueTasks(db, { workspacePk, tasks, actor, force, batch: isBatch });
      if ('refusals' in result) throw refusal(result.refusals, placeOf);
      return {
        answer: await answerOf(db, { workspacePk, isBatch, ...result }),
        tasks: result.enqueued.filter(({ reused }) => !reused).map(({ task }) => task),
      };
    });
  },
});

type Result = Exclude<Awaited<ReturnType<typeof enqueueTasks>>, { refusals: unknown }>;

/** 201 with what was made; 200 when all of it was there already and nothing new was asked of the queue. */
async function answerOf(
  db: Db,
  { workspacePk, isBatch, enqueued, batchId }: Result & { workspacePk: number; isBatch: boolean },
): Promise<Answer> {
  const taskIds = enqueued.map(({ task }) => task.enrichment_task_id);
  const views = await db.any(listTaskViews({ workspacePk, taskIds }));
  const resources = views.map(enrichmentTaskResource);
  const [first] = resources;
  if (!first) throw new Error('a task that was enqueued cannot be read');
  const reused = enqueued.filter((entry) => entry.reused).length;
  const status = reused === enqueued.length ? 200 : 201;
  if (!isBatch)
    return {
      status,
      headers: { Location: `/v1/enrichment-tasks/${first.id}` },
      body: document(first, { meta: { reused: reused > 0 } }),
    };
  return {
    status,
    body: document(resources, { meta: { batch_id: batchId, count: resources.length, reused } }),
  };
}

/** Nothing was enqueued; the first refusal is the answer. */
function refusal(refusals: readonly Refusal[], placeOf: (index: number) => string) {
  const [first] = refusals;
  if (!first) throw new Error('tasks were refused without a reason');
  const { code, message, index } = first;
  return unprocessable(code, message, { details: { path: placeOf(index), issue: message } });
}
