import { retrievalModes } from '../../shared/domain/match-provider.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import type { Names } from './report-month.ts';
import type { CloseReport } from './schema.ts';

/** Gaps and counterparties that the words name. */
const NAMED_MAX = 20;

const many = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

/** A close in markdown for people, largest gaps first. Everything that comes from outside is escaped. */
export function describeClose(report: CloseReport, names: Names): string {
  const nameOf = (id: string | null) =>
    escapeMarkdown((id === null ? undefined : names.get(id)) ?? id ?? 'unknown');
  const { transactions, gaps, unrouted, dropped, coverage, blockers, not_covered: unfinished } = report;
  const sections = [
    [`**Close of ${report.month}**`],
    [
      `- ${many(report.counterparties, 'counterparty', 'counterparties')}, ${report.covered} covered`,
      `- ${many(transactions.total, 'expense')}: ${transactions.covered} covered, ${transactions.gaps} without a document, ${transactions.in_flight} in flight`,
      `- Missing documents: ${retrievalModes.map((mode) => `${gaps[mode]} by ${mode}`).join(', ')}, ${unrouted} without a way`,
      `- Missing in total: ${totalsOf(report)}`,
      `- Categorised: ${coverage.categorized} of ${coverage.total}`,
      `- Left out: ${dropped.bank_internal} internal, ${dropped.unknown} unknown, ${dropped.unnamed_company} unnamed`,
      `- Open besides: ${many(blockers.unmatched_invoices, 'unmatched supplier invoice')}, ${many(blockers.uncategorised_transactions, 'uncategorised transaction')}, ${many(blockers.unsynced_connectors, 'unsynced connector')}`,
    ],
    unfinished.companies.length === 0
      ? []
      : [
          `Not looked at (${unfinished.failed} failed, ${unfinished.rejected} rejected):`,
          '',
          ...unfinished.companies
            .slice(0, NAMED_MAX)
            .map(({ company_id, status }) => `- ${nameOf(company_id)} (${status})`),
        ],
    report.gap_list.length === 0
      ? []
      : [
          '| Date | Counterparty | Amount | Way |',
          '| --- | --- | ---: | --- |',
          ...report.gap_list
            .slice(0, NAMED_MAX)
            .map(
              ({ date, company_id, amount, currency, mode }) =>
                `| ${date} | ${nameOf(company_id)} | ${amount ?? '?'} ${currency ?? '?'} | ${mode ?? '?'} |`,
            ),
          ...(transactions.gaps > NAMED_MAX ? ['', `and ${transactions.gaps - NAMED_MAX} more`] : []),
        ],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function totalsOf({ totals, gap_total, gap_total_reason, base_currency }: CloseReport): string {
  const parts = totals.map(({ amount, currency }) => `${amount} ${currency ?? 'in no known currency'}`);
  const sum = gap_total === null ? `no sum, ${gap_total_reason}` : `${gap_total} ${base_currency}`;
  return parts.length === 0 ? sum : `${parts.join(' · ')} (${sum})`;
}
