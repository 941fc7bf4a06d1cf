import type { EnrichmentType, EntityType } from './enrichment-types.ts';
import { recordRoots, rootOf } from './records-roots.ts';

/** How Cloud Tasks may call a worker: the settings of its queue, which carries the worker's name with dashes. */
export interface QueueSettings {
  maxDispatchesPerSecond: number;
  maxConcurrentDispatches: number;
  /** Generous on purpose: runs of our code are counted in the row, this also counts what never reached it. */
  maxAttempts: number;
  minBackoffSeconds: number;
  maxBackoffSeconds: number;
  maxDoublings: number;
}

interface Deployed {
  /** Name of the folder under `functions/`, of the deployed function and of its URL path. */
  name: string;
  /** Memory of one instance, as Cloud Run writes it. */
  memory: string;
  /** Requests one instance serves at a time. */
  concurrency: number;
  /** What a request may take, in seconds: for a worker the budget of its handler. */
  timeBudgetSeconds: number;
  /** Database role of its connections. */
  databaseRole: 'wellspring_api' | 'wellspring_worker';
  /** Name of the service account it runs as, without the project. */
  serviceAccount: string;
}

interface WorkerRow extends Deployed {
  kind: 'worker';
  /** What its tasks may point at; any other target is refused at enqueue. */
  targets: readonly EntityType[];
  queue: QueueSettings;
  /** Runs of the handler that may end in a throw before the task is `failed`. */
  maxRuns: number;
}

/** A worker: called by Cloud Tasks with a signed token, one per `enrichment_type`, which is its name. */
export type WorkerEntry = WorkerRow & { name: EnrichmentType };

/** A function that people and the extension call with a bearer token. */
export interface DoorEntry extends Deployed {
  kind: 'api' | 'upload';
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** REST path, `:id` where the id stands; the function also answers at `/<name>`. */
  route: string;
}

/** A function that Cloud Scheduler calls each minute. */
export interface ScheduledEntry extends Deployed {
  kind: 'scheduled';
  /** Cron expression in UTC. */
  schedule: string;
}

/** A function that anybody may call: it takes no token, reads no rows and answers everybody alike. */
export interface PublicEntry extends Omit<Deployed, 'databaseRole'> {
  kind: 'public';
  method: 'GET';
  route: string;
}

export type CatalogueEntry = WorkerEntry | DoorEntry | ScheduledEntry | PublicEntry;

const queue: QueueSettings = {
  maxDispatchesPerSecond: 50,
  maxConcurrentDispatches: 20,
  maxAttempts: 100,
  minBackoffSeconds: 2,
  maxBackoffSeconds: 300,
  maxDoublings: 7,
};

const worker = {
  kind: 'worker',
  memory: '512Mi',
  concurrency: 4,
  timeBudgetSeconds: 60,
  databaseRole: 'wellspring_worker',
  serviceAccount: 'wellspring-worker',
  maxRuns: 5,
  queue,
} as const;

/** One press brings up to 500 tasks of a few milliseconds each. */
const cellQueue: QueueSettings = { ...queue, maxDispatchesPerSecond: 200, maxConcurrentDispatches: 64 };

const recordEntities: readonly EntityType[] = recordRoots.map((root) => rootOf(root).entityType);

const door = {
  kind: 'api',
  memory: '512Mi',
  concurrency: 40,
  timeBudgetSeconds: 30,
  databaseRole: 'wellspring_api',
  serviceAccount: 'wellspring-api',
} as const;

/**
 * The workers. Names and order of the first twelve are those of the EnrichmentTask object reference; a new
 * `enrichment_type` is one folder under `functions/` and one row here.
 */
export const workers = [
  // Pictures are decoded in a child process that may hold 512 MB, one at a time.
  { ...worker, name: 'logo', targets: ['company', 'provider'], memory: '1Gi', timeBudgetSeconds: 120 },
  // Four pages and the registers, one after the other, then a model.
  { ...worker, name: 'ai_company', targets: ['company'], timeBudgetSeconds: 120 },
  { ...worker, name: 'ai_people', targets: ['person'] },
  { ...worker, name: 'ai_invoice', targets: ['document', 'invoice'], memory: '2Gi', timeBudgetSeconds: 120 },
  {
    ...worker,
    name: 'ocr_extract',
    targets: ['document'],
    // Rendering and recognition hold up to 768 MB in a child process, one document at a time.
    memory: '2Gi',
    concurrency: 1,
    timeBudgetSeconds: 300,
    queue: { ...queue, maxDispatchesPerSecond: 20, maxConcurrentDispatches: 4 },
  },
  { ...worker, name: 'reconcile', targets: ['transaction', 'invoice', 'company', 'person', 'account'] },
  { ...worker, name: 'provider_score', targets: ['company'] },
  {
    ...worker,
    name: 'document_reconciliation_backfill',
    targets: ['workspace'],
    // One page of documents, some of which are receipts to read.
    timeBudgetSeconds: 120,
    concurrency: 1,
    queue: { ...queue, maxDispatchesPerSecond: 10, maxConcurrentDispatches: 4 },
  },
  {
    ...worker,
    name: 'monthly_close',
    targets: ['month', 'company_month'],
    // Thousands of counterparties are inserted, and a month is summed up, in one closing transaction.
    timeBudgetSeconds: 120,
  },
  { ...worker, name: 'monthly_close_backfill', targets: ['workspace'] },
  { ...worker, name: 'custom_column', targets: recordEntities, concurrency: 40, queue: cellQueue },
  { ...worker, name: 'field_rule', targets: recordEntities, concurrency: 40, queue: cellQueue },
] as const satisfies readonly WorkerRow[];

const doors: readonly DoorEntry[] = [
  { ...door, name: 'api_key_create', method: 'POST', route: '/v1/api-key' },
  { ...door, name: 'api_key_delete', method: 'DELETE', route: '/v1/api-key/:id' },
  { ...door, name: 'api_key_list', method: 'GET', route: '/v1/api-key' },
  { ...door, name: 'collect_create', method: 'POST', route: '/v1/collects' },
  { ...door, name: 'collect_list', method: 'GET', route: '/v1/collects' },
  { ...door, name: 'collect_retrieve', method: 'GET', route: '/v1/collects/:id' },
  { ...door, name: 'collect_update', method: 'PATCH', route: '/v1/collects/:id' },
  { ...door, name: 'collect_delete', method: 'DELETE', route: '/v1/collects/:id' },
  {
    ...door,
    name: 'custom_column_compute',
    method: 'POST',
    route: '/v1/custom-columns/:id/compute',
  },
  {
    ...door,
    name: 'field_rule_compute',
    method: 'POST',
    route: '/v1/field-rules/:root/:field_key/compute',
  },
  {
    ...door,
    name: 'document_create',
    kind: 'upload',
    method: 'POST',
    route: '/v1/documents',
    memory: '1Gi',
    concurrency: 8,
    timeBudgetSeconds: 60,
  },
  { ...door, name: 'enrichment_task_create', method: 'POST', route: '/v1/enrichment-tasks' },
  {
    ...door,
    name: 'enrichment_task_delete',
    method: 'DELETE',
    route: '/v1/enrichment-tasks/:id',
  },
  {
    ...door,
    name: 'enrichment_task_events',
    method: 'GET',
    route: '/v1/enrichment-tasks/:id/events',
  },
  { ...door, name: 'enrichment_task_list', method: 'GET', route: '/v1/enrichment-tasks' },
  {
    ...door,
    name: 'enrichment_task_retrieve',
    method: 'GET',
    route: '/v1/enrichment-tasks/:id',
  },
  {
    ...door,
    name: 'enrichment_task_update',
    method: 'PATCH',
    route: '/v1/enrichment-tasks/:id',
  },
  {
    ...door,
    name: 'reconciliation_resolve',
    method: 'POST',
    route: '/v1/reconciliation/resolve',
    // A hundred tasks, each in a transaction of its own, while a connection holds the key of the call.
    timeBudgetSeconds: 60,
    concurrency: 8,
    // It ends tasks, which the role of callers may not; who is calling it asks as that role.
    databaseRole: 'wellspring_worker',
    serviceAccount: 'wellspring-resolve',
  },
];

const scheduled: readonly ScheduledEntry[] = [
  {
    name: 'sweep',
    kind: 'scheduled',
    schedule: '* * * * *',
    memory: '512Mi',
    concurrency: 1,
    timeBudgetSeconds: 55,
    databaseRole: 'wellspring_worker',
    serviceAccount: 'wellspring-worker',
  },
];

const open: readonly PublicEntry[] = [
  {
    name: 'openapi',
    kind: 'public',
    method: 'GET',
    route: '/openapi.json',
    memory: '512Mi',
    concurrency: 80,
    timeBudgetSeconds: 30,
    serviceAccount: 'wellspring-public',
  },
];

/** Every function there is. The local stack, deploy.sh, the tests and the docs read this list and nothing else. */
export const catalogue: readonly CatalogueEntry[] = [...workers, ...doors, ...scheduled, ...open];

const workersByType = new Map<string, WorkerEntry>(workers.map((entry) => [entry.name, entry]));

/** The row of a type. Throws for one that only a newer version knows. */
export function getWorker(type: EnrichmentType): WorkerEntry {
  const entry = workersByType.get(type);
  if (!entry) throw new Error(`no worker of type ${type} is in the catalogue`);
  return entry;
}

/** Queue ids know no underscore. */
export const queueName = (type: EnrichmentType): string => type.replaceAll('_', '-');
