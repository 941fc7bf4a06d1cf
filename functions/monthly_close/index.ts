import type { Db } from '../../shared/db/sql.ts';
import { failed, type Outcome } from '../../shared/domain/outcomes.ts';
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

  // All of it is counting in the database. The month decides in its closing transaction; a counterparty only reads, and
  // does so before its own, which holds the lock that its siblings wait for.
  async run({ task, input, subtasks }, { read }) {
    const work = async (db: Db): Promise<Outcome> => {
      const scope = await loadScope(db, task, input);
      if ('refused' in scope) return failed('INPUT_INVALID', scope.refused);
      const { companyId } = scope;
      if (companyId === null)
        return subtasks === null ? startMonth(db, scope) : finishMonth(db, scope, subtasks);
      return subtasks === null
        ? startCounterparty(db, scope, companyId)
        : finishCounterparty(db, scope, companyId);
    };
    return input.company_id === undefined ? work : read(work);
  },

  resolve: {
    approve: approveClose,
    // Nothing was written that would have to be taken back.
    async reject() {},
  },
});
