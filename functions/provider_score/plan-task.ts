import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ScoredTaskRow } from '../../shared/db/tasks.ts';
import type { RetrievalMode } from '../../shared/domain/match-provider.ts';
import { SCORE_VERSION, type Scored } from './score-provider.ts';

/** Score from which a task can be acted on; below it is only surfaced. */
export const SCORE_OPEN = 50;
const TITLE_MAX = 200;

/** What our last run left on the task: what differs from it was changed by somebody else since. */
const Written = z.object({ status: z.string(), title: z.string(), priority: z.string().nullable() });
type Written = z.output<typeof Written>;
const Metadata = z.looseObject({ scoring: z.looseObject({ written: Written }) });

/** What a task is to say. */
export interface TaskContent extends Scored {
  mode: RetrievalMode;
  companyName: string;
  providerName: string;
  references: { type: string; id: string }[];
  /** The newest day of an expense without a document. */
  lastGapDay: string | null;
}

/** The columns that a scoring writes. */
export interface TaskChange {
  title: string;
  status: ScoredTaskRow['status'];
  score: number;
  confidence: number;
  references: { type: string; id: string }[];
  metadata: Record<string, unknown>;
}

export type TaskPlan =
  | { insert: TaskChange }
  | { refresh: ScoredTaskRow; change: TaskChange }
  | { keep: ScoredTaskRow };

const titles: Record<RetrievalMode, (company: string, provider: string) => string> = {
  agent: (company, provider) => `Fetch the missing documents of ${company} from ${provider}`,
  connect: (company, provider) => `Connect ${provider} to get the missing documents of ${company}`,
  upload: (company) => `Upload the missing documents of ${company}`,
};

/** Whether somebody changed what we wrote; a task that we never wrote is somebody's. */
export function isMoved({ status, title, priority, metadata }: ScoredTaskRow): boolean {
  const written = writtenOf(metadata);
  return written === null || !isDeepStrictEqual(written, { status, title, priority });
}

const writtenOf = (metadata: unknown): Written | null => {
  const parsed = Metadata.safeParse(metadata);
  return parsed.success ? parsed.data.scoring.written : null;
};

/**
 * What becomes of the task of a provider and a company. A task that somebody moved keeps its status, title and
 * priority and gets the new score and metadata only; nothing is written when nothing changed but the clock.
 */
export function planTask(existing: ScoredTaskRow | null, content: TaskContent, now: string): TaskPlan {
  if (existing === null || isOver(existing, content.lastGapDay))
    return { insert: changeOf(null, content, now) };
  const change = changeOf(existing, content, now);
  return isSame(existing, change) ? { keep: existing } : { refresh: existing, change };
}

/** An ended task leaves room for a new one when we ended it, or when an expense came after a person did. */
function isOver(task: ScoredTaskRow, lastGapDay: string | null): boolean {
  if (task.status !== 'done') return false;
  if (!isMoved(task)) return true;
  return lastGapDay !== null && task.done_at !== null && lastGapDay > task.done_at.slice(0, 10);
}

function changeOf(existing: ScoredTaskRow | null, content: TaskContent, now: string): TaskChange {
  const { score, confidence, features, mode, references } = content;
  const moved = existing !== null && isMoved(existing);
  const title = titles[mode](content.companyName, content.providerName).slice(0, TITLE_MAX).toWellFormed();
  const own = { title, status: score < SCORE_OPEN ? ('ice_log' as const) : ('open' as const) };
  const { title: shown, status } = moved ? existing : own;
  const written = moved
    ? writtenOf(existing.metadata)
    : { ...own, priority: existing ? existing.priority : 'medium' };
  const before = existing?.metadata;
  const kept = typeof before === 'object' && before !== null ? before : {};
  return {
    ...{ title: shown, status, score, confidence, references },
    metadata: {
      ...kept,
      scoring: { version: SCORE_VERSION, mode, features, computed_at: now, ...(written ? { written } : {}) },
    },
  };
}

const isSame = (
  task: ScoredTaskRow,
  { title, status, score, confidence, references, metadata }: TaskChange,
) =>
  isDeepStrictEqual(
    [task.title, task.status, Number(task.score), Number(task.confidence_score), task.references],
    [title, status, score, confidence, references],
  ) && isDeepStrictEqual(timeless(task.metadata), timeless(metadata));

const timeless = (metadata: unknown) =>
  JSON.parse(JSON.stringify(metadata ?? {}, (key, value) => (key === 'computed_at' ? undefined : value)));
