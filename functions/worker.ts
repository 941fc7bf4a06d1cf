import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpFunction } from '../shared/http/http-function.ts';
import { sendTaskAnswer, type TaskAnswer, taskAnswers } from '../shared/http/task-answers.ts';
import type { Enrichment } from '../shared/tasks/define-enrichment.ts';
import { Delivery, runDelivery } from '../shared/tasks/run-delivery.ts';
import type { DeliveryEnd } from '../shared/tasks/settle-run.ts';
import type { Services } from './services.ts';

/** What every worker is handed besides the tools of the runner. */
export type WorkerExtras = Pick<
  Services,
  'documents' | 'images' | 'model' | 'web' | 'registries' | 'formulas'
>;

const answerOf = (end: DeliveryEnd): TaskAnswer => {
  switch (end.answer) {
    case 'done':
      return taskAnswers.done;
    case 'retry':
      return taskAnswers.retry();
    case 'overloaded':
      return taskAnswers.dependencyOverloaded(end.retryAfterSeconds, undefined);
    case 'database_unavailable':
      return taskAnswers.databaseUnavailable(undefined);
  }
};

/** Any worker; each has its own input, which its schema checks at run time. */
// biome-ignore lint/suspicious/noExplicitAny: as said above.
export type Worker = Enrichment<any, WorkerExtras>;

/** The HTTP function of a worker: one delivery in, one answer of the answer table out. */
export function workerFunction(
  enrichment: Worker,
  services: Services,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { queue, log, storage, documents, images, model, web, registries, formulas, config } = services;
  const database = services.databaseFor('wellspring_worker');
  const lease = { leaseSeconds: config.LEASE_SECONDS, heartbeatSeconds: config.HEARTBEAT_SECONDS };
  return httpFunction(async (edge, res) => {
    const delivery = Delivery.safeParse(edge.body);
    if (!delivery.success) {
      log.alert({ function: edge.name }, 'a delivery names no task');
      sendTaskAnswer(edge, res, taskAnswers.unreadable);
      return;
    }
    const runner = { database, queue, log, storage, lease, stopping: edge.shutdown };
    const end = await runDelivery(runner, enrichment, delivery.data, {
      documents,
      images,
      model,
      web,
      registries,
      formulas,
    });
    sendTaskAnswer(edge, res, answerOf(end));
  });
}
