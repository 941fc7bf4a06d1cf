import type { CompanyIdentity } from '../../shared/db/companies.ts';
import type { CompanyGapRow } from '../../shared/db/company-gaps.ts';
import type { ScoredProviderRow } from '../../shared/db/providers.ts';
import type { Db } from '../../shared/db/sql.ts';
import { findScoredTask, insertScoredTask, refreshScoredTask } from '../../shared/db/tasks.ts';
import type { RetrievalMode } from '../../shared/domain/match-provider.ts';
import { planTask } from './plan-task.ts';
import type { Scored } from './score-provider.ts';

export interface Finding {
  company: CompanyIdentity;
  provider: ScoredProviderRow;
  gap: CompanyGapRow;
  scored: Scored;
  mode: RetrievalMode;
}

/** Puts the finding on the to-do item of its provider and company, or makes one. */
export async function writeTask(
  db: Db,
  workspacePk: number,
  { company, provider, gap, scored, mode }: Finding,
): Promise<{ task_id: string; created: boolean }> {
  const pair = { workspacePk, providerId: provider.provider_id, companyId: company.company_id };
  const content = {
    ...scored,
    mode,
    companyName: company.name,
    providerName: provider.name,
    references: [
      { type: 'provider', id: provider.provider_id },
      { type: 'company', id: company.company_id },
      ...gap.samples.map((id) => ({ type: 'transaction', id })),
    ],
    lastGapDay: gap.days.at(-1) ?? null,
  };
  const plan = planTask(await db.maybeOne(findScoredTask(pair)), content, gap.computed_at);
  if ('insert' in plan) {
    const executor = mode === 'agent' ? 'system' : 'human';
    const { task_id } = await db.one(insertScoredTask({ ...pair, executor, content: plan.insert }));
    return { task_id, created: true };
  }
  if ('keep' in plan) return { task_id: plan.keep.task_id, created: false };
  const { pk } = plan.refresh;
  const { task_id } = await db.one(refreshScoredTask({ workspacePk, pk, content: plan.change }));
  return { task_id, created: false };
}
