import type { TaskStatus } from './enrichment-types.ts';

/**
 * The state machine of a task: from each status, where it may go. `processing → processing` is a retry: the lease is
 * released and the next delivery claims again. Nothing ever goes back to `pending`: the unique index of pending
 * `monthly_close` rows would refuse it.
 */
export const nextStatuses = {
  pending: ['processing', 'rejected'],
  processing: ['processing', 'completed', 'awaiting_approval', 'failed', 'rejected'],
  awaiting_approval: ['completed', 'rejected'],
  completed: [],
  failed: [],
  rejected: [],
} as const satisfies Record<TaskStatus, readonly TaskStatus[]>;

/** Statuses that end a task for good; each of them, and no other, carries `completed_at`. */
export const terminalStatuses = ['completed', 'failed', 'rejected'] as const satisfies readonly TaskStatus[];

/** Whether the state machine has the edge `from → to`. */
export const canMove = (from: TaskStatus, to: TaskStatus): boolean =>
  (nextStatuses[from] as readonly TaskStatus[]).includes(to);
