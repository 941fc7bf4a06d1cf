import { listCounterparties } from '../../shared/db/close-expenses.ts';
import { findRivalClose, lockCloses } from '../../shared/db/monthly-closes.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { TaskStatus } from '../../shared/domain/enrichment-types.ts';
import { afterMonthOpened } from '../../shared/domain/follow-up-map.ts';
import {
  awaitingApproval,
  completed,
  type Outcome,
  rejected,
  waitingForSubtasks,
} from '../../shared/domain/outcomes.ts';
import { describeClose } from './describe-close.ts';
import type { Scope } from './load-scope.ts';
import { reportMonth } from './report-month.ts';

/** Refuses, finds nothing missing and is done, or hands each counterparty to a subtask. */
export async function startMonth(db: Db, scope: Scope): Promise<Outcome> {
  const { task, workspacePk, month, settings, span } = scope;
  if (settings.today <= span.to) return rejected(`month_not_ended: ${month} has not ended yet`);
  if (settings.own_company_pk === null)
    return rejected('own_company_unconfirmed: nobody has said which company this workspace is');
  await db.query(lockCloses({ workspacePk }));
  const rival = await db.maybeOne(findRivalClose({ workspacePk, entityId: task.entity_id, pk: task.pk }));
  if (rival) return rejected(`already_running: ${month} is closed by task ${rival.enrichment_task_id}`);

  const counterparties = await db.any(listCounterparties(span));
  if (counterparties.every(({ open }) => open === 0)) {
    const { report, names } = await reportMonth(db, scope, {});
    return completed(report, { description: describeClose(report, names) });
  }
  return waitingForSubtasks(
    { month, phase: 'counterparties', waiting_for: counterparties.length },
    afterMonthOpened(
      settings.workspace_id,
      month,
      counterparties.map((counterparty) => counterparty.company_id),
    ),
  );
}

/** Reports the month as it stands once every counterparty was looked at; a person has the last word. */
export async function finishMonth(
  db: Db,
  scope: Scope,
  subtasks: Partial<Record<TaskStatus, number>>,
): Promise<Outcome> {
  const { report, names } = await reportMonth(db, scope, subtasks);
  return awaitingApproval(report, { description: describeClose(report, names) });
}
