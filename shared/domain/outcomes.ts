import type { EnrichmentType, EntityType, SourceChannel } from './enrichment-types.ts';

/** Codes of input that can never work: the task ends `failed` with `CODE: sentence`, and no retry follows. */
export const failureCodes = [
  'INPUT_INVALID',
  'NOT_FOUND',
  'UNSUPPORTED_TYPE',
  'TOO_LARGE',
  'UNREADABLE',
  'ENCRYPTED',
  'RULE_INVALID',
] as const;
export type FailureCode = (typeof failureCodes)[number];

/** Who set a field of a record, and how sure: one row of `field_provenance`. */
export interface Provenance {
  entity_type: EntityType;
  entity_id: string;
  field: string;
  source: string;
  /** 0–1. */
  confidence: number;
}

/** A task to enqueue in the transaction that ends this one. */
export interface FollowUp {
  enrichment_type: EnrichmentType;
  entity_type: EntityType;
  entity_id: string;
  input?: Record<string, unknown>;
  target_fields?: string[];
  source_channel?: SourceChannel;
}

/** What travels with an outcome into the closing transaction, besides the output itself. */
export interface Extras {
  /** Markdown for people. */
  description?: string;
  provenance?: Provenance[];
  followUps?: FollowUp[];
  /**
   * Subtasks that nobody waits for, however many: all of a task's share one batch, and each is made whether or not the
   * same work was done before.
   */
  children?: FollowUp[];
}

/** The end of a run, in the words of the table. Whatever else happens is thrown and retried. */
export type Outcome =
  | ({ status: 'completed' | 'awaiting_approval'; output: Record<string, unknown> } & Extras)
  | ({ status: 'rejected' | 'failed'; error: string } & Extras)
  | ({ status: 'waiting'; output: Record<string, unknown>; subtasks: FollowUp[] } & Extras)
  | ({ status: 'continuing'; output: Record<string, unknown> } & Extras);

/** The work is done; `output.status` becomes `ok`. */
export const completed = (output: Record<string, unknown>, extras: Extras = {}): Outcome => ({
  status: 'completed',
  output: { status: 'ok', ...output },
  ...extras,
});

/** Nothing to do, no match or not sure enough: completed, with a code that says why nothing was written. */
export const halted = (
  code: string,
  detail: string,
  output: Record<string, unknown> = {},
  extras: Extras = {},
): Outcome => ({
  status: 'completed',
  output: { status: 'halted', halt: { code, detail }, ...output },
  ...extras,
});

/** A person has to look at the proposal in `output`. */
export const awaitingApproval = (output: Record<string, unknown>, extras: Extras = {}): Outcome => ({
  status: 'awaiting_approval',
  output: { status: 'needs_approval', ...output },
  ...extras,
});

/** The work is refused, and asking again would not change that. */
export const rejected = (reason: string, extras: Extras = {}): Outcome => ({
  status: 'rejected',
  error: reason,
  ...extras,
});

/** Input that can never work. */
export const failed = (code: FailureCode, sentence: string, extras: Extras = {}): Outcome => ({
  status: 'failed',
  error: `${code}: ${sentence}`,
  ...extras,
});

/** The task goes on when the last of these subtasks has ended: its handler then runs again. */
export const waitingForSubtasks = (
  output: Record<string, unknown>,
  subtasks: FollowUp[],
  extras: Extras = {},
): Outcome => ({ status: 'waiting', output, subtasks, ...extras });

/**
 * The task has more to do than fits one run: its handler runs again at once and finds this output in
 * `run.task.output`. Runs so far are not held against it; after `CONTINUATIONS_MAX` of them it is given up.
 */
export const continuing = (output: Record<string, unknown>, extras: Extras = {}): Outcome => ({
  status: 'continuing',
  output,
  ...extras,
});

/**
 * What approving a proposal came to: `applied` replaces its keys in `output` and is answered to whoever approved, or
 * the proposal no longer fits what is there, with a sentence that says why.
 */
export type Approval =
  | ({ applied: Record<string, unknown> } & Pick<Extras, 'provenance' | 'followUps'>)
  | { outdated: string };
