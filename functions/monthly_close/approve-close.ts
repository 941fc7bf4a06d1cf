import { summariseExpenses } from '../../shared/db/close-report.ts';
import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import { findCloseSettings } from '../../shared/db/monthly-closes.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { Approval } from '../../shared/domain/outcomes.ts';
import { spanOf } from './load-scope.ts';
import { CloseReport } from './schema.ts';

/** A person closes the month as it was reported: not when more is without a document than they were shown. */
export async function approveClose(
  db: Db,
  { workspace_pk: workspacePk, output }: TaskRow,
): Promise<Approval> {
  const { month, transactions } = CloseReport.parse(output);
  const { today } = await db.one(findCloseSettings({ workspacePk }));
  const now = await db.one(summariseExpenses(spanOf(workspacePk, month, today)));
  const more = now.gaps + now.in_flight - transactions.gaps - transactions.in_flight;
  return more > 0
    ? { outdated: `${more} expenses without a document have come to ${month} since; close it again.` }
    : { applied: { approved: { open: now.gaps + now.in_flight } } };
}
