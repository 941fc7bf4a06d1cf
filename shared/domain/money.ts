/**
 * Exact arithmetic on money and quantities. An amount is a decimal string without an exponent (`"1234.5"`); inside
 * it is a bigint and a scale, never a float.
 */

interface Scaled {
  units: bigint;
  scale: number;
}

/** More digits than any amount on a document has; longer runs are numbers of something else. */
const DIGITS_MAX = 30;
const PLAIN = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

const scaled = (amount: string): Scaled => {
  if (!PLAIN.test(amount)) throw new RangeError(`not a decimal amount: ${amount.slice(0, 40)}`);
  const [whole = '', fraction = ''] = amount.split('.');
  return { units: BigInt(`${whole.replace(/^\+/, '')}${fraction}` || '0'), scale: fraction.length };
};

const pow10 = (digits: number) => 10n ** BigInt(digits);

const atScale = ({ units, scale }: Scaled, target: number) => units * pow10(target - scale);

/** Half away from zero, as invoices round. */
const divideRounded = (units: bigint, divisor: bigint) => {
  const half = divisor / 2n;
  return units < 0n ? -((-units + half) / divisor) : (units + half) / divisor;
};

const write = (units: bigint, scale: number) => {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const fraction = scale > 0 ? `.${digits.slice(-scale)}` : '';
  return `${units < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${fraction}`;
};

const trimmed = ({ units, scale }: Scaled) => {
  const text = write(units, scale);
  return scale > 0 ? text.replace(/\.?0+$/, '') : text;
};

/**
 * The amount a plain decimal text states, as the shortest decimal string (`"0012.50"` → `"12.5"`); null when it is
 * not one, or longer than 30 digits. Texts with grouping are for the reader of documents, which knows the style.
 */
export const parseAmount = (text: string): string | null => {
  const plain = text.trim();
  return PLAIN.test(plain) && plain.length <= DIGITS_MAX ? trimmed(scaled(plain)) : null;
};

/** The exact sum of a list, however long; shortest form. Throws RangeError on a text that is no amount, as all below do. */
export const sumAmounts = (amounts: readonly string[]): string => {
  const terms = amounts.map(scaled);
  const scale = terms.reduce((most, term) => Math.max(most, term.scale), 0);
  return trimmed({ units: terms.reduce((sum, term) => sum + atScale(term, scale), 0n), scale });
};

/** The exact sum of a few amounts. */
export const addAmounts = (...amounts: string[]): string => sumAmounts(amounts);

/** The same amount with the other sign. */
export const negateAmount = (amount: string): string => {
  const { units, scale } = scaled(amount);
  return trimmed({ units: -units, scale });
};

/** The amount without its sign. */
export const absoluteAmount = (amount: string): string =>
  compareAmounts(amount, '0') < 0 ? negateAmount(amount) : addAmounts(amount);

/** `left` minus `right`, exact. */
export const subtractAmounts = (left: string, right: string): string => addAmounts(left, negateAmount(right));

/** The exact product, such as quantity times price, or net times rate. */
export const multiplyAmounts = (left: string, right: string): string => {
  const [a, b] = [scaled(left), scaled(right)];
  return trimmed({ units: a.units * b.units, scale: a.scale + b.scale });
};

/** The quotient with at most `digits` decimals (ten unless told), rounded half away from zero. Throws on zero. */
export const divideAmounts = (left: string, right: string, digits = 10): string => {
  const [a, b] = [scaled(left), scaled(right)];
  if (b.units === 0n) throw new RangeError('division by zero');
  const sign = b.units < 0n ? -1n : 1n;
  const units = divideRounded(sign * a.units * pow10(digits + b.scale), sign * b.units * pow10(a.scale));
  return trimmed({ units, scale: digits });
};

/** Negative, zero or positive as `left` is smaller than, equal to or larger than `right`, whatever their zeros. */
export const compareAmounts = (left: string, right: string): -1 | 0 | 1 => {
  const [a, b] = [scaled(left), scaled(right)];
  const scale = Math.max(a.scale, b.scale);
  const difference = atScale(a, scale) - atScale(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

/** True when the two differ by no more than `tolerance`. */
export const amountsAgree = (left: string, right: string, tolerance: string): boolean =>
  compareAmounts(absoluteAmount(subtractAmounts(left, right)), tolerance) <= 0;

/** The amount with exactly `digits` decimals (two unless told), rounded half away from zero. */
export const formatAmount = (amount: string, digits = 2): string => {
  const { units, scale } = scaled(amount);
  return scale > digits
    ? write(divideRounded(units, pow10(scale - digits)), digits)
    : write(units * pow10(digits - scale), digits);
};

/** The amount in minor units of a currency with `digits` decimals (two unless told), rounded like `formatAmount`. */
export const toMinorUnits = (amount: string, digits = 2): bigint =>
  BigInt(formatAmount(amount, digits).replace('.', ''));

/** The shortest amount for a count of minor units; the inverse of `toMinorUnits`. */
export const fromMinorUnits = (units: bigint, digits = 2): string => trimmed({ units, scale: digits });
