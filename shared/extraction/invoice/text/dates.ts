import { isoDay } from '../iso-day.ts';
import { fold } from './fold.ts';

/** A date found in a text, as an ISO day. */
export interface FoundDate {
  value: string;
  index: number;
  end: number;
}

/** Whether `03/04` is the third of April or the fourth of March. */
export type DateOrder = 'day-first' | 'month-first';

const MONTHS = [
  'january|jan|januar|janvier|janv|januari|gennaio|gen|enero|ene|janner',
  'february|feb|februar|fevrier|fevr|fev|februari|febbraio|febrero',
  'march|mar|marz|maerz|mrz|mars|maart|mrt|marzo',
  'april|apr|avril|avr|aprile|abril|abr',
  'may|mai|mei|maggio|mag|mayo',
  'june|jun|juni|juin|giugno|giu|junio',
  'july|jul|juli|juillet|juil|luglio|lug|julio',
  'august|aug|aout|augustus|agosto|ago',
  'september|sept|sep|septembre|settembre|set|septiembre',
  'october|oct|oktober|okt|octobre|ottobre|ott|octubre',
  'november|nov|novembre|noviembre',
  'december|dec|dezember|dez|decembre|dicembre|dic|diciembre',
];
const MONTH = MONTHS.join('|');
const monthNumber = (name: string) => MONTHS.findIndex((names) => names.split('|').includes(name)) + 1;

const YEAR = "(?:19|20)\\d\\d|'?\\d\\d";
const ISO = /(?<!\d)((?:19|20)\d\d) ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{1,2})(?!\d)/g;
const NUMERIC = /(?<![\d.,/-])(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?((?:19|20)\d\d|\d\d)(?![\d]|[.,/-]\d)/g;
const DAY_MONTH = new RegExp(
  `(?<![\\d.])(\\d{1,2})(?:\\.|st|nd|rd|th|er)?[ -]*(?:de |of )?(${MONTH})\\b[., -]*(?:de )?(${YEAR})(?!\\d)`,
  'g',
);
const MONTH_DAY = new RegExp(
  `\\b(${MONTH})\\b\\.? *(\\d{1,2})(?:st|nd|rd|th)? ?,? *((?:19|20)\\d\\d)(?!\\d)`,
  'g',
);

// Only inside what has the shape of a date, and only where recognition made the text.
const repaired = (text: string) =>
  text.replace(/(?<![\w])[\dOoQIl|]{1,4}( ?[./-] ?)[\dOoQIl|]{1,2}\1[\dOoQIl|]{2,4}(?![\w])/g, (date) =>
    date.replace(/[OoQ]/g, '0').replace(/[Il|]/g, '1'),
  );

const fullYear = (year: string) => {
  const digits = year.replace("'", '');
  return Number(digits.length === 2 ? `20${digits}` : digits);
};

const numericDay = (first: number, second: number, year: number, order: DateOrder) =>
  order === 'day-first'
    ? (isoDay(year, second, first) ?? isoDay(year, first, second))
    : (isoDay(year, first, second) ?? isoDay(year, second, first));

/** Every date in a text, left to right; what no calendar has is no date. */
export const findDates = (text: string, order: DateOrder, ocr = false): FoundDate[] => {
  const plain = fold(ocr ? repaired(text) : text);
  const found: FoundDate[] = [];
  const add = (match: RegExpExecArray, value: string | null) => {
    const [index, end] = [match.index, match.index + match[0].length];
    if (value && found.every((date) => date.end <= index || date.index >= end))
      found.push({ value, index, end });
  };
  for (const match of plain.matchAll(ISO))
    add(match, isoDay(Number(match[1]), Number(match[2]), Number(match[3])));
  for (const match of plain.matchAll(DAY_MONTH)) {
    add(match, isoDay(fullYear(match[3] ?? ''), monthNumber(match[2] ?? ''), Number(match[1])));
  }
  for (const match of plain.matchAll(MONTH_DAY)) {
    add(match, isoDay(fullYear(match[3] ?? ''), monthNumber(match[1] ?? ''), Number(match[2])));
  }
  for (const match of plain.matchAll(NUMERIC)) {
    add(match, numericDay(Number(match[1]), Number(match[3]), fullYear(match[4] ?? ''), order));
  }
  return found.toSorted((a, b) => a.index - b.index);
};

const MONTH_FIRST_COUNTRIES = new Set(['US', 'PH', 'PW', 'FM', 'MH']);

/**
 * The order of a document's numeric dates: what its own dates prove, else the country, else signs of the United States
 * (a state before a zip code, US dollars), else day first.
 */
export const dateOrderOf = (text: string, country?: string): DateOrder => {
  let dayFirst = 0;
  let monthFirst = 0;
  for (const match of fold(text).matchAll(NUMERIC)) {
    if (Number(match[1]) > 12 && Number(match[3]) <= 12) dayFirst += 1;
    // Nobody writes the month first with points; `11.14.00` is a time.
    if (match[2] !== '.' && Number(match[3]) > 12 && Number(match[1]) <= 12) monthFirst += 1;
  }
  if (dayFirst !== monthFirst) return dayFirst > monthFirst ? 'day-first' : 'month-first';
  if (country) return MONTH_FIRST_COUNTRIES.has(country) ? 'month-first' : 'day-first';
  const american =
    /,\s*[A-Z]{2},?\s+\d{5}(-\d{4})?\b/.test(text) || /\bUSD\b|US Dollars?\b|\bEIN\b/.test(text);
  return american ? 'month-first' : 'day-first';
};
