import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolveCaller } from '../shared/auth/caller.ts';
import type { CatalogueEntry, DoorEntry, WorkerEntry } from '../shared/domain/catalogue.ts';
import { send } from '../shared/http/answer.ts';
import { serveEndpoint } from '../shared/http/endpoint.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { aiInvoice } from './ai_invoice/index.ts';
import { collectCreate } from './collect_create/index.ts';
import { collectUpdate } from './collect_update/index.ts';
import { documentCreate } from './document_create/index.ts';
import { documentReconciliationBackfill } from './document_reconciliation_backfill/index.ts';
import { enrichmentTaskCreate } from './enrichment_task_create/index.ts';
import { enrichmentTaskRetrieve } from './enrichment_task_retrieve/index.ts';
import { monthlyClose } from './monthly_close/index.ts';
import { monthlyCloseBackfill } from './monthly_close_backfill/index.ts';
import { ocrExtract } from './ocr_extract/index.ts';
import { reconcile } from './reconcile/index.ts';
import { reconciliationResolve } from './reconciliation_resolve/index.ts';
import type { Services } from './services.ts';
import { sweep } from './sweep/index.ts';
import { workerFunction } from './worker.ts';

/** The workers, by the type of task they do. */
export const enrichments = {
  ai_invoice: aiInvoice,
  document_reconciliation_backfill: documentReconciliationBackfill,
  monthly_close: monthlyClose,
  monthly_close_backfill: monthlyCloseBackfill,
  ocr_extract: ocrExtract,
  reconcile,
};

/** What people and the extension call, by name. */
export const endpoints = {
  collect_create: collectCreate,
  collect_update: collectUpdate,
  document_create: documentCreate,
  enrichment_task_create: enrichmentTaskCreate,
  enrichment_task_retrieve: enrichmentTaskRetrieve,
  reconciliation_resolve: reconciliationResolve,
};

/** A function as functions-framework registers it. */
type HttpFunction = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** The HTTP function of a row of the catalogue. Throws for a row without a folder here. */
export function functionOf(entry: CatalogueEntry, services: Services): HttpFunction {
  switch (entry.kind) {
    case 'worker':
      return workerFunction(enrichmentOf(entry), services);
    case 'scheduled':
      return httpFunction(async (_edge, res) => {
        send(res, { status: 200, body: await sweep(services) });
      });
    default:
      return doorFunction(entry, services);
  }
}

function enrichmentOf({ name }: WorkerEntry) {
  if (name in enrichments) return enrichments[name as keyof typeof enrichments];
  throw new Error(`functions/${name} is in the catalogue and not in functions/index.ts`);
}

function doorFunction(
  { name, databaseRole }: DoorEntry,
  { queue, storage, databaseFor }: Services,
): HttpFunction {
  const endpoint = endpoints[name as keyof typeof endpoints];
  if (!endpoint) throw new Error(`functions/${name} is in the catalogue and not in functions/index.ts`);
  // Who is calling is found out as callers see the database, whatever the door's own work needs.
  const callerDatabase = databaseFor('wellspring_api');
  const database = databaseFor(databaseRole);
  return serveEndpoint(endpoint as Parameters<typeof serveEndpoint>[0], {
    resolveCaller: ({ subject, workspaceId }) => resolveCaller(callerDatabase, subject, workspaceId),
    services: { database, callerDatabase, queue, storage, resolvers: enrichments, inputs: enrichments },
  });
}
