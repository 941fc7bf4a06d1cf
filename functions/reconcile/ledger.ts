import { toThousandths } from './amounts.ts';
import type { Exchange } from './exchange.ts';
import type { Bill, Movement } from './payment-records.ts';

export type AllocationType = 'full' | 'partial' | 'overpayment' | 'fee_deduction';

/** What matching reads of a link that already stands; `settles` is in the invoice's currency. */
export interface ExistingLink {
  transaction_id: string;
  invoice_id: string;
  amount: string;
  currency: string;
  allocation_type: AllocationType;
  settles?: string | null;
}

/** What is still to be paid, and still to be used, in thousandths; everything else is derived from the links. */
export interface Ledger {
  /** Unused part of a movement in its own currency. */
  left(movement: Movement): number;
  open(bill: Bill): number;
  linked(movement: Movement, bill: Bill): boolean;
  apply(link: ExistingLink): void;
}

/** A rest this small beside a link is the fee that was paid on top, not money for another invoice. */
const REST_UNITS = 30_000;
const REST_SHARE = 0.2;

export const openLedger = (
  movements: ReadonlyMap<string, Movement>,
  bills: ReadonlyMap<string, Bill>,
  exchange: Exchange,
): Ledger => {
  const used = new Map<Movement, number>();
  const settled = new Map<Bill, number>();
  const pairs = new Set<string>();

  const left = (movement: Movement) => {
    const taken = used.get(movement);
    if (taken === undefined) return movement.amount;
    const rest = movement.amount - taken;
    return rest <= REST_UNITS && rest <= movement.amount * REST_SHARE ? 0 : Math.max(0, rest);
  };
  const open = (bill: Bill) => Math.max(0, bill.total - (settled.get(bill) ?? 0));

  const takes = (link: ExistingLink, movement: Movement) => {
    const amount = toThousandths(link.amount);
    if (amount === null || link.allocation_type === 'overpayment') return left(movement);
    if (link.currency === movement.currency) return amount;
    if (link.currency !== movement.original?.currency) return left(movement);
    return Math.round((amount / movement.original.amount) * movement.amount);
  };

  const settles = (link: ExistingLink, bill: Bill) => {
    const stated = link.settles ? toThousandths(link.settles) : null;
    if (stated !== null) return stated;
    const amount = toThousandths(link.amount);
    // Full, over, and short by a fee: nothing more is due. Only a part leaves something open.
    if (amount === null || link.allocation_type !== 'partial') return open(bill);
    if (link.currency === bill.currency) return amount;
    const rate = exchange.rate(link.currency, bill.currency, bill.due);
    return rate ? Math.round(amount * rate.rate) : open(bill);
  };

  return {
    left,
    open,
    linked: (movement, bill) => pairs.has(`${movement.id}\n${bill.id}`),
    apply(link) {
      const [movement, bill] = [movements.get(link.transaction_id), bills.get(link.invoice_id)];
      pairs.add(`${link.transaction_id}\n${link.invoice_id}`);
      if (movement) {
        // A credit note set off in a payment gives the payment more to spend on the invoices beside it.
        const sign = bill && bill.incoming !== movement.incoming ? -1 : 1;
        used.set(movement, (used.get(movement) ?? 0) + sign * takes(link, movement));
      }
      if (bill) settled.set(bill, (settled.get(bill) ?? 0) + settles(link, bill));
    },
  };
};
