import { growParentBatch } from '../db/enrichment-batches.ts';
import type { TaskRow } from '../db/enrichment-tasks.ts';
import type { Db } from '../db/sql.ts';
import { enqueueTasks, type NewTask } from '../dispatch/enqueue.ts';
import type { EnrichmentType } from '../domain/enrichment-types.ts';
import { FOLLOWUP_DEPTH_MAX } from '../domain/limits.ts';
import type { FollowUp } from '../domain/outcomes.ts';

/** What became of the follow-ups a task asked for. */
export interface FollowUps {
  inserted: TaskRow[];
  ids: string[];
  refused: { enrichment_type: string; reason: string }[];
}

/**
 * A follow-up that cannot be enqueued does not undo the work that asked for it: it is named in the output. One whose
 * input says `force` is made anew where a recent task did the same work.
 */
export async function enqueueFollowUps(
  db: Db,
  task: TaskRow,
  followUps: readonly FollowUp[],
  actor: string,
): Promise<FollowUps> {
  const depth = depthOf(task) + 1;
  const refused: FollowUps['refused'] = [];
  const wanted = followUps.filter(({ enrichment_type }) => {
    if (depth <= FOLLOWUP_DEPTH_MAX) return true;
    refused.push({ enrichment_type, reason: 'too_deep' });
    return false;
  });
  const result: FollowUps = { inserted: [], ids: [], refused };
  for (const followUp of wanted) {
    const entry = await enqueueTasks(db, {
      workspacePk: task.workspace_pk,
      tasks: [childOf(followUp, task, depth)],
      actor,
      force: followUp.input?.force === true,
    });
    if ('refusals' in entry) {
      refused.push({
        enrichment_type: followUp.enrichment_type,
        reason: entry.refusals[0]?.code ?? 'refused',
      });
      continue;
    }
    for (const { task: child, reused } of entry.enqueued) {
      if (child.pk === task.pk) continue;
      result.ids.push(child.enrichment_task_id);
      if (!reused) result.inserted.push(child);
    }
  }
  return result;
}

/**
 * The subtasks of a task, as many as there are, share one batch whenever it asks for them; all of those asked for at
 * once are there or none.
 */
export async function enqueueSubtasks(
  db: Db,
  task: TaskRow,
  subtasks: readonly FollowUp[],
  actor: string,
): Promise<TaskRow[]> {
  if (subtasks.length === 0) return [];
  const { workspace_pk: workspacePk, pk: parentTaskPk } = task;
  const depth = depthOf(task) + 1;
  const { batch_id: batch } = await db.one(growParentBatch({ workspacePk, parentTaskPk, count: 0 }));
  const entry = await enqueueTasks(db, {
    workspacePk,
    tasks: subtasks.map((subtask) => childOf(subtask, task, depth)),
    actor,
    force: true,
    batch,
    parentTaskPk,
    tasksMax: Number.POSITIVE_INFINITY,
  });
  if ('refusals' in entry) throw new Error(`subtasks were refused: ${entry.refusals[0]?.message}`);
  const made = new Map(
    entry.enqueued.flatMap(({ task: child, reused }) => (reused ? [] : [[child.pk, child]])),
  );
  // What somebody else is doing already is not part of the batch.
  await db.one(growParentBatch({ workspacePk, parentTaskPk, count: made.size }));
  return [...made.values()];
}

/** How many tasks a task follows from, as far as its input says. */
export const depthOf = (task: Pick<TaskRow, 'input'>): number => {
  const depth = (task.input as { depth?: unknown } | null)?.depth;
  return typeof depth === 'number' ? depth : 0;
};

/** Workers that may ask a model, or hand that on: what forbids it to one forbids it to all that follow from it. */
const askingTypes = new Set<EnrichmentType>(['ocr_extract', 'ai_invoice', 'ai_company', 'ai_people']);

const modelRule = (type: EnrichmentType, task: TaskRow) => {
  const isForbidden = (task.input as { allow_model?: unknown } | null)?.allow_model === false;
  return isForbidden && askingTypes.has(type) ? { allow_model: false } : {};
};

const childOf = (followUp: FollowUp, task: TaskRow, depth: number): NewTask => {
  const channel = followUp.source_channel ?? task.source_channel;
  return {
    enrichment_type: followUp.enrichment_type,
    entity_type: followUp.entity_type,
    entity_id: followUp.entity_id,
    input: { ...followUp.input, ...modelRule(followUp.enrichment_type, task), depth },
    ...(followUp.target_fields ? { target_fields: followUp.target_fields } : {}),
    ...(channel ? { source_channel: channel } : {}),
  };
};

/** How `output` names them, beside those that it names already. */
export const noted = (
  { ids, refused }: FollowUps,
  before: { followups?: readonly unknown[]; followups_refused?: readonly unknown[] } = {},
) => {
  const allRefused = [...(before.followups_refused ?? []), ...refused];
  return {
    followups: [...new Set([...(before.followups ?? []), ...ids])],
    ...(allRefused.length > 0 ? { followups_refused: allRefused } : {}),
  };
};
