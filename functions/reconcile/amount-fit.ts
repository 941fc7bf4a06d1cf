import { CROSS_CURRENCY_TOLERANCE } from '../../shared/domain/limits.ts';
import { convert, type Exchange } from './exchange.ts';
import type { Bill, Movement } from './payment-records.ts';

/** How a payment's amount relates to what is open on an invoice. */
export type AmountShape =
  | 'exact'
  | 'discount'
  | 'fee'
  | 'surcharge'
  | 'rate'
  | 'near_rate'
  | 'unknown_rate'
  | 'partial'
  | 'over';

export interface AmountFit {
  shape: AmountShape;
  /** What the payment brings, in the invoice's currency; null across currencies without a rate. */
  paid: number | null;
  /** What the payment brings in the currency the link is stated in. */
  amount: number;
  currency: string;
}

/** One cent: what still counts as equal. */
export const CENT = 10;
const FEE_UNITS = 30_000;
const NEAR_SHARE = 0.035;
const FEE_SHARE = 0.2;
const DISCOUNTS = [0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05];
// A published rate is exact; those seen on other movements carry their banks' margins, and age.
const BANDS = { table: CROSS_CURRENCY_TOLERANCE, near: 0.012, far: 0 };

/** A difference one may expect between a payment and what it pays. */
export const shapeOf = (paid: number, open: number, early: boolean): AmountShape => {
  const short = open - paid;
  if (Math.abs(short) <= CENT) return 'exact';
  if (short > 0) {
    if (early && DISCOUNTS.some((rate) => Math.abs(short - open * rate) <= 2 * CENT)) return 'discount';
    return short <= FEE_UNITS && short <= open * FEE_SHARE
      ? 'fee'
      : short <= open * NEAR_SHARE
        ? 'fee'
        : 'partial';
  }
  return -short <= FEE_UNITS && -short <= open * NEAR_SHARE ? 'surcharge' : 'over';
};

/** Days after the due date until which a cash discount is still believed. */
const DISCOUNT_GRACE = 3;

export const fitAmount = (
  movement: Movement,
  left: number,
  bill: Bill,
  open: number,
  exchange: Exchange,
): AmountFit => {
  const early = movement.day <= bill.due + DISCOUNT_GRACE;
  if (movement.currency === bill.currency) {
    return { shape: shapeOf(left, open, early), paid: left, amount: left, currency: movement.currency };
  }
  const { original } = movement;
  if (original && original.currency === bill.currency) {
    const paid =
      left === movement.amount ? original.amount : convert(left, original.amount / movement.amount);
    return { shape: shapeOf(paid, open, early), paid, amount: paid, currency: original.currency };
  }
  const known = exchange.rate(movement.currency, bill.currency, movement.day);
  if (!known) return { shape: 'unknown_rate', paid: null, amount: left, currency: movement.currency };
  const paid = convert(left, known.rate);
  const off = (paid - open) / open;
  const band = BANDS[known.from];
  const shape =
    Math.abs(off) <= band ? 'rate' : Math.abs(off) <= NEAR_SHARE ? 'near_rate' : off < 0 ? 'partial' : 'over';
  return { shape, paid, amount: left, currency: movement.currency };
};
