import { failed } from '../../shared/domain/outcomes.ts';
import { defineEnrichment } from '../../shared/tasks/define-enrichment.ts';
import { approveClose } from './approve-close.ts';
import { finishCounterparty, startCounterparty } from './close-counterparty.ts';
import { finishMonth, startMonth } from './close-month.ts';
import { loadScope } from './load-scope.ts';
import { MonthlyCloseInput, MonthlyCloseOutput } from './schema.ts';

export const monthlyClose = defineEnrichment({
  type: 'monthly_close',
  input: MonthlyCloseInput,
  output: MonthlyCloseOutput,

  // All of it is counting in the database, so each run is its closing transaction.
  async run({ task, input, subtasks }) {
    return async (db) => {
      const scope = await loadScope(db, task, input);
      if ('refused' in scope) return failed('INPUT_INVALID', scope.refused);
      if (scope.companyId !== null)
        return subtasks === null
          ? startCounterparty(db, scope, scope.companyId)
          : finishCounterparty(db, scope, scope.companyId);
      return subtasks === null ? startMonth(db, scope) : finishMonth(db, scope, subtasks);
    };
  },

  resolve: {
    approve: approveClose,
    // Nothing was written that would have to be taken back.
    async reject() {},
  },
});
