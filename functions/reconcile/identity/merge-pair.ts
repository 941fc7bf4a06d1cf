import type { TaskRow } from '../../../shared/db/enrichment-tasks.ts';
import type { Db } from '../../../shared/db/sql.ts';
import { findMergeSettings } from '../../../shared/db/workspaces.ts';
import { afterRecordsMerged } from '../../../shared/domain/follow-up-map.ts';
import type { FollowUp } from '../../../shared/domain/outcomes.ts';
import { compareRecords } from './compare-records.ts';
import { findTwin } from './find-twin.ts';
import type { IdentityKind } from './kinds.ts';
import { type MergeResult, mergeRecords } from './merge-records.ts';

/**
 * Merges the pair of a proposal, as it was proposed or not at all, under the lock on adding records. What it answers
 * as outdated has written nothing.
 */
export async function mergePair(
  db: Db,
  kind: IdentityKind,
  task: TaskRow,
  { primary_id, secondary_id }: { primary_id: string; secondary_id: string },
): Promise<{ result: MergeResult; followUps: FollowUp[] } | { outdated: string }> {
  const { workspace_pk: workspacePk, pk: taskPk } = task;
  const locked = await kind.lock(db, { workspacePk, ids: [primary_id, secondary_id] });
  const [primary, secondary] = [primary_id, secondary_id].map((id) => locked.find((each) => each.id === id));
  if (!primary || !secondary)
    return { outdated: `One ${kind.type} of the two is gone, or was merged into another.` };
  const { own_company_pk } = await db.one(findMergeSettings({ workspacePk }));
  if (kind.type === 'company' && secondary.pk === own_company_pk)
    return { outdated: 'The company that would go has become the workspace’s own.' };
  const ties = await kind.findTies(db, { workspacePk, left: primary, right: secondary });
  const against = [...compareRecords(primary, secondary).contradictions, ...ties];
  if (against.length > 0) return { outdated: `The two contradict each other now: ${against.join(', ')}.` };

  const result = await mergeRecords(db, kind, { workspacePk, primary, secondary, task });
  const survivor = await kind.find(db, { workspacePk, id: primary_id });
  if (!survivor) throw new Error('the record that stays went');
  const next = await findTwin(db, kind, { workspacePk, record: survivor, taskPk });
  return {
    result,
    followUps:
      'twin' in next
        ? afterRecordsMerged(kind.type, { primaryId: primary_id, secondaryId: secondary_id })
        : [],
  };
}
