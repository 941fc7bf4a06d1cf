import type { CellShape, CellValue } from './cell-value.ts';
import type { Format } from './config.ts';

/** Locale of what users did not give one to: digits grouped by commas, a decimal point. */
const LOCALE = 'en';

const knownLocale = (locale: string | null | undefined): string => {
  if (!locale) return LOCALE;
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? LOCALE;
  } catch (error) {
    if (error instanceof RangeError) return LOCALE;
    throw error;
  }
};

/** The value as people read it, or null where the format asks for nothing. Amounts are formatted digit by digit. */
export function formatValue(
  { value, currency }: CellValue,
  { type }: CellShape,
  format: Format,
): string | null {
  const { decimals, locale } = format;
  const shownCurrency = currency ?? format.currency;
  if (value === null || typeof value === 'boolean') return null;
  if (type === 'date')
    return locale
      ? new Intl.DateTimeFormat(knownLocale(locale), { dateStyle: 'medium', timeZone: 'UTC' }).format(
          new Date(`${value}T00:00:00Z`),
        )
      : null;
  if (type !== 'number' && type !== 'amount') return null;
  if (!shownCurrency && typeof decimals !== 'number' && !locale) return null;
  const formatter = new Intl.NumberFormat(knownLocale(locale), {
    ...(shownCurrency ? { style: 'currency', currency: shownCurrency } : { maximumFractionDigits: 12 }),
    ...(typeof decimals === 'number'
      ? { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
      : {}),
    roundingMode: 'halfExpand',
  });
  // A decimal string goes through without becoming a float.
  return formatter.format(value as Intl.StringNumericLiteral);
}
