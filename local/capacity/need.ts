import { Config } from '../../shared/config.ts';
import {
  type CatalogueEntry,
  catalogue,
  queueName,
  type WorkerEntry,
} from '../../shared/domain/catalogue.ts';
import * as assumed from './assumptions.ts';
import { databaseTiers, prices } from './prices.ts';

export interface FunctionNeed {
  name: string;
  kind: CatalogueEntry['kind'];
  per_month: number;
  /** In the busiest hour. */
  per_second: number;
  /** Requests under way at once then, with headroom. */
  at_a_time: number;
  instances: number;
  /** All its instances with full pools. */
  connections: number;
}

export interface QueueNeed {
  queue: string;
  needs: { per_second: number; at_a_time: number };
  allows: { per_second: number; at_a_time: number };
  /** False when the busiest hour has to wait for the next one. */
  suffices: boolean;
}

export interface Need {
  workspaces: number;
  tasks_per_month: number;
  calls_per_month: number;
  instances: number;
  connections: {
    /** In the busiest hour. */
    peak: number;
    /** When every queue is as full as its settings let it be. */
    most: number;
    allowed: number;
  };
  /** Null when none of the list is large enough: then a pooler or another database per region is the question. */
  database: { cores: number; gib: number; disk_gb: number } | null;
  storage_gb: number;
  money: Record<
    'functions' | 'queues' | 'database' | 'files' | 'logs' | 'scheduler' | 'total' | 'per_workspace',
    number
  >;
  functions: FunctionNeed[];
  queues: QueueNeed[];
}

const GIB = 1024 ** 3;
const GB = 1e9;
const poolSize = Config.shape.DATABASE_POOL_SIZE.parse(undefined);

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/** What `workspaces` of the assumed kind need in the busiest hour and in a month, by the catalogue's numbers. */
export function needOf(workspaces: number): Need {
  const functions = catalogue.map((entry) => functionNeed(entry, workspaces));
  const tasks = functions.filter(({ kind }) => kind === 'worker');
  const calls = functions.filter(({ kind }) => kind !== 'worker');
  const tasks_per_month = sum(tasks, (task) => task.per_month);
  const calls_per_month = sum(calls, (call) => call.per_month);

  const peak = sum(functions, ({ connections }) => connections);
  const most = sum(catalogue, (entry) => {
    const need = functions.find(({ name }) => name === entry.name);
    return entry.kind === 'worker' ? mostInstances(entry) * poolSize : (need?.connections ?? 0);
  });
  const perSecond = (items: readonly FunctionNeed[]) => sum(items, (item) => item.per_second);
  const statements =
    perSecond(tasks) * assumed.STATEMENTS_PER_TASK + perSecond(calls) * assumed.STATEMENTS_PER_CALL;
  const tier = databaseTiers.find(
    ({ cores, connections }) =>
      connections >= most + assumed.RESERVED_CONNECTIONS && cores * assumed.STATEMENTS_PER_CORE >= statements,
  );
  const disk_gb = Math.max(10, Math.ceil((rowBytes(tasks_per_month, workspaces) * assumed.KEPT_MONTHS) / GB));
  const database = tier ? { cores: tier.cores, gib: tier.gib, disk_gb } : null;
  const storage_gb = (workspaces * assumed.DOCUMENTS * assumed.DOCUMENT_BYTES * assumed.KEPT_MONTHS) / GB;

  return {
    workspaces,
    tasks_per_month,
    calls_per_month,
    instances: sum(functions, ({ instances }) => instances),
    connections: { peak, most, allowed: tier?.connections ?? databaseTiers.at(-1)?.connections ?? 0 },
    database,
    storage_gb,
    money: moneyOf({ functions, tasks_per_month, calls_per_month, database, storage_gb, workspaces }),
    functions,
    queues: catalogue.filter((entry) => entry.kind === 'worker').map((entry) => queueNeed(entry, functions)),
  };
}

function functionNeed(entry: CatalogueEntry, workspaces: number): FunctionNeed {
  const scheduled = entry.kind === 'scheduled';
  const work = scheduled ? assumed.SWEEP : assumed.workOf(entry.name);
  const per_month = scheduled ? work.perMonth : work.perMonth * workspaces;
  const per_second = scheduled ? 1 / 60 : (per_month * assumed.BUSIEST_HOUR_SHARE) / 3_600;
  const at_a_time = per_second * work.seconds * (scheduled ? 1 : assumed.HEADROOM);
  const wanted = Math.ceil(at_a_time / entry.concurrency);
  // More than its queue hands out at a time no worker ever has.
  const instances = entry.kind === 'worker' ? Math.min(wanted, mostInstances(entry)) : wanted;
  return {
    name: entry.name,
    kind: entry.kind,
    per_month,
    per_second,
    at_a_time,
    instances,
    connections: instances * poolSize * rolesOf(entry),
  };
}

const mostInstances = ({ queue, concurrency }: WorkerEntry) =>
  Math.ceil(queue.maxConcurrentDispatches / concurrency);

/** A door that works as the pipeline still asks as the role of callers who is calling, through a pool of its own. */
function rolesOf(entry: CatalogueEntry): number {
  if (entry.kind === 'public') return 0;
  return entry.kind === 'api' && entry.databaseRole === 'wellspring_worker' ? 2 : 1;
}

function queueNeed({ name, queue }: WorkerEntry, functions: readonly FunctionNeed[]): QueueNeed {
  const { per_second = 0, at_a_time = 0 } = functions.find((need) => need.name === name) ?? {};
  const allows = { per_second: queue.maxDispatchesPerSecond, at_a_time: queue.maxConcurrentDispatches };
  return {
    queue: queueName(name),
    needs: { per_second, at_a_time },
    allows,
    suffices: per_second <= allows.per_second && at_a_time <= allows.at_a_time,
  };
}

/** Bytes of rows that a month leaves. */
const rowBytes = (tasks: number, workspaces: number): number =>
  tasks * assumed.TASK_ROW_BYTES +
  workspaces *
    (assumed.DOCUMENTS * assumed.DOCUMENT_ROW_BYTES + assumed.TRANSACTIONS * assumed.TRANSACTION_ROW_BYTES);

/** Memory of an instance in GiB. */
function gibOf(memory: string): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(memory) ?? [];
  if (!amount) throw new Error(`${memory} is no amount of memory, such as 512Mi`);
  return Number(amount) / (unit === 'Mi' ? 1024 : 1);
}

/** Each request is paid as if it were alone on its instance: the dearest that it can be. */
function functionMoney(functions: readonly FunctionNeed[]): number {
  const { coreSecond, gibSecond, millionRequests } = prices.cloudRun;
  return sum(catalogue, (entry) => {
    const { per_month = 0 } = functions.find(({ name }) => name === entry.name) ?? {};
    const seconds =
      per_month * (entry.kind === 'scheduled' ? assumed.SWEEP : assumed.workOf(entry.name)).seconds;
    const second = coreSecond * assumed.CORES_PER_INSTANCE + gibSecond * gibOf(entry.memory);
    return seconds * second + (per_month / 1e6) * millionRequests;
  });
}

function moneyOf({
  functions,
  tasks_per_month,
  calls_per_month,
  database,
  storage_gb,
  workspaces,
}: Pick<
  Need,
  'functions' | 'tasks_per_month' | 'calls_per_month' | 'database' | 'storage_gb' | 'workspaces'
>) {
  const { cloudSql } = prices;
  const machine = database ?? { ...(databaseTiers.at(-1) ?? { cores: 0, gib: 0 }), disk_gb: 0 };
  const logBytes = (tasks_per_month * 2 + calls_per_month) * assumed.LOG_BYTES;
  const parts = {
    functions: functionMoney(functions),
    queues: ((tasks_per_month * assumed.OPERATIONS_PER_TASK) / 1e6) * prices.cloudTasks.millionOperations,
    // Twice, for the standby that a failover needs.
    database:
      2 * (machine.cores * cloudSql.core + machine.gib * cloudSql.gib + machine.disk_gb * cloudSql.diskGb),
    files: storage_gb * prices.storage.gbMonth,
    logs: (logBytes / GIB) * prices.logging.gib,
    scheduler: prices.scheduler.job,
  };
  const total = sum(Object.values(parts), (part) => part);
  return { ...parts, total, per_workspace: workspaces > 0 ? total / workspaces : total };
}
