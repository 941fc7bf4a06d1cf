import { createHash } from 'node:crypto';
import { confirmCell, findStanding, writeCell } from '../../shared/db/custom-columns.ts';
import type { Db } from '../../shared/db/sql.ts';
import { afterCellEdited } from '../../shared/domain/follow-up-map.ts';
import { completed, type FollowUp, halted, type Outcome } from '../../shared/domain/outcomes.ts';
import { cellContent } from '../../shared/formula/columns.ts';
import type { Found } from '../../shared/formula/compute-cell.ts';
import type { Subject } from './find-subject.ts';

/** A value for a cell. */
export interface FoundCell {
  workspacePk: number;
  taskPk: number;
  force: boolean;
  subject: Subject;
  found: Exclude<Found, Outcome>;
}

/**
 * Writes the value unless it stands already, a person entered the cell meanwhile, or a task that was asked for later
 * was quicker. What reads the cell follows only when it changed.
 */
export async function keepCell(db: Db, job: FoundCell): Promise<Outcome> {
  const { workspacePk, taskPk, force, subject, found } = job;
  const { row, root, recordId, cell: before, column } = subject;
  const place = { workspacePk, customColumnPk: row.pk, recordId };
  const { cell, engine, confidence, model } = found;
  const output = {
    ...cell,
    type: column.shape.type,
    engine,
    ...(confidence === undefined ? {} : { confidence }),
    ...(model ? { model } : {}),
    ...(before ? { previous: cellContent(before.value) } : {}),
  };
  const written = await db.maybeOne(writeCell({ ...place, root, value: cell, taskPk, force }));
  if (written) return completed({ ...output, changed: true }, { followUps: followUpsOf(subject, cell) });

  const standing = await db.maybeOne(findStanding(place));
  if (!standing?.column_is_live) return halted('column_deleted', 'the column was deleted meanwhile');
  if (standing.origin === 'user' && !force)
    return halted('user_value', 'a person entered this cell meanwhile', output);
  if ((standing.enrichment_task_pk ?? 0) > taskPk)
    return halted('superseded', 'a task that was asked for later wrote this cell', output);
  await db.query(confirmCell({ ...place, taskPk }));
  return completed({ ...output, changed: false });
}

/** The columns and rules that read this cell. They keep the channel of this task. */
function followUpsOf({ root, recordId, row, definitions }: Subject, cell: unknown): FollowUp[] {
  const asOf = createHash('sha256').update(JSON.stringify(cell)).digest('hex').slice(0, 16);
  return afterCellEdited({ root, recordId, asOf }, definitions.dependentsOf(row.field_key), null);
}
