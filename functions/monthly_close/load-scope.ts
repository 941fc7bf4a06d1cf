import type { ExpenseSpan } from '../../shared/db/close-expenses.ts';
import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import { type CloseSettings, findCloseSettings } from '../../shared/db/monthly-closes.ts';
import type { Db } from '../../shared/db/sql.ts';
import { companyMonthId, monthId } from '../../shared/domain/close-ids.ts';
import { IN_FLIGHT_BUSINESS_DAYS } from '../../shared/domain/limits.ts';
import { businessDaysBefore, daysOfMonth } from '../../shared/domain/months.ts';
import type { MonthlyCloseInput } from './schema.ts';

/** What a run of a close works on: a month of a workspace, or one counterparty of it. */
export interface Scope {
  task: TaskRow;
  workspacePk: number;
  month: string;
  companyId: string | null;
  settings: CloseSettings;
  span: ExpenseSpan;
}

/** The span of a month as of today. */
export const spanOf = (workspacePk: number, month: string, today: string): ExpenseSpan => {
  const { first, last } = daysOfMonth(month);
  return {
    workspacePk,
    from: first,
    to: last,
    settledBy: businessDaysBefore(today, IN_FLIGHT_BUSINESS_DAYS),
  };
};

/** Reads the scope of a task, or says why target and input do not belong together. */
export async function loadScope(
  db: Db,
  task: TaskRow,
  { record_id: month, company_id, workspace_id }: MonthlyCloseInput,
): Promise<Scope | { refused: string }> {
  const { workspace_pk: workspacePk } = task;
  const settings = await db.one(findCloseSettings({ workspacePk }));
  const { workspace_id: own, today } = settings;
  if (workspace_id !== undefined && workspace_id !== own)
    return { refused: 'workspace_id is another workspace' };

  const isSubtask = task.entity_type === 'company_month';
  if (isSubtask && company_id === undefined) return { refused: 'a company_month needs its company_id' };
  if (!isSubtask && company_id !== undefined) return { refused: 'a month has no company_id' };
  const companyId = company_id ?? null;
  const entityId = companyId === null ? monthId(own, month) : companyMonthId(own, companyId, month);
  if (task.entity_id !== entityId)
    return { refused: `entity_id is not that of ${month}${companyId === null ? '' : ` and ${companyId}`}` };
  return { task, workspacePk, month, companyId, settings, span: spanOf(workspacePk, month, today) };
}
