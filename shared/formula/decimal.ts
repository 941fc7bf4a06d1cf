import {
  addAmounts,
  compareAmounts,
  divideAmounts,
  formatAmount,
  multiplyAmounts,
  negateAmount,
  parseAmount,
  subtractAmounts,
} from '../domain/money.ts';
import { NUMBER_CHARACTERS_MAX } from './limits.ts';

/** A number as formulas calculate with it: exact, held as the decimal string of shared/domain/money.ts. */
export class Decimal {
  readonly text: string;
  /** Throws RangeError when the number is longer than any that a record holds. */
  constructor(text: string) {
    if (text.length > NUMBER_CHARACTERS_MAX) throw new RangeError('the number becomes too long');
    this.text = text;
  }
}

/** Whatever counts as a number in a formula: a whole number, one with a point, or an amount of a record. */
export type Numeric = bigint | number | Decimal;

/** The decimal string of any number. Throws RangeError for what is not finite. */
export const numberText = (value: Numeric): string => {
  if (value instanceof Decimal) return value.text;
  if (typeof value === 'bigint') return value.toString();
  if (!Number.isFinite(value)) throw new RangeError('the result is not a number');
  // What was written in the formula, without the dust that floats leave when such numbers are added up.
  const text = Number(value.toPrecision(15)).toString();
  return addAmounts(text.includes('e') ? value.toFixed(12) : text);
};

/** Arithmetic and order over all kinds of numbers, exact. */
export const arithmetic = {
  '+': (a: Numeric, b: Numeric) => new Decimal(addAmounts(numberText(a), numberText(b))),
  '-': (a: Numeric, b: Numeric) => new Decimal(subtractAmounts(numberText(a), numberText(b))),
  '*': (a: Numeric, b: Numeric) => new Decimal(multiplyAmounts(numberText(a), numberText(b))),
  '/': (a: Numeric, b: Numeric) => new Decimal(divideAmounts(numberText(a), numberText(b))),
} as const;

/** As `compareAmounts`, over all kinds of numbers. */
export const compareNumbers = (a: Numeric, b: Numeric): -1 | 0 | 1 =>
  compareAmounts(numberText(a), numberText(b));

/** The number with the other sign. */
export const negated = (value: Numeric): Decimal => new Decimal(negateAmount(numberText(value)));

/** Rounded half away from zero; negative digits are refused with a RangeError. */
export const rounded = (value: Numeric, digits: bigint = 0n): Decimal => {
  if (digits < 0n || digits > 12n) throw new RangeError('round() takes 0 to 12 digits');
  return new Decimal(addAmounts(formatAmount(numberText(value), Number(digits))));
};

/** The number that a text states. Throws RangeError when it states none. */
export const parseDecimal = (text: string): Decimal => {
  const amount = parseAmount(text);
  if (amount === null) throw new RangeError('the text is not a number');
  return new Decimal(amount);
};
