import { z } from 'zod';
import { COLLECT_CLOCK_SKEW_HOURS } from './limits.ts';

/** Lifecycle states of a collect in the documented order, native enum `collect_status_enum`. */
export const collectStatuses = ['todo', 'in_progress', 'finalized', 'error'] as const;
export type CollectStatus = (typeof collectStatuses)[number];
/** Schema of a collect's status. */
export const CollectStatus = z.enum(collectStatuses).meta({
  id: 'CollectStatus',
  description:
    'Lifecycle state of the run: `todo`, then `in_progress`, then `finalized` (success) or `error` (failure). The last two are final.',
});

/** The state machine of a collect: from each status, where it may go. Repeating a status is no move. */
export const nextCollectStatuses = {
  todo: ['in_progress', 'error'],
  in_progress: ['finalized', 'error'],
  finalized: [],
  error: [],
} as const satisfies Record<CollectStatus, readonly CollectStatus[]>;

/** Whether the state machine has the edge `from → to`. */
export const canMoveCollect = (from: CollectStatus, to: CollectStatus): boolean =>
  (nextCollectStatuses[from] as readonly CollectStatus[]).includes(to);

/** Whether a collect with this status is over for good. */
export const hasEnded = (status: CollectStatus): boolean => nextCollectStatuses[status].length === 0;

/** What a change of a collect reads and writes; times are ISO 8601. */
export interface CollectState {
  status: CollectStatus;
  provider: string | null;
  started_at: string | null;
  ended_at: string | null;
}

/** What a client asks to change; what is absent stays. */
export interface CollectChange {
  status?: CollectStatus | undefined;
  provider?: string | null | undefined;
  started_at?: string | undefined;
  ended_at?: string | undefined;
}

/** Why a change is refused: a conflict with the state of the run, or a time that cannot be. */
export interface CollectRefusal {
  kind: 'refused';
  code: 'COLLECT_INVALID_TRANSITION' | 'COLLECT_ALREADY_ENDED' | 'COLLECT_TIMESTAMP_INVALID';
  field: keyof CollectState;
  message: string;
}

export type CollectPlan = { kind: 'unchanged' } | { kind: 'changed'; to: CollectState } | CollectRefusal;

/**
 * Decides a change of a collect at the moment `now` of the database clock. Repeating the status a run already has
 * is a retry whose first answer got lost: the times written first stand. Times that a move needs and the client
 * left out are filled.
 */
export function planCollectChange(current: CollectState, change: CollectChange, now: string): CollectPlan {
  const status = change.status ?? current.status;
  if (status !== current.status && !canMoveCollect(current.status, status))
    return refused(
      'COLLECT_INVALID_TRANSITION',
      'status',
      `A run that is ${current.status} cannot become ${status}.`,
    );

  const { provider, started_at, ended_at } = asked(current, change);
  const misplaced = refuseMisplaced(current, { status, provider, started_at, ended_at });
  if (misplaced) return misplaced;

  const to = { status, provider, ...fill(current, { status, started_at, ended_at }, now) };
  const impossible = refuseTimes(current, to, now);
  if (impossible) return impossible;

  return isSame(current, to) ? { kind: 'unchanged' } : { kind: 'changed', to };
}

const asked = (current: CollectState, change: CollectChange): Omit<CollectState, 'status'> => {
  const repeats = change.status === current.status;
  return {
    provider: change.provider === undefined ? current.provider : change.provider,
    started_at: (repeats ? null : change.started_at) ?? current.started_at,
    ended_at: (repeats ? null : change.ended_at) ?? current.ended_at,
  };
};

function refuseMisplaced(current: CollectState, to: CollectState): CollectRefusal | null {
  const differs = changedFields(current, to).filter((field) => field !== 'status');
  const [first] = differs;
  if (first && hasEnded(current.status))
    return refused(
      'COLLECT_ALREADY_ENDED',
      first,
      `The run is ${current.status}; nothing about it changes any more.`,
    );
  if (differs.includes('started_at') && to.status === 'todo')
    return refused(
      'COLLECT_INVALID_TRANSITION',
      'started_at',
      'started_at goes with the status in_progress.',
    );
  if (differs.includes('ended_at') && !hasEnded(to.status))
    return refused(
      'COLLECT_INVALID_TRANSITION',
      'ended_at',
      'ended_at goes with the status finalized or error.',
    );
  return null;
}

function fill(
  current: CollectState,
  to: Omit<CollectState, 'provider'>,
  now: string,
): Pick<CollectState, 'started_at' | 'ended_at'> {
  if (to.status === current.status) return { started_at: to.started_at, ended_at: to.ended_at };
  const started_at = to.status === 'in_progress' ? (to.started_at ?? now) : to.started_at;
  if (!hasEnded(to.status)) return { started_at, ended_at: to.ended_at };
  // A client whose clock runs ahead has started later than now.
  const earliest = started_at !== null && time(started_at) > time(now) ? started_at : now;
  return { started_at, ended_at: to.ended_at ?? earliest };
}

function refuseTimes(current: CollectState, to: CollectState, now: string): CollectRefusal | null {
  const skewMs = COLLECT_CLOCK_SKEW_HOURS * 3_600_000;
  for (const field of ['started_at', 'ended_at'] as const) {
    const value = to[field];
    if (value === null || isSameTime(value, current[field])) continue;
    // Written so that what is no time at all is refused too.
    if (!(Math.abs(time(value) - time(now)) <= skewMs))
      return refused(
        'COLLECT_TIMESTAMP_INVALID',
        field,
        `${field} must be within ${COLLECT_CLOCK_SKEW_HOURS} hours of the server's clock.`,
      );
  }
  if (to.started_at !== null && to.ended_at !== null && time(to.ended_at) < time(to.started_at))
    return refused('COLLECT_TIMESTAMP_INVALID', 'ended_at', 'ended_at must not be before started_at.');
  return null;
}

const changedFields = (current: CollectState, to: CollectState): (keyof CollectState)[] => {
  const fields: (keyof CollectState)[] = [];
  if (to.status !== current.status) fields.push('status');
  if (to.provider !== current.provider) fields.push('provider');
  if (!isSameTime(to.started_at, current.started_at)) fields.push('started_at');
  if (!isSameTime(to.ended_at, current.ended_at)) fields.push('ended_at');
  return fields;
};

const isSame = (current: CollectState, to: CollectState) => changedFields(current, to).length === 0;
const time = (iso: string) => Date.parse(iso);
const isSameTime = (left: string | null, right: string | null) =>
  left === right || (left !== null && right !== null && time(left) === time(right));
const refused = (
  code: CollectRefusal['code'],
  field: CollectRefusal['field'],
  message: string,
): CollectRefusal => ({ kind: 'refused', code, field, message });
