import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolveCaller } from '../shared/auth/caller.ts';
import type { CatalogueEntry, DoorEntry } from '../shared/domain/catalogue.ts';
import { send } from '../shared/http/answer.ts';
import { serveEndpoint } from '../shared/http/endpoint.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import type { Services } from './services.ts';
import { type Worker, workerFunction } from './worker.ts';
import { aiInvoice } from './ai_invoice/index.ts';
import { collectCreate } from './collect_create/index.ts';
import { collectUpdate } from './collect_update/index.ts';
import { customColumn } from './custom_column/index.ts';
import { customColumnCompute } from './custom_column_compute/index.ts';
import { documentCreate } from './document_create/index.ts';
import { documentReconciliationBackfill } from './document_reconciliation_backfill/index.ts';
import { enrichmentTaskCreate } from './enrichment_task_create/index.ts';
import { enrichmentTaskRetrieve } from './enrichment_task_retrieve/index.ts';
import { fieldRule } from './field_rule/index.ts';
import { fieldRuleCompute } from './field_rule_compute/index.ts';
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
  custom_column: customColumn,
  field_rule: fieldRule,
  ocr_extract: ocrExtract,
  reconcile,
};

/** What people and the extension call, by name. */
export const endpoints = {
  collect_create: collectCreate,
  collect_update: collectUpdate,
  custom_column_compute: customColumnCompute,
  document_create: documentCreate,
  enrichment_task_create: enrichmentTaskCreate,
  enrichment_task_retrieve: enrichmentTaskRetrieve,
  field_rule_compute: fieldRuleCompute,
  reconciliation_resolve: reconciliationResolve,
};

/** A function as functions-framework registers it. */
type HttpFunction = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * What a folder exports: one name, the folder's own in camelCase. Loaded when it is first needed, so that neither a
 * cold start nor the local stack waits for libraries of other functions. Throws when the export is missing.
 */
export async function loadFunction(name: string): Promise<unknown> {
  const exported = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const module: Record<string, unknown> = await import(`./${name}/index.ts`);
  if (module[exported]) return module[exported];
  throw new Error(`functions/${name}/index.ts does not export ${exported}`);
}

/** The worker of a type of the catalogue. */
export const loadWorker = (type: string): Promise<Worker> => loadFunction(type) as Promise<Worker>;

/** The HTTP function of a row of the catalogue. Its folder is loaded by the first request. */
export function functionOf(entry: CatalogueEntry, services: Services): HttpFunction {
  let loading: Promise<HttpFunction> | undefined;
  return async (req, res) => {
    loading ??= loadHttpFunction(entry, services);
    const serve = await loading.catch((error: unknown) =>
      httpFunction(() => {
        throw error;
      }),
    );
    await serve(req, res);
  };
}

async function loadHttpFunction(entry: CatalogueEntry, services: Services): Promise<HttpFunction> {
  switch (entry.kind) {
    case 'worker':
      return workerFunction(await loadWorker(entry.name), services);
    case 'scheduled': {
      const run = (await loadFunction(entry.name)) as (services: Services) => Promise<unknown>;
      return httpFunction(async (_edge, res) => {
        send(res, { status: 200, body: await run(services) });
      });
    }
    default:
      return doorFunction(entry, services);
  }
}

async function doorFunction(
  { name, databaseRole }: DoorEntry,
  { queue, storage, databaseFor }: Services,
): Promise<HttpFunction> {
  const endpoint = (await loadFunction(name)) as Parameters<typeof serveEndpoint>[0];
  // Who is calling is found out as callers see the database, whatever the door's own work needs.
  const callerDatabase = databaseFor('wellspring_api');
  const database = databaseFor(databaseRole);
  return serveEndpoint(endpoint, {
    resolveCaller: ({ subject, workspaceId }) => resolveCaller(callerDatabase, subject, workspaceId),
    services: { database, callerDatabase, queue, storage, loadWorker },
  });
}
