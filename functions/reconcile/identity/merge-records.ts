import {
  carryProvenance,
  demotePrimaries,
  dropDoubleCells,
  fillRecord,
  listDoubleMeans,
  moveCells,
  moveRuleValues,
  moveTodoLinks,
  moveTodos,
  removeMerged,
  retargetTasks,
} from '../../../shared/db/merged-records.ts';
import { moveClaims } from '../../../shared/db/reconciliation-links.ts';
import {
  type MergeableTable,
  moveReference,
  references,
  unlinkDoubles,
} from '../../../shared/db/record-references.ts';
import type { Db } from '../../../shared/db/sql.ts';
import type { IdentityRecord } from './compare-records.ts';
import { fillFields } from './fill-fields.ts';
import type { IdentityKind } from './kinds.ts';

/** What a merge came to, as it is answered to whoever approved it. */
export interface MergeResult {
  primary_id: string;
  secondary_id: string;
  /** Rows that pointed at the record that went and point at the one that stayed. */
  fks_migrated: number;
}

interface Merge {
  workspacePk: number;
  /** The record that stays; both are locked. */
  primary: IdentityRecord;
  /** The record that goes. */
  secondary: IdentityRecord;
  task: { pk: number; enrichment_task_id: string };
}

/** Makes two records one, in the caller's transaction: nothing points at the record that goes any more. */
export async function mergeRecords(db: Db, kind: IdentityKind, merge: Merge): Promise<MergeResult> {
  const { workspacePk, primary, secondary } = merge;
  const pks = { workspacePk, from: secondary.pk, to: primary.pk };
  const { type, table } = kind;
  if (type !== 'account')
    for (const contact of ['email', 'phone'] as const)
      await db.query(demotePrimaries({ ...pks, owner: type, kind: contact }));
  const moved = (await moveReferences(db, table, pks)) + (await moveIds(db, kind, merge));
  await mergeDoubleMeans(db, kind, { workspacePk, pk: primary.pk });

  // Before the other is filled: what must be unique among live records may be among the fields.
  await db.query(removeMerged({ workspacePk, table, pk: secondary.pk }));
  const filled = fillFields(primary, secondary, kind.groups);
  const fields = { ...filled, ...kind.derive({ ...primary.fields, ...filled }) };
  if (Object.keys(fields).length > 0)
    await db.query(fillRecord({ workspacePk, table, pk: primary.pk, fields }));
  await db.query(
    carryProvenance({
      ...{ workspacePk, type, from: secondary.id, to: primary.id },
      fields: Object.keys(filled),
    }),
  );
  return { primary_id: primary.id, secondary_id: secondary.id, fks_migrated: moved };
}

/** Moves every foreign key; answers how many rows that were. */
async function moveReferences(
  db: Db,
  table: MergeableTable,
  pks: { workspacePk: number; from: number; to: number },
): Promise<number> {
  let moved = 0;
  for (const reference of references[table]) {
    if (reference.says) await db.query(unlinkDoubles({ ...pks, reference }));
    moved += (await db.query(moveReference({ ...pks, reference }))).rowCount;
  }
  return moved;
}

/** Moves what names the record by its public id; answers how many rows that were. */
async function moveIds(
  db: Db,
  { type }: IdentityKind,
  { workspacePk, primary, secondary, task }: Merge,
): Promise<number> {
  const ids = { workspacePk, from: secondary.id, to: primary.id };
  await db.query(dropDoubleCells(ids));
  const actor = `task:${task.enrichment_task_id}`;
  const moves = [
    moveTodos(ids),
    moveTodoLinks(ids),
    moveCells(ids),
    moveRuleValues(ids),
    moveClaims({ ...ids, type }),
    retargetTasks({ ...ids, type, taskPk: task.pk, actor }),
  ];
  let moved = 0;
  for (const move of moves) moved += (await db.query(move)).rowCount;
  return moved;
}

/** Two ways to pay one owner on one account are one way. */
async function mergeDoubleMeans(
  db: Db,
  { meansColumn }: IdentityKind,
  { workspacePk, pk }: { workspacePk: number; pk: number },
) {
  const table = 'payment_means';
  for (const double of await db.any(listDoubleMeans({ workspacePk, column: meansColumn, pk }))) {
    await moveReferences(db, table, { workspacePk, from: double.pk, to: double.first_pk });
    await db.query(removeMerged({ workspacePk, table, pk: double.pk }));
  }
}
