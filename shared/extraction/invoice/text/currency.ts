import type { Basis } from '../confidence.ts';
import type { Segment, Sheet } from './sheet.ts';

/** The currency of the page and what says so; `segment` is null when only the country does. */
export interface PageCurrency {
  value: string;
  basis: Basis;
  segment: Segment | null;
}

const CODES =
  'EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|INR|MYR|SGD|AUD|CAD|NZD|HKD|JPY|CNY|MAD|TND|TRY|ZAR|BRL|MXN|AED|THB|IDR|PHP|KRW';

// Signs that more than one currency uses come last and weigh less.
const SIGNS: [RegExp, string, number][] = [
  [new RegExp(`(?<![A-Za-z])(?:${CODES})(?![A-Za-z])`, 'g'), '', 2],
  [/€|(?<![a-z])euros?(?![a-z])/gi, 'EUR', 2],
  [/£/g, 'GBP', 2],
  [/₹|(?<![A-Za-z])Rs\.? ?-?\d|(?<![A-Za-z])Rs\.(?= )/g, 'INR', 2],
  [/(?<![A-Za-z])RM(?![A-Za-z])/g, 'MYR', 2],
  [/(?<![A-Za-z])zł(?![a-z])/g, 'PLN', 2],
  [/(?<![A-Za-z])Kč(?![a-z])/g, 'CZK', 2],
  [/(?<![A-Za-z])(?:D[Hh]s?)(?![A-Za-z])/g, 'MAD', 1],
  [/₺/g, 'TRY', 2],
  [/(?<![A-Za-z])(?:A|AU)\$/g, 'AUD', 3],
  [/(?<![A-Za-z])(?:C|CA)\$/g, 'CAD', 3],
  [/(?<![A-Za-z])S\$/g, 'SGD', 3],
  [/(?<![A-Za-z])HK\$/g, 'HKD', 3],
  [/US Dollars?|US\$/gi, 'USD', 3],
  [/(?<![A-Za-z])\$/g, 'USD', 1],
  [/¥/g, 'JPY', 1],
];

const BY_COUNTRY: Record<string, string> = {
  US: 'USD',
  GB: 'GBP',
  CH: 'CHF',
  LI: 'CHF',
  SE: 'SEK',
  NO: 'NOK',
  DK: 'DKK',
  PL: 'PLN',
  CZ: 'CZK',
  HU: 'HUF',
  RO: 'RON',
  IN: 'INR',
  MY: 'MYR',
  SG: 'SGD',
  AU: 'AUD',
  NZ: 'NZD',
  CA: 'CAD',
  JP: 'JPY',
  MA: 'MAD',
  TR: 'TRY',
  ZA: 'ZAR',
  MX: 'MXN',
  BR: 'BRL',
};
const EURO = new Set([
  'AT',
  'BE',
  'CY',
  'DE',
  'EE',
  'ES',
  'FI',
  'FR',
  'GR',
  'HR',
  'IE',
  'IT',
  'LT',
  'LU',
  'LV',
  'MT',
  'NL',
  'PT',
  'SI',
  'SK',
]);

/** Countries whose name on the page tells the currency when nothing else does. */
const NAMED: [RegExp, string][] = [
  [/\bindia\b/, 'IN'],
  [/\bmalaysia\b|\bsdn\b/, 'MY'],
  [/\bsingapore\b/, 'SG'],
  [/\bunited states\b|\busa\b/, 'US'],
  [/\bunited kingdom\b|\bengland\b/, 'GB'],
  [/\bschweiz\b|\bsuisse\b|\bswitzerland\b/, 'CH'],
  [/\bmaroc\b/, 'MA'],
  [/\bdeutschland\b|\bgermany\b/, 'DE'],
  [/\bfrance\b/, 'FR'],
  [/\bnederland\b|\bnetherlands\b/, 'NL'],
  [/\bitalia\b|\bitaly\b/, 'IT'],
  [/\bespana\b|\bspain\b/, 'ES'],
  [/\bbelgie\b|\bbelgique\b|\bbelgium\b/, 'BE'],
  [/\bosterreich\b|\baustria\b/, 'AT'],
];

/** The currency of a country; null when it is not known. */
export const currencyOfCountry = (country: string): string | null =>
  BY_COUNTRY[country] ?? (EURO.has(country) ? 'EUR' : null);

/** The currency that most signs and codes of the page name, else that of the country. */
export const readCurrency = (sheet: Sheet, country?: string): PageCurrency | null => {
  const votes = new Map<string, { weight: number; segment: Segment }>();
  for (const segment of sheet.rows.flat()) {
    for (const [sign, currency, weight] of SIGNS) {
      for (const match of segment.text.matchAll(sign)) {
        const code = currency || match[0];
        const vote = votes.get(code) ?? { weight: 0, segment };
        votes.set(code, { ...vote, weight: vote.weight + weight * (/\d/.test(segment.text) ? 2 : 1) });
      }
    }
  }
  const [first, second] = [...votes].toSorted(([, a], [, b]) => b.weight - a.weight);
  if (first && (!second || first[1].weight > second[1].weight)) {
    return { value: first[0], basis: 'labelled', segment: first[1].segment };
  }
  const named = country ?? NAMED.find(([name]) => name.test(sheet.folded))?.[1];
  const value = named ? currencyOfCountry(named) : null;
  return value ? { value, basis: 'placed', segment: null } : null;
};
