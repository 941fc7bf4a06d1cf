import { amountsAgree, compareAmounts, multiplyAmounts, sumAmounts } from '../../../domain/money.ts';
import { type DecimalMark, findAmounts } from './amounts.ts';
import type { Segment, Sheet } from './sheet.ts';
import { roleOfLabel } from './total-roles.ts';

/** A row of the table of items that its own arithmetic proves: quantity × price = total. */
export interface PageItem {
  description: string;
  quantity: string;
  unit_price: string;
  total: string;
  segment: Segment;
}

const TOLERANCE = '0.02';
const ITEMS_MAX = 500;

/** A name, not a code: words, and more letters than anything else. */
const descriptionIn = (row: Segment[]): Segment | null => {
  const wordy = row.filter(
    ({ folded }) => folded.replace(/[^a-z]/g, '').length > Math.max(3, folded.length * 0.4),
  );
  return wordy.toSorted((a, b) => b.text.length - a.text.length)[0] ?? null;
};

const itemIn = (row: Segment[], mark: DecimalMark): PageItem | null => {
  const description = descriptionIn(row);
  if (
    !description ||
    ['total', 'lines', 'net', 'tax', 'due'].includes(roleOfLabel(description.folded)?.role ?? '')
  )
    return null;
  const numbers = row
    .filter((segment) => segment !== description)
    .flatMap((segment) =>
      findAmounts(segment.text, mark, segment.source === 'ocr').map((amount) => ({ ...amount, segment })),
    );
  const totals = numbers.filter(({ decimals }) => decimals === 2).toReversed();
  for (const total of totals) {
    const before = numbers.slice(0, numbers.indexOf(total));
    for (const price of before.filter(({ decimals }) => decimals >= 2).toReversed()) {
      const quantity = before.find(
        (each) =>
          each !== price &&
          compareAmounts(each.value, '0') > 0 &&
          amountsAgree(multiplyAmounts(each.value, price.value), total.value, TOLERANCE),
      );
      if (quantity) {
        return {
          description: description.text,
          quantity: quantity.value,
          unit_price: price.value,
          total: total.value,
          segment: total.segment,
        };
      }
    }
  }
  return null;
};

/**
 * The items of a table whose rows prove themselves and whose sum is one of `sums`; empty otherwise, for half a table is
 * worse than none.
 */
export const readItems = (sheet: Sheet, mark: DecimalMark, sums: (string | undefined)[]): PageItem[] => {
  const items = sheet.rows.flatMap((row) => itemIn(row, mark) ?? []).slice(0, ITEMS_MAX);
  if (items.length === 0) return [];
  const sum = sumAmounts(items.map(({ total }) => total));
  return sums.some((each) => each !== undefined && amountsAgree(each, sum, TOLERANCE)) ? items : [];
};
