import { listSubtaskIds } from '../../shared/db/enrichment-tasks.ts';
import { findCloseSettings, findCloseState, lockCloses } from '../../shared/db/monthly-closes.ts';
import { getWorker } from '../../shared/domain/catalogue.ts';
import { monthId } from '../../shared/domain/close-ids.ts';
import { closeOfMonth } from '../../shared/domain/follow-up-map.ts';
import { CLOSE_MONTHS_MAX } from '../../shared/domain/limits.ts';
import { daysOfMonth, monthsBetween } from '../../shared/domain/months.ts';
import { completed, continuing, failed } from '../../shared/domain/outcomes.ts';
import { defineEnrichment } from '../../shared/tasks/define-enrichment.ts';
import { decideMonth } from './decide-month.ts';
import { MonthlyCloseBackfillInput, MonthlyCloseBackfillOutput } from './schema.ts';

export const monthlyCloseBackfill = defineEnrichment({
  type: 'monthly_close_backfill',
  input: MonthlyCloseBackfillInput,
  output: MonthlyCloseBackfillOutput,

  // One month per run, so that each is a transaction of its own and a broken one ends by itself.
  async run({ task, workspacePk, input: { from, to, dry_run = false, limit = CLOSE_MONTHS_MAX } }) {
    if (from > to) return failed('INPUT_INVALID', `from ${from} comes after to ${to}`);
    const months = monthsBetween(from, to, limit + 1);
    const next_from = months[limit] ?? null;
    const isLastTry = task.attempt >= getWorker('monthly_close_backfill').maxRuns;

    return async (db) => {
      const { workspace_id, own_company_pk, today } = await db.one(findCloseSettings({ workspacePk }));
      if (task.entity_id !== workspace_id) return failed('INPUT_INVALID', 'the target is another workspace');
      const soFar = task.output === null ? nothing : MonthlyCloseBackfillOutput.parse(task.output);
      const { counts, failed_months } = soFar;
      const params = { from, to, dry_run, limit };
      const month = months[counts.months];
      if (month === undefined || counts.months === limit) {
        const rows = await db.any(listSubtaskIds({ parentPk: task.pk }));
        return completed({
          params,
          counts,
          tasks: rows.map((row) => row.enrichment_task_id),
          failed_months,
          next_from,
        });
      }

      await db.query(lockCloses({ workspacePk }));
      const state = await db.one(findCloseState({ workspacePk, entityId: monthId(workspace_id, month) }));
      const decision = decideMonth({
        ...state,
        hasEnded: daysOfMonth(month).last < today,
        hasOwnCompany: own_company_pk !== null,
        isLastTry,
      });
      return continuing(
        {
          params,
          counts: { ...counts, months: counts.months + 1, [decision]: counts[decision] + 1 },
          tasks: [],
          failed_months: decision === 'failed' ? [...failed_months, month] : failed_months,
          next_from,
        },
        { children: decision === 'enqueued' && !dry_run ? [closeOfMonth(workspace_id, month)] : [] },
      );
    };
  },
});

const nothing = {
  counts: { months: 0, enqueued: 0, skipped_live: 0, skipped_done: 0, refused: 0, failed: 0 },
  failed_months: [],
};
