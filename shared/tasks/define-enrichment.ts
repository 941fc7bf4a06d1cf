import type { z } from 'zod';
import type { ClaimedTask, TaskRow } from '../db/enrichment-tasks.ts';
import type { Db } from '../db/sql.ts';
import type { EnrichmentType, TaskStatus } from '../domain/enrichment-types.ts';
import type { Approval, Outcome } from '../domain/outcomes.ts';
import type { Log } from '../log.ts';
import type { Storage } from '../storage/storage.ts';

/** One run of a handler: what it works on. */
export interface Run<Input> {
  input: Input;
  /** Fields the task is limited to; null means all. */
  targetFields: readonly string[] | null;
  task: ClaimedTask;
  workspacePk: number;
  /** Aborted when the time budget is used up, the lease is lost or the process stops. Pass it to every await. */
  signal: AbortSignal;
  /**
   * How the subtasks of a task that waited or went on stand, empty when it made none; null on its first run. A parent
   * that waited finds them all ended. One that went on may find them open, and knows its phase by its own output.
   */
  subtasks: Partial<Record<TaskStatus, number>> | null;
}

/** What a handler works with. Everything outside the process arrives here, so that a test can pass its own. */
export interface Tools {
  /** Reads in a transaction that sees the task's workspace only. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * Writes before the end, such as a cache or a progress mark, in a transaction that holds the task's lease.
   * Throws `StaleRun` when another run has it.
   */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  storage: Storage;
  log: Log;
}

/**
 * How a run ends: an outcome, or a function that decides it inside the closing transaction. Domain changes belong
 * there. It may run twice when the server reports a conflict, so it does nothing but SQL.
 */
export type Ending = Outcome | ((db: Db) => Promise<Outcome>);

/** A worker: the handler works, the runner does everything else. */
export interface Enrichment<Input = unknown, Extra = object> {
  type: EnrichmentType;
  input: z.ZodType<Input>;
  /** What `output` holds besides `status`, `halt` and `followups`; checked before it is written. */
  output: z.ZodType;
  run(run: Run<Input>, tools: Tools & Extra): Promise<Ending>;
  /** Marks the target when a task ends `failed` for whatever reason, in the closing transaction. */
  onFailed?(db: Db, failure: { task: ClaimedTask; error: string }): Promise<void>;
  /** What a person's word does to the proposal in `output`; every type that ends with `awaitingApproval` has it. */
  resolve?: {
    /** Applies the proposal, in the transaction that completes the task: SQL only, and it may run twice. */
    approve(db: Db, task: TaskRow): Promise<Approval>;
    /** Drops it so that it is remembered, in the transaction that rejects the task. */
    reject(db: Db, task: TaskRow): Promise<void>;
  };
}

/** Names a worker; the types of its input reach `run` from its schema. */
export const defineEnrichment = <Input, Extra = object>(
  enrichment: Enrichment<Input, Extra>,
): Enrichment<Input, Extra> => enrichment;

/** The run no longer holds its task: another one does, or the task was ended or deleted. Nothing may be written. */
export class StaleRun extends Error {
  constructor() {
    super('another run holds this task');
    this.name = 'StaleRun';
  }
}

/**
 * A service that every task needs is overloaded: the whole queue should slow down. Never for the trouble of one
 * workspace, which would slow all the others.
 */
export class Overloaded extends Error {
  readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Overloaded';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
