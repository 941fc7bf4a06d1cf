import type { Caller } from '../../shared/auth/caller.ts';
import type { Database } from '../../shared/db/pool.ts';
import { cancelDelivery } from '../../shared/dispatch/cancel-delivery.ts';
import { dispatchTasks } from '../../shared/dispatch/dispatch-tasks.ts';
import type { TaskQueue } from '../../shared/dispatch/queue.ts';
import { enrichmentTaskResource } from '../../shared/domain/enrichment-task-resource.ts';
import { forbidden, notFound } from '../../shared/errors.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { deleteTask } from '../../shared/tasks/delete-task.ts';
import { EnrichmentTaskDeleteAnswers, EnrichmentTaskDeleteParams } from './schema.ts';

/** `DELETE /v1/enrichment-tasks/{id}`: takes a task away, with the delivery that waits for it. */
export const enrichmentTaskDelete = endpointsFor<Caller, { database: Database; queue: TaskQueue }>()({
  name: 'enrichment_task_delete',
  summary: 'Delete an enrichment task',
  answers: EnrichmentTaskDeleteAnswers,
  errors: ['ENRICHMENT_TASK_NOT_FOUND'],
  params: EnrichmentTaskDeleteParams,

  async handle({ caller, database, queue, log, requireMatch }, { params }): Promise<Answer> {
    if (caller.role === 'guest') throw forbidden('Guests may look at tasks, and not delete them.');
    const actor = `user:${caller.personId}`;
    const { workspacePk } = caller;

    const deleted = await deleteTask(database, {
      ...{ workspacePk, taskId: params.id, actor },
      check: (task) => requireMatch(enrichmentTaskResource(task)),
    });
    if (!deleted) throw notFound('enrichment_task');
    await cancelDelivery({ queue, log }, deleted.task);
    await dispatchTasks({ database, queue, log }, deleted.dispatch, actor);
    return { status: 204 };
  },
});
