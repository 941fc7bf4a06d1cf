import { lockRecordCreation } from '../../../shared/db/companies.ts';
import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import { claimMerge } from '../../../shared/db/reconciliation-links.ts';
import { countReferences } from '../../../shared/db/record-references.ts';
import type { Db } from '../../../shared/db/sql.ts';
import { findMergeSettings } from '../../../shared/db/workspaces.ts';
import {
  awaitingApproval,
  completed,
  failed,
  halted,
  type Outcome,
} from '../../../shared/domain/outcomes.ts';
import { choosePrimary } from './choose-primary.ts';
import { findTwin, type Twin } from './find-twin.ts';
import type { IdentityKind } from './kinds.ts';
import { mergePair } from './merge-pair.ts';

/** Confidence from which a workspace that asked for it has records merged without a person. */
const AUTO_MERGE = 0.95;

/** Looks for another record of the same company, person or account, and proposes to merge the two; SQL only. */
export async function reconcileIdentity(db: Db, kind: IdentityKind, task: TaskRow): Promise<Outcome> {
  const { workspace_pk: workspacePk, entity_id: id, pk: taskPk } = task;
  // From here on nobody else adds, merges or claims records of the workspace.
  await db.query(lockRecordCreation({ workspacePk }));
  const record = await kind.find(db, { workspacePk, id });
  if (!record) return failed('NOT_FOUND', `there is no ${kind.type} ${id}`);
  const found = await findTwin(db, kind, { workspacePk, record, taskPk });
  if ('none' in found) {
    const { none, compared } = found;
    const detail =
      none === 'no_candidate'
        ? `none of ${compared} records that share a key is close enough`
        : 'what is close enough waits for approval already';
    return halted(none, detail, { mode: 'identity', proposals: [] });
  }

  const { own_company_pk, auto_merge_enabled } = await db.one(findMergeSettings({ workspacePk }));
  const { twin } = found;
  const pair = [];
  for (const each of [record, twin.record]) {
    const { count: references } = await db.one(
      countReferences({ workspacePk, table: kind.table, pk: each.pk }),
    );
    const own = kind.type === 'company' && each.pk === own_company_pk;
    pair.push({ id: each.id, pk: each.pk, created_at: each.created_at, references, own });
  }
  const [left, right] = pair;
  if (!left || !right) throw new Error('a pair has two records');
  const { primary, secondary } = choosePrimary(left, right);

  await db.query(claimOf(task, kind, twin, { primaryId: primary.id, secondaryId: secondary.id }));
  const { confidence, contributions } = twin.comparison;
  const proposal = { primary_id: primary.id, secondary_id: secondary.id, confidence, contributions };
  const output = { mode: 'identity', proposals: [proposal] };
  if (!auto_merge_enabled || !isSure(twin)) return awaitingApproval(output);
  const merged = await mergePair(db, kind, task, proposal);
  if ('outdated' in merged) throw new Error(`two records that were just compared: ${merged.outdated}`);
  return completed({ ...output, merge_result: merged.result }, { followUps: merged.followUps });
}

const isSure = ({ comparison: { confidence, contradictions, doubts } }: Twin) =>
  confidence >= AUTO_MERGE && contradictions.length === 0 && doubts.length === 0;

const claimOf = (
  { workspace_pk: workspacePk, pk: taskPk }: TaskRow,
  { type }: IdentityKind,
  { comparison: { confidence, contributions, doubts }, strongKeys }: Twin,
  pair: { primaryId: string; secondaryId: string },
) =>
  claimMerge({
    ...{ workspacePk, type, taskPk, ...pair, confidence, contributions },
    reasoning: { shared: Object.keys(contributions), doubts, strong_keys: strongKeys },
  });
