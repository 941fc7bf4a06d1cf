import { CROSS_CURRENCY_TOLERANCE } from '../../shared/domain/limits.ts';
import { CENT } from './amount-fit.ts';
import { toThousandths } from './amounts.ts';
import type { ExistingLink } from './ledger.ts';
import type { Bill, Movement } from './payment-records.ts';

/** Proposed links, the confirmed links beside them, and the records of all of them as they are now. */
export interface ProposalCheck {
  proposed: readonly ExistingLink[];
  confirmed: readonly ExistingLink[];
  movements: ReadonlyMap<string, Movement>;
  bills: ReadonlyMap<string, Bill>;
}

/**
 * Why the links cannot be confirmed together any more, in a sentence; null when they can. A payment is never used
 * beyond its amount and an invoice never settled beyond its total, by all that is confirmed and proposed.
 */
export function whyOutdated({ proposed, confirmed, movements, bills }: ProposalCheck): string | null {
  for (const { transaction_id, invoice_id } of proposed) {
    if (!movements.has(transaction_id)) return 'The payment is gone or can no longer be matched.';
    if (!bills.has(invoice_id)) return 'The invoice is gone or can no longer be paid.';
  }
  const links = [...confirmed, ...proposed];
  for (const id of new Set(proposed.map((link) => link.transaction_id))) {
    const movement = movements.get(id);
    const own = links.filter((link) => link.transaction_id === id);
    if (movement && isOverdrawn(movement, own, bills))
      return 'Other invoices have taken what this payment had left.';
  }
  for (const id of new Set(proposed.map((link) => link.invoice_id))) {
    const bill = bills.get(id);
    if (!bill) continue;
    const of = (some: readonly ExistingLink[]) => some.filter((link) => link.invoice_id === id);
    if (of(confirmed).some((link) => link.allocation_type !== 'partial'))
      return 'Another payment has settled the invoice.';
    const slack = slackOf(bill.total, of(links), bill.currency);
    const settled = sumOf(of(links), (link) => settles(link, bill));
    if (settled > bill.total + slack) return 'The invoice has less open than the links would settle.';
    const closes = of(proposed).some(
      ({ allocation_type: type }) => type === 'full' || type === 'overpayment',
    );
    if (closes && settled < bill.total - slack) return 'The total of the invoice has changed.';
  }
  return null;
}

function isOverdrawn(movement: Movement, links: readonly ExistingLink[], bills: ReadonlyMap<string, Bill>) {
  const used = sumOf(links, (link) => {
    const bill = bills.get(link.invoice_id);
    // A credit note set off in a payment gives the payment more to spend on the invoices beside it.
    return (bill && bill.incoming !== movement.incoming ? -1 : 1) * spends(link, movement);
  });
  return used > movement.amount + slackOf(movement.amount, links, movement.currency);
}

const sumOf = (links: readonly ExistingLink[], amountOf: (link: ExistingLink) => number) =>
  links.reduce((sum, link) => sum + amountOf(link), 0);

/** What the link takes of the payment, in the payment's currency; all of it where nobody can tell. */
function spends({ amount, currency }: ExistingLink, movement: Movement): number {
  const stated = toThousandths(amount);
  if (stated !== null && currency === movement.currency) return stated;
  const { original } = movement;
  return stated !== null && currency === original?.currency
    ? Math.round((stated / original.amount) * movement.amount)
    : movement.amount;
}

/** What the link settles of the invoice, in the invoice's currency; all of it where nobody can tell. */
function settles({ amount, currency, settles: converted }: ExistingLink, bill: Bill): number {
  const stated = toThousandths(currency === bill.currency ? amount : (converted ?? ''));
  return stated ?? bill.total;
}

const slackOf = (amount: number, links: readonly ExistingLink[], currency: string) =>
  links.some((link) => link.currency !== currency) ? amount * CROSS_CURRENCY_TOLERANCE : CENT;
