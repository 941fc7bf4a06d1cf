import type { MovementRow } from '../../shared/db/movements.ts';
import { CONFIDENCE_APPLY } from '../../shared/domain/limits.ts';
import { absoluteAmount, compareAmounts } from '../../shared/domain/money.ts';
import { foldText, nameWords, wordKey, wordSimilarity } from '../../shared/domain/names.ts';

/** What a receipt says about its payment. */
export interface Receipt {
  /** Decimal string. */
  total: string;
  currency: string;
  /** ISO day. */
  day: string;
  /** Empty when the receipt does not say. */
  shop: string;
}

/** What a score is made of; the whole of it is 1, and the amount with the day alone is not enough. */
const AMOUNT_SHARE = 0.6;
const NAME_SHARE = 0.25;
/** Days between the receipt and its booking, at most, and what the distance leaves of the score. */
const DAY_SHARES = [
  [1, 0.15],
  [3, 0.1],
  [7, 0.05],
] as const;
/** Days before and after the receipt within which its payment is looked for. */
export const RECEIPT_DAYS = 7;

/**
 * The one payment that a receipt is for: an equal amount in the same currency, near in time, and the shop's name in
 * its text. `ambiguous` when several are sure.
 */
export function matchReceipt(
  receipt: Receipt,
  movements: readonly MovementRow[],
): { transactionPk: number } | 'ambiguous' | null {
  const sure = movements.filter((movement) => receiptScore(receipt, movement) >= CONFIDENCE_APPLY);
  if (sure.length > 1) return 'ambiguous';
  const [only] = sure;
  return only ? { transactionPk: only.pk } : null;
}

/** How surely a payment is the receipt's, 0–1; 0 when its amount is another. */
export function receiptScore(receipt: Receipt, movement: MovementRow): number {
  if (movement.anchor_date === null || !hasAmount(receipt, movement)) return 0;
  const distance = Math.abs(Date.parse(movement.anchor_date) - Date.parse(receipt.day)) / 86_400_000;
  const near = DAY_SHARES.find(([days]) => distance <= days);
  if (!near) return 0;
  return AMOUNT_SHARE + near[1] + NAME_SHARE * nameFound(receipt.shop, movement);
}

const hasAmount = ({ total, currency }: Receipt, movement: MovementRow): boolean => {
  const sides = [
    [movement.amount, movement.currency],
    [movement.original_amount, movement.original_currency],
  ];
  return sides.some(
    ([amount, unit]) =>
      typeof amount === 'string' && unit === currency && compareAmounts(absoluteAmount(amount), total) === 0,
  );
};

/** Share of the letters of a name that stand in the payment's text, word by word. */
function nameFound(shop: string, { counterparty_name, label }: MovementRow): number {
  const words = nameWords(shop);
  const letters = words.join('').length;
  if (letters === 0) return 0;
  const text = foldText(`${counterparty_name ?? ''} ${label ?? ''}`)
    .split(' ')
    .map(wordKey);
  const found = words.reduce(
    (sum, word) => sum + word.length * Math.max(0, ...text.map((other) => wordSimilarity(word, other))),
    0,
  );
  return found / letters;
}
