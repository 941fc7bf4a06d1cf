import { getCountrySpecifications } from 'ibantools';
import { fold } from './fold.ts';

const LANGUAGES = ['en', 'fr', 'de', 'nl', 'it', 'es'];
const OUTSIDE_IBAN = [
  'US',
  'IN',
  'MY',
  'SG',
  'HK',
  'CN',
  'JP',
  'AU',
  'NZ',
  'CA',
  'MX',
  'ZA',
  'MA',
  'ID',
  'TH',
  'PH',
  'KR',
];
const COMMON: [string, string][] = [
  ['usa', 'US'],
  ['uk', 'GB'],
  ['england', 'GB'],
  ['holland', 'NL'],
];

const codeByName = new Map<string, string>(COMMON);
for (const language of LANGUAGES) {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  for (const code of [...Object.keys(getCountrySpecifications()), ...OUTSIDE_IBAN]) {
    const name = names.of(code);
    if (name) codeByName.set(fold(name), code);
  }
}

/** The ISO code of the country that a text names in one of the six languages, and nothing else; null when none. */
export const countryNamed = (text: string): string | null => {
  // Bilingual lines such as `Deutschland / Germany` name it twice.
  const [name = ''] = fold(text).split('/');
  return codeByName.get(name.replace(/[.,]/g, '').trim()) ?? null;
};
