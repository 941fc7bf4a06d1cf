import { listCompanyMeans } from '../../shared/db/close-expenses.ts';
import { findCompany } from '../../shared/db/companies.ts';
import { findCompanyGap } from '../../shared/db/company-gaps.ts';
import { findProviderOf, markProviderMatched } from '../../shared/db/providers.ts';
import { finishScoredTasks, lockScoring } from '../../shared/db/tasks.ts';
import { findProcessingSettings } from '../../shared/db/workspaces.ts';
import { CONFIDENCE_APPLY } from '../../shared/domain/limits.ts';
import { retrievalMode } from '../../shared/domain/match-provider.ts';
import { completed, failed, halted } from '../../shared/domain/outcomes.ts';
import { defineEnrichment } from '../../shared/tasks/define-enrichment.ts';
import { ProviderScoreInput, ProviderScoreOutput } from './schema.ts';
import { scoreProvider } from './score-provider.ts';
import { writeTask } from './write-task.ts';

export const providerScore = defineEnrichment({
  type: 'provider_score',
  input: ProviderScoreInput,
  output: ProviderScoreOutput,

  // All of it happens in the closing transaction: nothing outside the database is asked.
  async run({ input, task, workspacePk }) {
    const companyId = task.entity_id;
    if (input.company_id !== undefined && input.company_id !== companyId)
      return failed('INPUT_INVALID', 'company_id is not the company of this task');
    const asOf = input.as_of ?? task.created_at.slice(0, 10);

    return async (db) => {
      await db.query(lockScoring({ workspacePk, companyId }));
      const company = await db.maybeOne(findCompany({ workspacePk, companyId }));
      if (!company) return failed('NOT_FOUND', 'there is no such company in this workspace');
      const settings = await db.maybeOne(findProcessingSettings({ workspacePk }));
      if (settings?.own_company_pk === company.pk)
        return halted('own_company', 'the company is the workspace itself');

      const from = firstDay(asOf, input.window_days);
      const { pk: companyPk } = company;
      const meansPks = (await db.any(listCompanyMeans({ workspacePk, companyPk }))).map((row) => row.pk);
      const gap = await db.one(findCompanyGap({ workspacePk, companyPk, meansPks, from, to: asOf }));
      const finished = gap.open === 0 ? await db.any(finishScoredTasks({ workspacePk, companyId })) : [];
      if (gap.open === 0 && gap.internal > 0)
        return halted('bank_internal', 'its movements are the bank’s own or between own accounts');
      const found = await findProviderOf(db, { workspacePk, company });
      if (!found) return halted('no_provider_match', 'no provider of the catalogue is this company’s');

      const { match } = found;
      const noted =
        match >= CONFIDENCE_APPLY &&
        (await db.maybeOne(markProviderMatched({ workspacePk, providerPk: found.provider.pk }))) !== null;
      // As the next run will find it, which then has nothing to write.
      const provider = { ...found.provider, is_matched: found.provider.is_matched || noted };
      const scored = scoreProvider(gap, provider, { match, asOf, country: company.registry_country });
      const mode = retrievalMode(provider);
      const written =
        gap.open === 0
          ? { task_id: finished[0]?.task_id ?? null, created: false }
          : await writeTask(db, workspacePk, { company, provider, gap, scored, mode });
      return completed({ provider_id: provider.provider_id, mode, ...scored, ...written });
    };
  },
});

/** The first of so many days that end with this one. */
const firstDay = (last: string, days: number): string =>
  new Date(Date.parse(last) - (days - 1) * 86_400_000).toISOString().slice(0, 10);
