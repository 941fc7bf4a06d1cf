import type { Caller } from '../../shared/auth/caller.ts';
import { describeTask } from '../../shared/db/enrichment-task-commands.ts';
import { findTaskView } from '../../shared/db/enrichment-task-views.ts';
import type { Database } from '../../shared/db/pool.ts';
import type { Db } from '../../shared/db/sql.ts';
import { enrichmentTaskResource } from '../../shared/domain/enrichment-task-resource.ts';
import { forbidden, notFound, schemaProblem } from '../../shared/errors.ts';
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

  async handle({ caller, database, once }, { params, body: { data } }): Promise<Answer> {
    if (caller.role === 'guest') throw forbidden('Guests may look at tasks, and not change them.');
    if (data.id && data.id.toLowerCase() !== params.id.toLowerCase())
      throw schemaProblem({ path: 'data.id', issue: 'expected the id of the path' });
    const { workspacePk, personId } = caller;
    const change = { description: data.attributes.description, actor: `user:${personId}` };

    return database.inWorkspace(workspacePk, (db) =>
      once(db, async () => {
        const task = await changeTask(db, { workspacePk, taskId: params.id, ...change });
        if (!task) throw notFound('enrichment_task');
        return { status: 200, body: document(enrichmentTaskResource(task)) };
      }),
    );
  },
});

interface Change {
  workspacePk: number;
  taskId: string;
  /** Undefined leaves it as it is. */
  description: string | null | undefined;
  actor: string;
}

/** The task as it is afterwards; what it says already is not written again. */
async function changeTask(db: Db, { workspacePk, taskId, description, actor }: Change) {
  if (description !== undefined) {
    const changed = await db.maybeOne(describeTask({ workspacePk, taskId, description, actor }));
    if (changed) return changed;
  }
  return db.maybeOne(findTaskView({ workspacePk, taskId }));
}
