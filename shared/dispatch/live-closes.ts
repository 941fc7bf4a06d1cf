import { listLiveCloses, type NewTaskRow, type TaskRow } from '../db/enrichment-tasks.ts';
import { lockCloses } from '../db/monthly-closes.ts';
import type { Db } from '../db/sql.ts';

type Target = Pick<NewTaskRow, 'enrichment_type' | 'entity_type' | 'entity_id'>;

const isClose = ({ enrichment_type }: Target) => enrichment_type === 'monthly_close';
const keyOf = ({ entity_type, entity_id }: Pick<Target, 'entity_type' | 'entity_id'>) =>
  `${entity_type} ${entity_id}`;

/** Comes before a close of a month is looked for and inserted: the documented index knows pending ones only. */
export async function lockClosesOf(db: Db, workspacePk: number, rows: readonly Target[]): Promise<void> {
  if (rows.some((row) => isClose(row) && row.entity_type === 'month'))
    await db.query(lockCloses({ workspacePk }));
}

/** Closes that live already, beside each row that asks for the same target, in whatever words. */
export async function findCloses<Row extends Target>(
  db: Db,
  workspacePk: number,
  rows: readonly Row[],
): Promise<{ row: Row; task: TaskRow }[]> {
  const closes = rows.filter(isClose);
  if (closes.length === 0) return [];
  const entityIds = closes.map((row) => row.entity_id);
  const live = await db.any(listLiveCloses({ workspacePk, entityIds }));
  const byTarget = new Map(live.map((task) => [keyOf(task), task]));
  return closes.flatMap((row) => {
    const task = byTarget.get(keyOf(row));
    return task ? [{ row, task }] : [];
  });
}
