import { getPublicSuffix } from 'tldts';
import { countryNamed } from '../invoice/text/countries.ts';

/** Endings that look like a country's and are sold for what they spell. */
const SOLD = new Set('ai app co fm gg io la ly me sh so to tv vc ws'.split(' '));

/** The ISO 3166-1 alpha-2 code in or behind a text (`FR`, `France`, `Deutschland`); null when it names no country. */
export const countryCodeOf = (text: string): string | null => {
  const code = text.trim().toUpperCase();
  if (!/^[A-Z]{2}$/.test(code)) return countryNamed(text);
  if (code === 'UK') return 'GB';
  return code === 'EL' ? 'GR' : code;
};

/** The country whose ending a host has; null for the world's endings. */
export const countryOfHost = (host: string): string | null => {
  const ending = getPublicSuffix(host)?.split('.').at(-1) ?? '';
  return ending.length === 2 && ending !== 'eu' && !SOLD.has(ending) ? countryCodeOf(ending) : null;
};
