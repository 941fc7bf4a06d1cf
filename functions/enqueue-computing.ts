import { createHash } from 'node:crypto';
import type { TaskRow } from '../shared/db/enrichment-tasks.ts';
import type { RecordRow } from '../shared/db/records.ts';
import type { Db } from '../shared/db/sql.ts';
import { enqueueTasks } from '../shared/dispatch/enqueue.ts';
import type { FollowUp } from '../shared/domain/outcomes.ts';
import { unprocessable } from '../shared/errors.ts';
import type { FormulaProblem } from '../shared/formula/check-formula.ts';
import type { BuiltProgram } from '../shared/formula/program.ts';

/** A press of "compute": one task per record, all in one batch. */
export interface Computing {
  workspacePk: number;
  actor: string;
  tasks: readonly FollowUp[];
  force: boolean;
}

/** Inserts the tasks, in the caller's transaction. Throws a 422 for what cannot be enqueued. */
export async function enqueueComputing(
  db: Db,
  { workspacePk, actor, tasks, force }: Computing,
): Promise<{ inserted: TaskRow[]; batchId: string | null }> {
  const result = await enqueueTasks(db, {
    workspacePk,
    actor,
    force,
    batch: true,
    tasks: tasks.map((task) => ({
      ...task,
      input: { ...task.input, ...(force ? { force } : {}) },
      source_channel: 'manual' as const,
    })),
  });
  if ('refusals' in result) {
    const [first] = result.refusals;
    if (!first) throw new Error('tasks were refused without a reason');
    throw unprocessable(first.code, first.message);
  }
  return {
    batchId: result.batchId,
    inserted: result.enqueued.filter(({ reused }) => !reused).map(({ task }) => task),
  };
}

/** Ids that one answer names. */
const NAMED_MAX = 10;

/** Throws a 422 that names the records that are not there. */
export function refuseMissing(wanted: readonly string[], found: readonly RecordRow[], root: string): void {
  const known = new Set(found.map(({ id }) => id));
  const missing = wanted.filter((id) => !known.has(id));
  if (missing.length === 0) return;
  const named = missing.slice(0, NAMED_MAX).join(', ');
  const more = missing.length > NAMED_MAX ? ` and ${missing.length - NAMED_MAX} more` : '';
  const issue = `${missing.length} of these are no ${root} of this workspace: ${named}${more}`;
  throw unprocessable('ENTITY_NOT_FOUND', `${issue}.`, {
    details: { path: 'data.attributes.record_ids', issue },
  });
}

/** Throws a 422 for a formula that may not run, with the place and what to mend. */
export function refuseInvalid(built: BuiltProgram | FormulaProblem): asserts built is BuiltProgram {
  if (built.ok) return;
  const message = `The formula is wrong at character ${built.position}: ${built.message}.`;
  throw unprocessable('RULE_INVALID', message, {
    details: { path: 'formula_config', issue: built.message },
  });
}

/** Stands for values: equal for equal ones, whatever their order. */
export const fingerprint = (values: Readonly<Record<string, unknown>>): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')
    .slice(0, 16);
