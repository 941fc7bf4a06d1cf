import { listTaskIds } from '../../shared/db/enrichment-task-views.ts';
import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { Enqueued, Refusal } from '../../shared/dispatch/enqueue.ts';
import { enrichmentTaskResource } from '../../shared/domain/enrichment-task-resource.ts';
import { conflict, type HttpProblem, notFound, unprocessable } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { document } from '../../shared/http/document.ts';
import type { Retry } from '../../shared/tasks/retry-task.ts';

interface Asked {
  workspacePk: number;
  workspaceId: string;
  enqueued: readonly Enqueued[];
  /** Parents that are known to live: public ids by pk. */
  parents?: ReadonlyMap<number, string>;
  /** Present for a batch; null when all of it was there already. */
  batchId?: string | null;
  /** Public id of the failed task that was to be repeated. */
  retryOf?: string;
}

/**
 * 201 with what was made; 200 when all of it was there already and nothing new was asked of the queue. The rows say all
 * there is to answer but the ids of parents that the request did not name.
 */
export async function answerOf(
  db: Db,
  { workspacePk, workspaceId, enqueued, parents = new Map(), batchId, retryOf }: Asked,
): Promise<Answer> {
  const unknown = [...new Set(enqueued.flatMap(({ task: { parent_task_pk: pk } }) => pk ?? []))].filter(
    (pk) => !parents.has(pk),
  );
  const more = unknown.length > 0 ? await db.any(listTaskIds({ workspacePk, pks: unknown })) : [];
  const ids = new Map([...parents, ...more.map((row) => [row.pk, row.enrichment_task_id] as const)]);
  const resources = enqueued.map(({ task }) => resourceOf(task, workspaceId, ids));

  const [first] = resources;
  if (!first) throw new Error('nothing was enqueued');
  const reused = enqueued.filter((entry) => entry.reused).length;
  const status = reused === enqueued.length ? 200 : 201;
  if (batchId !== undefined)
    return {
      status,
      body: document(resources, { meta: { batch_id: batchId, count: resources.length, reused } }),
    };
  return {
    status,
    headers: { Location: `/v1/enrichment-tasks/${first.id}` },
    body: document(first, { meta: { reused: reused > 0, ...(retryOf ? { retry_of: retryOf } : {}) } }),
  };
}

const resourceOf = (task: TaskRow, workspaceId: string, parents: ReadonlyMap<number, string>) =>
  enrichmentTaskResource({
    ...task,
    workspace_id: workspaceId,
    parent_task_id: task.parent_task_pk === null ? null : (parents.get(task.parent_task_pk) ?? null),
  });

/** Nothing was enqueued; the first refusal is the answer. */
export function problemOfRefusal(
  refusals: readonly Refusal[],
  placeOf: (index: number) => string,
): HttpProblem {
  const [first] = refusals;
  if (!first) throw new Error('tasks were refused without a reason');
  const { code, message, index } = first;
  const path = code.startsWith('PARENT_') ? `${placeOf(index)}.relationships.parent_task` : placeOf(index);
  return unprocessable(code, message, { details: { path, issue: message } });
}

/** Why a failed task is not repeated. */
export function problemOfRetry(retry: Extract<Retry, { refused: string }>): HttpProblem {
  switch (retry.refused) {
    case 'not_found':
      return notFound('enrichment_task');
    case 'not_failed':
      return conflict(
        'ENRICHMENT_TASK_NOT_FAILED',
        `The task is ${retry.status}: only a failed one can be repeated.`,
        { details: { path: 'data.relationships.retry_of', issue: 'expected a failed task' } },
      );
    case 'not_enqueued':
      return problemOfRefusal([retry.reason], () => 'data.relationships.retry_of');
  }
}
