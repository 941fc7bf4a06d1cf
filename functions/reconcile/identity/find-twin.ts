import { listReconciliationLinks } from '../../../shared/db/reconciliation-links.ts';
import type { Db } from '../../../shared/db/sql.ts';
import { CONFIDENCE_PROPOSE } from '../../../shared/domain/limits.ts';
import { type Comparison, compareRecords, contradicted, type IdentityRecord } from './compare-records.ts';
import { digestStrongKeys, withoutSharedKeys } from './keys.ts';
import type { IdentityKind } from './kinds.ts';

/** Another record that may be the same, and how likely. */
export interface Twin {
  record: IdentityRecord;
  comparison: Comparison;
  /** Digests of the strong keys of both, to remember with the claim. */
  strongKeys: string[];
}

/** The best twin that may be proposed, or why there is none. */
export type TwinSearch = { twin: Twin } | { none: 'no_candidate' | 'already_proposed'; compared: number };

interface Search {
  workspacePk: number;
  record: IdentityRecord;
  /** The task that looks: what it claimed itself does not stand in its way. */
  taskPk: number;
}

/**
 * The likeliest twin of a record. A pair that a person declined comes again only when one of the two has a strong key
 * that was not known then; a pair that waits for another task's approval is not asked about twice.
 */
export async function findTwin(
  db: Db,
  kind: IdentityKind,
  { workspacePk, record, taskPk }: Search,
): Promise<TwinSearch> {
  const others = await kind.listTwins(db, { workspacePk, record });
  const [anchor, ...candidates] = withoutSharedKeys([record, ...others]);
  if (!anchor) throw new Error('the record itself is always compared');
  const claims = await db.any(listReconciliationLinks({ workspacePk, type: kind.type, id: record.id }));

  let waits = false;
  for (const twin of ranked(anchor, candidates)) {
    const about = claims.filter((claim) => claim.other_id === twin.record.id);
    const isKnown = (keys: readonly string[] | null) => twin.strongKeys.every((key) => keys?.includes(key));
    if (about.some((claim) => claim.declined && isKnown(claim.strong_keys))) continue;
    const ties = await kind.findTies(db, { workspacePk, left: anchor, right: twin.record });
    const comparison = contradicted(twin.comparison, ties);
    if (comparison.confidence < CONFIDENCE_PROPOSE) continue;
    if (about.some((claim) => claim.waiting_task_pk !== null && claim.waiting_task_pk !== taskPk))
      waits = true;
    else return { twin: { ...twin, comparison } };
  }
  return { none: waits ? 'already_proposed' : 'no_candidate', compared: candidates.length };
}

/** Those that are likely enough, the likeliest first; among equals the one that is known longest. */
export function ranked(anchor: IdentityRecord, candidates: readonly IdentityRecord[]): Twin[] {
  return candidates
    .map((record) => ({
      record,
      comparison: compareRecords(anchor, record),
      strongKeys: digestStrongKeys(anchor, record),
    }))
    .filter(({ comparison }) => comparison.confidence >= CONFIDENCE_PROPOSE)
    .sort(
      (left, right) =>
        right.comparison.confidence - left.comparison.confidence || left.record.pk - right.record.pk,
    );
}
