import { negateAmount, parseAmount } from '../../../domain/money.ts';
import { foldDigits } from './fold.ts';

/** The character before the decimals; the others of `. ' space ,` group thousands. */
export type DecimalMark = ',' | '.';

/** An amount found in a text. */
export interface FoundAmount {
  value: string;
  index: number;
  end: number;
  decimals: number;
  /** The currency sign or code beside it, as printed. */
  currency: string | null;
}

// Not after a digit, date or word; not before more of the same.
const FRACTION = (mark: string) =>
  new RegExp(`(?<![\\d.,/-])\\d{1,3}(?:[.,' ]?\\d{3})*\\${mark}\\d{2}(?![\\d.,/-]\\d|\\d)`, 'g');
const GROUPED = { ',': /\d\.\d{3},\d/g, '.': /\d,\d{3}\.\d/g };

const evidence = (text: string, mark: DecimalMark) =>
  [...text.matchAll(FRACTION(mark))].length + 5 * [...text.matchAll(GROUPED[mark])].length;

const DOT_COUNTRIES = new Set([
  'GB',
  'IE',
  'US',
  'CA',
  'AU',
  'NZ',
  'IN',
  'MY',
  'SG',
  'HK',
  'CH',
  'LI',
  'MX',
  'ZA',
  'JP',
  'CN',
  'TH',
  'MT',
  'PH',
]);

/** How the whole document writes decimals: by what it shows, else by country; a point when nobody knows. */
export const decimalMarkOf = (text: string, country?: string): DecimalMark => {
  const [comma, point] = [evidence(text, ','), evidence(text, '.')];
  if (comma !== point) return comma > point ? ',' : '.';
  return country && !DOT_COUNTRIES.has(country) ? ',' : '.';
};

const SIGNS = '€|£|¥|₹|₺|₩|zł|kč|(?:us|a|c|hk|s|nz)?\\$';
const CODES = 'eur|usd|gbp|chf|sek|nok|dkk|pln|czk|huf|ron|inr|myr|sgd|aud|cad|jpy|rm|rs\\.?|dh|mad|fr\\.';
const CURRENCY = `(?:${SIGNS}|\\b(?:${CODES})(?![a-z]))`;
const NUMBER = "\\d{1,3}(?:[.,' \\u00a0\\u202f]\\d{3})+(?:[.,]\\d{1,4})?(?!\\d)|\\d+(?:[.,]\\d{1,4})?(?!\\d)";
const AMOUNT = new RegExp(
  `(?<![\\p{L}\\p{N}./,]|[\\p{L}\\p{N}]-)(?<open>\\()?(?<before>-|\\+)?\\s?(?<left>${CURRENCY})?\\s?(?<inner>-)?(?<number>${NUMBER})(?<close>\\))?(?<after>-(?!\\d))?\\s?(?<right>${CURRENCY})?(?<tail>[A-Z]\\b)?(?!\\s?%|[\\p{L}\\p{N}/:]|[.,-]\\d)`,
  'giu',
);

/** Three digits after a lone mark are thousands unless the document writes its decimals so. */
const decimalsOf = (number: string, mark: DecimalMark) => {
  const last = /[.,](\d+)$/.exec(number);
  if (!last) return 0;
  const digits = (last[1] ?? '').length;
  if (digits !== 3) return digits;
  return last[0].startsWith(mark) ? digits : 0;
};

/** The decimal string of a printed number, whatever groups its thousands; null when it is none. */
export const readNumber = (number: string, mark: DecimalMark): string | null => {
  const decimals = decimalsOf(number, mark);
  const digits = number.replace(/\D/g, '');
  return decimals === 0
    ? parseAmount(digits)
    : parseAmount(`${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`);
};

// Recognition puts spaces around points, and letters for digits: `1O. 50`.
const repaired = (text: string) =>
  text
    .replace(/(?<![\p{L}\d])[\dOoQIl|][\dOoQIl|.,]*[.,] ?[\dOoQIl|]{2}(?![\p{L}\d])/gu, (number) =>
      foldDigits(number),
    )
    // The mark itself may be lost: `6 00`.
    .replace(/(?<![\d.,/-] ?)(\d{1,5}) (\d\d)$/, '$1.$2')
    .replace(/(?<=[\d.,])[CcDo](?=[CcDo]?$)/g, '0')
    .replace(/\d ?[.,] \d\d(?!\d)/g, (number) => number.replaceAll(' ', '').padEnd(number.length));

/** Every amount in a text, left to right; percentages, dates and identifiers are not amounts. */
export const findAmounts = (text: string, mark: DecimalMark, ocr = false): FoundAmount[] =>
  [...(ocr ? repaired(text) : text).matchAll(AMOUNT)].flatMap((match) => {
    const { number = '', open, close, before, inner, after, left, right } = match.groups ?? {};
    const value = readNumber(number, mark);
    if (value === null) return [];
    const negative = before === '-' || inner === '-' || after === '-' || (open && close);
    return [
      {
        value: negative ? negateAmount(value) : value,
        index: match.index,
        end: match.index + match[0].length,
        decimals: decimalsOf(number, mark),
        currency: left ?? right ?? null,
      },
    ];
  });
