import { randomBytes } from 'node:crypto';
import type { Model } from '../shared/ai/model.ts';
import { openModel } from '../shared/ai/open-model.ts';
import type { Config } from '../shared/config.ts';
import { type Database, openDatabase } from '../shared/db/pool.ts';
import { openCloudTasks } from '../shared/dispatch/cloud-tasks.ts';
import type { TaskQueue } from '../shared/dispatch/queue.ts';
import type { WorkerEntry } from '../shared/domain/catalogue.ts';
import type { readDocument } from '../shared/extraction/read-document.ts';
import type { readImage } from '../shared/extraction/read-image.ts';
import type { readInvoiceDocument } from '../shared/extraction/read-invoice-document.ts';
import { createEvaluator, type Evaluator } from '../shared/formula/evaluator.ts';
import type { Log } from '../shared/log.ts';
import type { CompanyRegistry } from '../shared/registry/company-registry.ts';
import { openRegistries } from '../shared/registry/open-registries.ts';
import { openStorage, type Storage } from '../shared/storage/storage.ts';
import { inSpan } from '../shared/trace.ts';
import type { Web } from '../shared/web/web.ts';

/** What a process holds for as long as it lives. Handlers are given their part of it as arguments. */
export interface Services {
  config: Config;
  log: Log;
  queue: TaskQueue;
  storage: Storage;
  documents: { read: typeof readDocument; readInvoice: typeof readInvoiceDocument };
  images: { read: typeof readImage };
  model: Model | null;
  web: Web;
  /** Public registers that may be asked; none by default. */
  registries: readonly CompanyRegistry[];
  /** Runs what users write as formulas. */
  formulas: Evaluator;
  /** The database as a function's role sees it; one pool per role, made on first use. */
  databaseFor(role: WorkerEntry['databaseRole']): Database;
  close(): Promise<void>;
}

// Hundreds of modules that most functions never need: loaded by the first document, not by every cold start.
const documents: Services['documents'] = {
  read: async (...args) => (await import('../shared/extraction/read-document.ts')).readDocument(...args),
  readInvoice: async (...args) =>
    (await import('../shared/extraction/read-invoice-document.ts')).readInvoiceDocument(...args),
};

const images: Services['images'] = {
  read: async (...args) => (await import('../shared/extraction/read-image.ts')).readImage(...args),
};

/** Opens nothing that a first request does not need: pools and clients connect on first use. */
export async function openServices(config: Config, log: Log): Promise<Services> {
  const databases = new Map<string, Database>();
  const queue = openCloudTasks(config);
  const web = lazyWeb(config);
  const formulas = createEvaluator();
  return {
    config,
    log,
    queue,
    storage: openStorage({
      location: config.STORAGE,
      signingKey: config.STORAGE_SIGNING_KEY ?? randomBytes(32).toString('hex'),
      baseUrl: config.FUNCTIONS_URL,
    }),
    documents,
    images,
    model: await openModel(config),
    web,
    registries: openRegistries(web, config),
    formulas,
    databaseFor(role) {
      const open = databases.get(role);
      if (open) return open;
      const made = openDatabase({
        url: config.DATABASE_URL,
        role: config.DATABASE_SET_ROLE ? role : undefined,
        poolSize: config.DATABASE_POOL_SIZE,
        timeoutMs: config.DATABASE_TIMEOUT_SECONDS * 1_000,
      });
      databases.set(role, made);
      return made;
    },
    async close() {
      await queue.close();
      await web.close();
      await formulas.close();
      await Promise.all([...databases.values()].map((database) => database.close()));
    },
  };
}

/** The client of the web, loaded by the first address that is fetched. */
function lazyWeb(config: Config): Web & { close(): Promise<void> } {
  let opening: Promise<Web & { close(): Promise<void> }> | undefined;
  return {
    async get(request) {
      opening ??= import('../shared/web/guarded-web.ts').then(({ openGuardedWeb }) => openGuardedWeb(config));
      const { get } = await opening;
      // The address stays out of it: whose page is read is nobody's business but the workspace's.
      const describe = () =>
        ({ name: 'GET', kind: 'client', attributes: { 'http.request.method': 'GET' } }) as const;
      return inSpan(describe, async (span) => {
        const page = await get(request);
        span.set({ 'http.response.status_code': page.status });
        return page;
      });
    },
    close: async () => (await opening)?.close(),
  };
}
