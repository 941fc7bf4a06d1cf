import { lockRecordCreation } from '../../../shared/db/companies.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import { declineClaims } from '../../../shared/db/reconciliation-links.ts';
import type { Db } from '../../../shared/db/sql.ts';
import type { Approval } from '../../../shared/domain/outcomes.ts';
import { IdentityOutput } from '../schema.ts';
import { identityKindOf } from './identity-kinds.ts';
import { mergePair } from './merge-pair.ts';

/** Merges the two records that the task proposed; answers what came of it as `merge_result`. */
export async function approveMerge(db: Db, task: TaskRow): Promise<Approval> {
  const kind = identityKindOf(task.entity_type);
  const [proposal] = IdentityOutput.parse(task.output).proposals;
  if (!kind || !proposal) throw new Error('a task waits for approval without a proposal');
  await db.query(lockRecordCreation({ workspacePk: task.workspace_pk }));
  const merged = await mergePair(db, kind, task, proposal);
  if ('outdated' in merged) return merged;
  return { applied: { merge_result: merged.result }, followUps: merged.followUps };
}

/** Remembers that the two records are two. */
export async function declineMerge(
  db: Db,
  { workspace_pk: workspacePk, pk: taskPk }: TaskRow,
): Promise<void> {
  await db.query(declineClaims({ workspacePk, taskPk }));
}
