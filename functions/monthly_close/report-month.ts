import {
  countBlockers,
  type GapTotal,
  listGaps,
  listUnfinished,
  summariseExpenses,
  totalGaps,
} from '../../shared/db/close-report.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { TaskStatus } from '../../shared/domain/enrichment-types.ts';
import { addAmounts, formatAmount } from '../../shared/domain/money.ts';
import { countGaps, sumByCurrency } from './count-gaps.ts';
import type { Scope } from './load-scope.ts';
import type { CloseReport } from './schema.ts';

/** Gaps and counterparties that a report lists; the counts have them all. */
const LISTED_MAX = 100;

/** Names of companies by their id, as the report's words need them. */
export type Names = ReadonlyMap<string, string>;

/** The report of a month from the database as it is now. `subtasks` says how those of this close ended. */
export async function reportMonth(
  db: Db,
  { task, workspacePk, month, span, settings }: Scope,
  subtasks: Partial<Record<TaskStatus, number>>,
): Promise<{ report: CloseReport; names: Names }> {
  const { base_currency: baseCurrency } = settings;
  const summary = await db.one(summariseExpenses(span));
  const totals = await db.any(totalGaps({ ...span, month, baseCurrency }));
  const largest = await db.any(listGaps({ ...span, month, limit: LISTED_MAX }));
  const unfinished = await db.any(listUnfinished({ workspacePk, parentPk: task.pk, limit: LISTED_MAX }));
  const blockers = await db.one(countBlockers(span));

  const names = new Map<string, string>();
  for (const { company_id: id, company_name: name } of [...largest, ...unfinished])
    if (id !== null && name !== null) names.set(id, name);
  const report = {
    month,
    counterparties: summary.counterparties,
    covered: summary.counterparties_covered,
    transactions: {
      total: summary.transactions,
      covered: summary.covered,
      in_flight: summary.in_flight,
      gaps: summary.gaps,
    },
    gaps: countGaps(totals),
    unrouted: totals.reduce((sum, { mode, transactions }) => sum + (mode === null ? transactions : 0), 0),
    gap_list: largest.map(({ company_name: _, day, ...gap }) => ({ ...gap, date: day })),
    totals: sumByCurrency(totals),
    base_currency: baseCurrency,
    ...gapTotal(totals, baseCurrency),
    coverage: { categorized: summary.categorized, total: summary.transactions },
    dropped: {
      bank_internal: summary.bank_internal,
      unknown: summary.unknown,
      unnamed_company: summary.unnamed_company,
    },
    not_covered: {
      failed: subtasks.failed ?? 0,
      rejected: subtasks.rejected ?? 0,
      companies: unfinished.map(({ company_id, status }) => ({ company_id, status })),
    },
    blockers: { missing_supplier_invoices: summary.gaps, ...blockers },
  };
  return { report, names };
}

/** One sum in the base currency, only when every amount has a rate. */
export function gapTotal(
  totals: readonly GapTotal[],
  baseCurrency: string,
): { gap_total: string | null; gap_total_reason?: string } {
  const missing = totals.filter(({ without_rate }) => without_rate > 0);
  if (missing.length === 0)
    return {
      gap_total: formatAmount(addAmounts('0', ...totals.map(({ base_amount }) => base_amount ?? '0'))),
    };
  const currencies = [...new Set(missing.map(({ currency }) => currency ?? 'an unknown currency'))];
  const count = missing.reduce((sum, { without_rate }) => sum + without_rate, 0);
  return {
    gap_total: null,
    gap_total_reason: `no rate to ${baseCurrency} for ${count} expenses in ${currencies.join(', ')}`,
  };
}
