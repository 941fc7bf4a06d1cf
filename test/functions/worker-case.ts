import type pg from 'pg';
import type { WorkerExtras } from '../../functions/worker.ts';
import type { NewTask } from '../../shared/dispatch/enqueue.ts';
import type { EnrichmentType, TaskStatus } from '../../shared/domain/enrichment-types.ts';
import type { Storage } from '../../shared/storage/storage.ts';

/** The tenant a scene is arranged in: a workspace with its own company and an empty storage. */
export interface World {
  /** As the owner: sees and may do everything. */
  client: pg.Client;
  workspacePk: number;
  workspaceId: string;
  ownCompany: { pk: number; company_id: string };
  storage: Storage;
}

/** A follow-up as a scene expects it; the ids of its target where they are known before. */
export interface ExpectedFollowUp {
  enrichment_type: EnrichmentType;
  entity_type: string;
  entity_id?: string;
}

/** What a scene enqueues, what lies at the edges of the process, and how it ends. */
export interface Arranged {
  task: NewTask;
  /** What happens between enqueue and delivery, such as the target being deleted. */
  meanwhile?: () => Promise<unknown>;
  /** Faked edges: a model, the web, a parser. What is left out must not be touched. */
  extra?: Partial<WorkerExtras>;
  expected: {
    status: TaskStatus;
    /** Keys that the output must hold, as `toMatchObject` compares; `status` and `halt.code` are added for halts. */
    output?: Record<string, unknown>;
    /** What the error must contain. */
    error?: string;
    /** All of them, in any order. */
    followUps: ExpectedFollowUp[];
  };
}

/** Arranges rows and edges; is called once per test. */
export type Scene = (world: World) => Promise<Arranged>;

/** One worker in the table of test/functions/workers.integration.test.ts, kept in `test/functions/<type>/case.ts`. */
export interface WorkerCase {
  type: EnrichmentType;
  /** The usual good end, with everything it writes and enqueues. */
  success: Scene;
  /** Every documented halt, by code: ends `completed` with `output.halt.code`. */
  halts: Record<string, Scene>;
  /** Input that can never work, by what is wrong with it: ends `failed` with `CODE: sentence`. */
  failures: Record<string, Scene>;
}
