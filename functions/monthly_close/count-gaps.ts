import type { RetrievalMode } from '../../shared/domain/match-provider.ts';
import { addAmounts, formatAmount } from '../../shared/domain/money.ts';

/** How many transactions there are per way; those without a way are left out. */
export function countGaps(
  rows: readonly { mode: RetrievalMode | null; transactions: number }[],
): Record<RetrievalMode, number> {
  const gaps = { agent: 0, connect: 0, upload: 0 };
  for (const { mode, transactions } of rows) if (mode !== null) gaps[mode] += transactions;
  return gaps;
}

/** Amounts summed per currency, by its code; what names no currency comes last, a missing amount adds nothing. */
export function sumByCurrency(
  rows: readonly { currency: string | null; amount: string | null; transactions: number }[],
): { currency: string | null; transactions: number; amount: string }[] {
  const byCurrency = [...Map.groupBy(rows, (row) => row.currency)];
  return byCurrency
    .map(([currency, those]) => ({
      currency,
      transactions: those.reduce((sum, row) => sum + row.transactions, 0),
      amount: formatAmount(addAmounts(...those.map((row) => row.amount ?? '0'))),
    }))
    .sort((a, b) => ((a.currency ?? '~') < (b.currency ?? '~') ? -1 : 1));
}
