import { stdnum } from 'stdnum';
import { fold } from '../invoice/text/fold.ts';
import { vatIdValidity } from '../invoice/text/identifiers.ts';

/** A number of a company, without separators. */
export interface LegalNumber {
  value: string;
  /** Its checksum agrees; a number without one in its country is not proved. */
  proved: boolean;
  evidence: string;
}

/** Where a company is registered. The country is ISO 3166-1 alpha-2. */
export interface Registration extends LegalNumber {
  registry: string | null;
  country: string;
}

export interface LegalNumbers {
  vat_ids: LegalNumber[];
  registrations: Registration[];
  /** Numbers beside a label whose checksum fails, as they were read. */
  failed: { value: string; what: string; evidence: string }[];
}

const VAT_LABEL =
  /\b(?:vat|ust|umsatzsteuer\S*|tva|btw|iva|mwst|mva|moms|uid|n\.?i\.?f|c\.?i\.?f|p\.? ?iva|partita iva)\b[^0-9]{0,40}$/;
const VAT =
  /(?<![\p{L}\p{N}])(AT|BE|BG|CHE|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI)((?:[ .-]?[0-9A-Z]){7,12})(?![\p{L}\p{N}])/gu;

const bare = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** Words run on behind a number; it ends where its country's rule says so. */
const provedVat = (country: string, body: string): string | null => {
  const words = body.trim().split(/(?=[ ])/);
  for (let count = words.length; count > 0; count -= 1) {
    const id = bare(country + words.slice(0, count).join(''));
    if (vatIdValidity(id) === 'valid') return id;
  }
  return null;
};

/** A line with what stands before it, where labels of tables and definition lists are. */
interface Row {
  text: string;
  /** Folded. */
  above: string;
}

const rowsOf = (lines: readonly string[]): Row[] =>
  lines.map((text, index) => ({ text, above: fold(lines[index - 1] ?? '').slice(-60) }));

const shown = (text: string) => text.slice(0, 120);

/** VAT numbers with their country; national spellings of Italy and Spain get it from their label. */
const vatIdsIn = ({ text, above }: Row, numbers: LegalNumbers): void => {
  for (const match of text.matchAll(VAT)) {
    const [, country = '', body = ''] = match;
    const labelled = VAT_LABEL.test(`${above} ${fold(text.slice(0, match.index))}`.slice(-60));
    const proved = provedVat(country, body);
    const value = proved ?? bare(country + body);
    if (proved) numbers.vat_ids.push({ value, proved: true, evidence: shown(text) });
    else if (labelled && vatIdValidity(value) === 'invalid')
      numbers.failed.push({ value, what: 'vat_id', evidence: shown(text) });
    else if (labelled && /\d{6}/.test(value))
      numbers.vat_ids.push({ value, proved: false, evidence: shown(text) });
  }
  const folded = fold(text);
  const italian = /\b(?:p\.? ?iva|partita iva)\b[^0-9]{0,20}(\d{11})(?!\d)/.exec(folded)?.[1];
  if (italian) addNational(numbers, `IT${italian}`, text);
  const spanish = /\b(?:n\.?i\.?f|c\.?i\.?f)\b[^a-z0-9]{0,5}([a-hjnp-suvw][ -]?\d{7}[ -]?[0-9a-j])\b/.exec(
    folded,
  )?.[1];
  if (spanish) addNational(numbers, `ES${bare(spanish)}`, text);
};

const addNational = (numbers: LegalNumbers, value: string, text: string) => {
  if (vatIdValidity(value) === 'valid') numbers.vat_ids.push({ value, proved: true, evidence: shown(text) });
  else numbers.failed.push({ value, what: 'vat_id', evidence: shown(text) });
};

const FRENCH = /\b(?:siren|siret|r\.?c\.?s|immatricul\w+)\b[^0-9]{0,80}((?:\d[ .]?){8,13}\d)(?!\d)/g;
const RCS =
  /R\.?C\.?S\.?(?: d[eu]s?| d['’])? ?(?:: ?)?((?:\p{Lu}[\p{L}'’-]+)(?:[ -](?:\p{Lu}[\p{L}'’-]+|en|sur|la|le))*)/u;

/** French register numbers: SIREN, the first nine digits of a SIRET, each with its checksum. */
const frenchIn = ({ text, above }: Row, numbers: LegalNumbers): void => {
  const joined = `${above} ${fold(text)}`;
  for (const match of joined.matchAll(FRENCH)) {
    // What stands wholly in the line above was read there.
    if (match.index + match[0].length <= above.length) continue;
    const digits = bare(match[1] ?? '');
    const scheme = digits.length === 9 ? stdnum.FR?.siren : digits.length === 14 ? stdnum.FR?.siret : null;
    if (!scheme) continue;
    if (!scheme.validate(digits).isValid) {
      numbers.failed.push({ value: digits, what: 'siren', evidence: shown(text) });
      continue;
    }
    const city = RCS.exec(text)?.[1];
    numbers.registrations.push({
      ...{ value: digits.slice(0, 9), proved: true, evidence: shown(text) },
      ...{ registry: city ? `RCS ${city}` : null, country: 'FR' },
    });
  }
};

interface RegisterPattern {
  country: string;
  /** Against the line as it stands; the first group is the number. */
  number: RegExp;
  registry: string | RegExp | null;
}

const COURT = /((?:Amtsgericht|Registergericht|AG)\s+\p{Lu}[\p{L}-]+(?:[ (/-]+\p{Lu}[\p{L}-]+\)?)?)/u;

const REGISTERS: readonly RegisterPattern[] = [
  {
    country: 'DE',
    number: /\b((?:HR[AB]|GnR|PR|VR)[ .:-]{0,3}(?:Nr\.? ?)?\d{1,7}(?: ?[A-Z]{1,3}\b)?)/,
    registry: COURT,
  },
  {
    country: 'AT',
    number: /\b(?:FN|Firmenbuch\S*)[ .:]{0,3}(?:FN )?(\d{4,6} ?[a-z])\b/,
    registry: /((?:Handels|Landes)gericht\s+\p{Lu}\p{L}+)/u,
  },
  {
    country: 'GB',
    number:
      /\b(?:registered in (?:England|Scotland|Wales|Northern Ireland)[^.\d]{0,60}|company (?:registration )?(?:number|no\.?|reg\.? ?no\.?)[ :]{0,3})((?:SC|NI|OC|SO)?\d{6,8})\b/i,
    registry: 'Companies House',
  },
  {
    country: 'NL',
    number: /\b(?:KvK|Kamer van Koophandel|Handelsregister)[^0-9]{0,30}(\d{8})\b/i,
    registry: 'KvK',
  },
  {
    country: 'IT',
    number: /\b(?:REA|R\.E\.A\.)[^A-Z0-9]{0,10}([A-Z]{2}[ -–]{0,3}\d{5,7})\b/,
    registry: 'REA',
  },
  {
    country: 'ES',
    number: /\bRegistro Mercantil.{0,120}?\b[Hh]oja(?: n[.ºo°]*)?[ :]{0,3}([A-Z]{1,2}[ -]?\d{3,7})/,
    registry: /(Registro Mercantil de \p{Lu}\p{L}+)/u,
  },
];

const registersIn = (lines: readonly string[], numbers: LegalNumbers): void => {
  for (const [index, text] of lines.entries()) {
    for (const { country, number, registry } of REGISTERS) {
      const value = number.exec(text)?.[1];
      if (!value) continue;
      // The court stands on the line itself or beside it.
      const near = [text, lines[index + 1] ?? '', lines[index - 1] ?? '', lines[index - 2] ?? ''];
      const named =
        registry instanceof RegExp
          ? (near.map((line) => registry.exec(line)?.[1]).find((court) => court !== undefined) ?? null)
          : registry;
      numbers.registrations.push({
        ...{ value: value.replace(/[ .:]+/g, ' ').trim(), proved: false, evidence: shown(text) },
        ...{ registry: named?.replace(/^AG\b|^Registergericht\b/, 'Amtsgericht') ?? null, country },
      });
    }
  }
};

const once = <T extends { value: string }>(
  values: readonly T[],
  prefer: (value: T) => boolean = () => false,
): T[] =>
  [...Map.groupBy(values, ({ value }) => value).values()].flatMap(
    (same) => same.find(prefer) ?? same[0] ?? [],
  );

/** The numbers that a legal notice states, in its order; a number whose checksum fails is only kept as such. */
export const readLegalNumbers = (lines: readonly string[]): LegalNumbers => {
  const numbers: LegalNumbers = { vat_ids: [], registrations: [], failed: [] };
  for (const row of rowsOf(lines)) {
    vatIdsIn(row, numbers);
    frenchIn(row, numbers);
  }
  registersIn(lines, numbers);
  return {
    vat_ids: once(numbers.vat_ids),
    registrations: once(numbers.registrations, ({ registry }) => registry !== null),
    failed: once(numbers.failed),
  };
};

/** Whether a French VAT number belongs to this SIREN: the same nine digits behind its key. */
export const vatFitsSiren = (vatId: string, siren: string): boolean =>
  vatId.startsWith('FR') && vatId.slice(-9) === siren;
