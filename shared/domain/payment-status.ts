import { AMOUNT_TOLERANCE, CROSS_CURRENCY_TOLERANCE } from './limits.ts';
import { addAmounts, compareAmounts, multiplyAmounts, subtractAmounts } from './money.ts';

/** What the payments of an invoice say about it, native enum `payment_status_enum`. */
export const paymentStatuses = ['unpaid', 'partial', 'paid', 'overpaid', 'unknown'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** A confirmed payment of an invoice; provisional ones count nowhere. */
export interface Allocation {
  /** In the invoice's currency; null when no rate was recorded. */
  amount: string | null;
  /** Paid in another currency than the invoice's, so that rates may leave a small rest. */
  converted: boolean;
}

/** What a recompute writes, or why it leaves the invoice as it is. */
export type PaymentPosition =
  | { payment_status: Exclude<PaymentStatus, 'unknown'>; paid_amount: string; balance_due: string }
  | { halt: 'grand_total_invalid' | 'allocation_not_convertible' };

/**
 * The decision table of the payment recompute. Amounts are decimal strings; equal means within 0.01, or within half a
 * percent of the total once a payment came in another currency.
 */
export function paymentPosition(
  grandTotal: string | null,
  allocations: readonly Allocation[],
): PaymentPosition {
  if (grandTotal === null || compareAmounts(grandTotal, '0') <= 0) return { halt: 'grand_total_invalid' };
  const amounts = allocations.map(({ amount }) => amount);
  if (!amounts.every((amount) => amount !== null)) return { halt: 'allocation_not_convertible' };

  const paid = addAmounts('0', ...amounts);
  const tolerance = allocations.some(({ converted }) => converted)
    ? multiplyAmounts(grandTotal, String(CROSS_CURRENCY_TOLERANCE))
    : AMOUNT_TOLERANCE;
  const status = () => {
    if (compareAmounts(paid, '0') === 0) return 'unpaid';
    if (compareAmounts(paid, subtractAmounts(grandTotal, tolerance)) < 0) return 'partial';
    return compareAmounts(paid, addAmounts(grandTotal, tolerance)) > 0 ? 'overpaid' : 'paid';
  };
  return { payment_status: status(), paid_amount: paid, balance_due: subtractAmounts(grandTotal, paid) };
}
