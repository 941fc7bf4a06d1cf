import { electronicFormatIBAN, getCountrySpecifications, isValidBIC, isValidIBAN } from 'ibantools';
import { stdnum } from 'stdnum';
import { foldDigits } from './fold.ts';
import type { Segment, Sheet } from './sheet.ts';

/** An identifier of a party or an account; `proved` when its checksum agrees. */
export interface Identifier {
  value: string;
  proved: boolean;
  /** A label beside it says what it is. */
  labelled: boolean;
  segment: Segment;
  /** Folded text before it in its row, for who it belongs to. */
  before: string;
}

const VAT_LABEL =
  /\b(?:vat|ust|umsatzsteuer|tva|btw|iva|mwst|mva|moms|p\.? ?iva|nif|cif|uid|gst)\b[ .:-]*(?:id(?:ent)?|id\. ?nr|intracom[a-z]*|reg[a-z]*|number|nummer|no|nr|n°)?/;
const COUNTRIES =
  'AT|BE|BG|CH|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI';
const VAT = new RegExp(
  `(?<![\\p{L}\\p{N}])(${COUNTRIES})([ .-]?[0-9A-Z](?:[ .-]?[0-9A-Z+*]){6,12})(?![\\p{L}\\p{N}])`,
  'gu',
);

type Validators = Record<string, { validate(value: string): { isValid: boolean } } | undefined>;
const VAT_SCHEMES = [
  'vat',
  'tva',
  'btw',
  'iva',
  'uid',
  'kmkr',
  'alv',
  'pvm',
  'pvn',
  'nip',
  'nif',
  'cif',
  'dic',
  'dph',
  'ddv',
  'oib',
  'anum',
  'cvr',
  'mva',
  'cui',
];

/** What the country's own rule says of a VAT number; `unknown` where there is none. */
export const vatIdValidity = (vatId: string): 'valid' | 'invalid' | 'unknown' => {
  const compact = vatId.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
  const country = compact.slice(0, 2) === 'EL' ? 'GR' : compact.slice(0, 2);
  const schemes = (stdnum as unknown as Record<string, Validators>)[country]; // a table by country, typed per country
  const known = VAT_SCHEMES.flatMap((scheme) => schemes?.[scheme] ?? []);
  if (known.length === 0) return 'unknown';
  return known.some((scheme) => scheme.validate(compact.slice(2)).isValid) ? 'valid' : 'invalid';
};

const isValidVatId = (vatId: string) => vatIdValidity(vatId) === 'valid';

const before = (sheet: Sheet, segment: Segment, index: number) =>
  [
    ...(sheet.rows[segment.row] ?? []).slice(0, segment.column).map(({ folded }) => folded),
    segment.folded.slice(0, index),
  ].join(' ');

// Digits run on into the next word on a page; a number ends where its country's rule or a second letter says so.
const trimVat = (country: string, body: string): string => {
  const words = body.split(/(?=[ ])/);
  for (let count = words.length; count > 1; count -= 1) {
    const shorter = words.slice(0, count).join('');
    if (isValidVatId(country + shorter)) return shorter;
  }
  return body;
};

/** VAT numbers of the page with their country, as printed; those without label or valid checksum are left out. */
export const findVatIds = (sheet: Sheet): Identifier[] =>
  sheet.rows.flat().flatMap((segment) =>
    [...segment.text.matchAll(VAT)].flatMap((match) => {
      const [, country = '', body = ''] = match;
      const value = (country + trimVat(country, body)).trim();
      const lead = before(sheet, segment, match.index);
      const labelled = VAT_LABEL.test(lead.slice(-40));
      const proved = isValidVatId(value);
      if (!/\d{5}/.test(value.replace(/[ .-]/g, '')) || (!proved && !labelled)) return [];
      return [{ value, proved, labelled, segment, before: lead }];
    }),
  );

const IBAN = /(?<![\p{L}\p{N}])([A-Z]{2}[0-9OIl]{2}(?: ?[0-9A-Z]){11,30})(?![\p{N}])/gu;
const lengths = getCountrySpecifications();

/** The first characters that make an account of the country's length; its checksum decides, or the label. */
const ibanIn = (text: string): { value: string; proved: boolean } | null => {
  const compact = electronicFormatIBAN(text);
  const length = compact ? (lengths[compact.slice(0, 2)]?.chars ?? 0) : 0;
  if (!compact || !length || compact.length < length) return null;
  const value = compact.slice(0, length);
  const digits = value.slice(0, 2) + foldDigits(value.slice(2));
  if (isValidIBAN(value)) return { value, proved: true };
  return isValidIBAN(digits) ? { value: digits, proved: true } : { value, proved: false };
};

/** Accounts of the page; one whose checksum fails counts only beside the word IBAN. */
export const findIbans = (sheet: Sheet): Identifier[] => {
  const found = sheet.rows.flat().flatMap((segment) =>
    [...segment.text.matchAll(IBAN)].flatMap((match) => {
      const iban = ibanIn(match[1] ?? '');
      const lead = before(sheet, segment, match.index);
      const labelled = /\biban\b/.test(lead.slice(-40));
      return iban && (iban.proved || labelled) ? [{ ...iban, labelled, segment, before: lead }] : [];
    }),
  );
  return found.filter(({ value }, index) => found.findIndex((other) => other.value === value) === index);
};

/** Bank codes beside their label. */
export const findBics = (sheet: Sheet): Identifier[] =>
  sheet.rows.flat().flatMap((segment) =>
    [
      ...segment.text.matchAll(/(?<![\p{L}\p{N}])([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?![\p{L}\p{N}])/gu),
    ].flatMap((match) => {
      const value = match[1] ?? '';
      const lead = before(sheet, segment, match.index);
      const labelled = /\b(?:bic|swift)\b[^a-z]*(?:code)?[^a-z0-9]*$/.test(lead);
      return labelled && isValidBIC(value) ? [{ value, proved: false, labelled, segment, before: lead }] : [];
    }),
  );
