import { findExchangeRate } from '../../shared/db/exchange-rates.ts';
import { upsertPaymentLink } from '../../shared/db/invoice-transactions.ts';
import { recomputePaymentStatus } from '../../shared/db/invoices.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { Anchor } from './links-of-anchor.ts';
import type { Candidates } from './load-candidates.ts';
import type { PaymentLink } from './match-payments.ts';

/** A link that was written, and how the task's output shows it from one side or the other. */
export interface WrittenLink {
  edge_status: 'confirmed' | 'provisional';
  shown(anchor: Anchor): Record<string, unknown>;
}

/** Writes the links and brings the payment status of every invoice they touch up to date. */
export async function writeLinks(
  db: Db,
  workspacePk: number,
  links: readonly PaymentLink[],
  { transactionPks, invoices, records }: Candidates,
): Promise<WrittenLink[]> {
  const written: WrittenLink[] = [];
  const touched = new Set<number>();
  const days = new Map(records.transactions.map((row) => [row.transaction_id, row.booking_date]));
  for (const link of links) {
    const transactionPk = transactionPks.get(link.transaction_id);
    const invoice = invoices.get(link.invoice_id);
    if (transactionPk === undefined || !invoice) throw new Error('matching linked a record it was not given');
    const edge_status = link.decision === 'auto' ? 'confirmed' : 'provisional';
    const converts = link.currency !== invoice.currency;
    const day = days.get(link.transaction_id);
    const rate =
      converts && invoice.currency && day
        ? await db.maybeOne(findExchangeRate({ between: [link.currency, invoice.currency], day }))
        : null;
    const row = await db.maybeOne(
      upsertPaymentLink({
        workspacePk,
        link: {
          invoicePk: invoice.pk,
          transactionPk,
          amount: link.amount,
          currency: link.currency,
          accountingAmount: converts ? link.settles : null,
          accountingCurrency: converts && link.settles !== null ? invoice.currency : null,
          exchangeRatePk: rate?.pk ?? null,
          confidence: link.score,
          edgeStatus: edge_status,
          allocationType: link.allocation_type,
          reasoning: `${link.reasoning}; keys ${link.strong_keys}`,
        },
      }),
    );
    if (!row) continue;
    touched.add(invoice.pk);
    written.push({
      edge_status,
      shown: ({ kind }) => ({
        invoice_transaction_id: row.invoice_transaction_id,
        counterpart_id: kind === 'invoice' ? link.transaction_id : link.invoice_id,
        amount: link.amount,
        confidence: link.score,
        edge_status,
      }),
    });
  }
  for (const invoicePk of [...touched].sort((a, b) => a - b))
    await recomputePaymentStatus(db, { workspacePk, invoicePk });
  return written;
}
