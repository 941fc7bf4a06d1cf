import { amountsAgree, fromMinorUnits, multiplyAmounts } from '../../../domain/money.ts';
import { type DecimalMark, type FoundAmount, findAmounts } from './amounts.ts';
import { type Segment, type Sheet, sharesColumn } from './sheet.ts';
import { isTaxSummary, namesTax, type RoleOfLabel, roleOfLabel } from './total-roles.ts';

/** An amount with the role its label gives it. */
export interface Figure extends RoleOfLabel {
  value: string;
  segment: Segment;
  /** The percentage that stands in its row. */
  rate?: string | undefined;
}

/** A row of the tax breakdown that its own arithmetic proves: basis × rate = amount. */
export interface TaxRow {
  rate: string;
  basis: string;
  amount: string;
  segment: Segment;
}

interface Placed extends FoundAmount {
  segment: Segment;
  /** Recognition lost its decimal mark; only believed when something else on the page agrees. */
  mended: boolean;
}

const LOST_MARK = /^\d{3,7}$/;
const MENDED_STRENGTH = 0.3;

const placedAmounts = (row: Segment[], mark: DecimalMark): Placed[] =>
  row.flatMap((segment) =>
    findAmounts(segment.text, mark, segment.source === 'ocr').map((amount) => {
      const mended = segment.source === 'ocr' && amount.decimals === 0 && LOST_MARK.test(amount.value);
      return mended
        ? { ...amount, segment, mended, decimals: 2, value: fromMinorUnits(BigInt(amount.value)) }
        : { ...amount, segment, mended };
    }),
  );

/** Money is printed with decimals or a currency; other numbers count things. */
const isMoney = ({ decimals, currency }: FoundAmount) =>
  decimals === 2 || (currency !== null && decimals < 3);

const WORDY = /[a-z]{2}|\bt l\b/;

/** The words of a label, without the numbers, rates and currencies in it. */
const wordsOf = (folded: string) =>
  folded
    .replace(/\d[\d.,]*\s?%?/g, ' ')
    .replace(/[€$£¥:()]|\b(?:eur|usd|gbp|chf|rm)\b/g, ' ')
    .trim();

const HEADER_STRENGTH = 0.6;

/** The words before an amount in its row: those next to it, and all of them for labels that wide gaps tear apart. */
const leftLabels = (row: Segment[], { segment, index }: Placed): string[] => {
  const own = wordsOf(segment.folded.slice(0, index));
  const left = row.slice(0, segment.column).map(({ folded }) => wordsOf(folded));
  const nearest = WORDY.test(own) ? own : (left.toReversed().find((words) => WORDY.test(words)) ?? '');
  return [nearest, [...left, own].join(' ')];
};

/** The cell above, when it is a heading: words without amounts. */
const aboveLabel = (sheet: Sheet, { segment }: Placed, mark: DecimalMark): string => {
  for (let up = 1; up <= 3; up += 1) {
    const row = sheet.rows[segment.row - up];
    const over = row?.find((other) => other.page === segment.page && sharesColumn(other, segment));
    if (!over || /^[\s:*.()-]*$/.test(over.text)) continue;
    if (findAmounts(over.text, mark).some(isMoney)) {
      if (up > 2) return '';
      continue;
    }
    return WORDY.test(over.folded) ? wordsOf(over.folded) : '';
  }
  return '';
};

const rolesIn = (sheet: Sheet, row: Segment[], amount: Placed, mark: DecimalMark): RoleOfLabel[] => {
  const [nearest = '', whole = ''] = leftLabels(row, amount);
  const left = roleOfLabel(nearest) ?? roleOfLabel(whole);
  const above = roleOfLabel(aboveLabel(sheet, amount, mark));
  return [
    ...(left ? [left] : []),
    ...(above ? [{ ...above, strength: above.strength * HEADER_STRENGTH }] : []),
  ];
};

/** Every amount of money with a label that gives it a role. */
export const figuresOf = (sheet: Sheet, mark: DecimalMark): Figure[] => {
  const sound = new Set(
    sheet.rows.flatMap((row) =>
      placedAmounts(row, mark)
        .filter((amount) => isMoney(amount) && !amount.mended)
        .map(({ value }) => value),
    ),
  );
  let inSummary = 0;
  return sheet.rows.flatMap((row) => {
    const amounts = placedAmounts(row, mark).filter(isMoney);
    const folded = row.map((segment) => segment.folded).join(' ');
    if (isTaxSummary(folded)) inSummary = 8;
    else inSummary -= 1;
    return amounts.flatMap((amount, index) =>
      rolesIn(sheet, row, amount, mark).map(({ role, strength }): Figure => {
        // In a row of several sums the label means the last; below a tax heading a total is the breakdown's.
        const early = role === 'total' && index < amounts.length - 1;
        const summary = inSummary > 0 && role === 'total' && strength <= 0.6;
        return {
          role,
          strength:
            strength *
            (early ? 0.3 : 1) *
            (summary ? 0.2 : 1) *
            (amount.mended && !sound.has(amount.value) ? MENDED_STRENGTH : 1),
          value: amount.value,
          segment: amount.segment,
          rate: ratesIn(row)[0],
        };
      }),
    );
  });
};

const RATE = /(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?) ?%|@ ?(\d{1,2})\b/g;
/** Rates in a column of their own have no sign; only what is a rate somewhere counts. */
const BARE_RATE = /^\d{1,2}(?:[.,]\d{1,2})?$/;

const ratesIn = (row: Segment[]): string[] => {
  const signed = row.flatMap(({ text }) =>
    [...text.matchAll(RATE)].map((match) => match[1] ?? match[2] ?? ''),
  );
  const bare = row.filter(({ text }) => BARE_RATE.test(text)).map(({ text }) => text);
  return [...signed, ...bare].map((rate) => rate.replace(',', '.'));
};

/** Rows of the tax breakdown: a tax word in the row or the heading, and two amounts in proportion. */
export const taxRowsOf = (sheet: Sheet, mark: DecimalMark): TaxRow[] => {
  let heading = 0;
  const found: TaxRow[] = [];
  for (const row of sheet.rows) {
    const amounts = placedAmounts(row, mark).filter(isMoney);
    const words = row.map(({ folded }) => folded).join(' ');
    const named = namesTax(words) || /\bsteuer/.test(words);
    if (named && amounts.length === 0) heading = 8;
    else heading -= 1;
    if (!named && heading <= 0) continue;
    const proven = provenTax(amounts, ratesIn(row));
    if (proven && !found.some((other) => other.rate === proven.rate && other.basis === proven.basis))
      found.push(proven);
  }
  return found;
};

const provenTax = (amounts: Placed[], rates: string[]): TaxRow | null => {
  for (const basis of amounts) {
    const after = amounts.slice(amounts.indexOf(basis) + 1);
    for (const amount of after) {
      const rate = rates.find(
        (percent) =>
          basis.value !== amount.value &&
          amountsAgree(multiplyAmounts(basis.value, multiplyAmounts(percent, '0.01')), amount.value, '0.02'),
      );
      if (rate !== undefined)
        return { rate, basis: basis.value, amount: amount.value, segment: amount.segment };
    }
  }
  return null;
};
