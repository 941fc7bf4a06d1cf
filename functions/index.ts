import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolveCaller } from '../shared/auth/caller.ts';
import { type CatalogueEntry, catalogue, type DoorEntry } from '../shared/domain/catalogue.ts';
import { send } from '../shared/http/answer.ts';
import { serveEndpoint } from '../shared/http/endpoint.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import type { DescribedDoor } from '../shared/http/openapi/describe-api.ts';
import { type PublicEndpoint, servePublicEndpoint } from '../shared/http/public-endpoint.ts';
import type { Services } from './services.ts';
import { type Worker, workerFunction } from './worker.ts';

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

/** What callers may call, with what each folder says of itself: the description of the API is made from it. */
export const loadDoors = (): Promise<DescribedDoor[]> =>
  Promise.all(
    catalogue
      .filter((entry) => 'route' in entry)
      .map(async (entry) => ({
        entry,
        endpoint: (await loadFunction(entry.name)) as DescribedDoor['endpoint'],
      })),
  );

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
    case 'public':
      return servePublicEndpoint((await loadFunction(entry.name)) as PublicEndpoint<object>, { loadDoors });
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
    resolveCaller: ({ principal, workspaceId, writes }) =>
      resolveCaller(callerDatabase, principal, { wanted: workspaceId, writes }),
    services: { database, callerDatabase, queue, storage, loadWorker },
  });
}
