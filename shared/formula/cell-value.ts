import { parseAmount } from '../domain/money.ts';
import { Decimal, numberText } from './decimal.ts';
import { daysOf, type Span } from './language.ts';
import { CELL_CHARACTERS_MAX } from './limits.ts';

/** Types that a cell may have. */
export const cellTypes = ['text', 'number', 'amount', 'date', 'boolean', 'select', 'url'] as const;
export type CellType = (typeof cellTypes)[number];

/** What a value has to become. */
export interface CellShape {
  type: CellType;
  /** Of a `select`. */
  options?: readonly string[];
  /** Of an `amount` that names none itself: an ISO 4217 code. */
  currency?: string | null;
}

/** A cell as it is stored: numbers and amounts as decimal strings, dates as days. */
export interface CellValue {
  value: string | boolean | null;
  currency?: string;
}

/** The value of a cell, or why what was found cannot be one. */
export type Coerced = { cell: CellValue } | { mismatch: string };

/** A result of a formula or the answer of a model as a value of the column's type. */
export function coerce(raw: unknown, shape: CellShape): Coerced {
  if (raw === null || raw === undefined) return { cell: { value: null } };
  const text = textOf(raw);
  if (text === null) return { mismatch: 'the result is no single value' };
  if (text.length > CELL_CHARACTERS_MAX)
    return { mismatch: `the text is longer than ${CELL_CHARACTERS_MAX} characters` };
  if (typeof raw === 'string' && text.trim() === '') return { cell: { value: null } };
  switch (shape.type) {
    case 'text':
      return { cell: { value: text } };
    case 'number':
      return numberCell(text);
    case 'amount':
      return amountCell(text, shape.currency ?? null);
    case 'date':
      return dayCell(text);
    case 'boolean':
      return booleanCell(raw);
    case 'select':
      return optionCell(text, shape.options ?? []);
    case 'url':
      return urlCell(text);
  }
}

function textOf(raw: unknown): string | null {
  if (typeof raw === 'string') return raw.replaceAll('\u0000', '').toWellFormed();
  if (typeof raw === 'boolean') return String(raw);
  if (typeof raw === 'bigint' || typeof raw === 'number' || raw instanceof Decimal) return numberText(raw);
  if (raw instanceof Date)
    return Number.isNaN(raw.getTime()) ? null : raw.toISOString().replace('T00:00:00.000Z', '');
  return isSpan(raw) ? daysOf(raw).text : null;
}

// A column of numbers made of two dates counts days.
const isSpan = (raw: unknown): raw is Span =>
  typeof raw === 'object' && raw !== null && 'seconds' in raw && typeof raw.seconds === 'bigint';

const shown = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function numberCell(text: string): Coerced {
  const value = parseAmount(text);
  return value === null ? { mismatch: `${shown(text)} is no number` } : { cell: { value } };
}

function amountCell(text: string, known: string | null): Coerced {
  const [, figure = '', named] = /^(\S+?)(?:\s+([A-Z]{3}))?$/.exec(text.trim()) ?? [];
  const value = parseAmount(figure);
  if (value === null) return { mismatch: `${shown(text)} is no amount` };
  const currency = named ?? known;
  return currency
    ? { cell: { value, currency } }
    : { mismatch: 'the amount has no currency: name one in format_config.currency' };
}

function dayCell(text: string): Coerced {
  const [, day = ''] = /^(\d{4}-\d{2}-\d{2})(?:T[\d:.]+Z)?$/.exec(text.trim()) ?? [];
  const time = new Date(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 10) === day;
  return isDay ? { cell: { value: day } } : { mismatch: `${shown(text)} is no day such as 2026-03-31` };
}

function booleanCell(raw: unknown): Coerced {
  if (typeof raw === 'boolean') return { cell: { value: raw } };
  const text = typeof raw === 'string' ? raw.trim().toLowerCase() : '';
  if (text === 'true' || text === 'false') return { cell: { value: text === 'true' } };
  return { mismatch: `${shown(textOf(raw) ?? '')} is neither true nor false` };
}

function optionCell(text: string, options: readonly string[]): Coerced {
  const wanted = text.trim();
  const option =
    options.find((one) => one === wanted) ??
    options.find((one) => one.toLowerCase() === wanted.toLowerCase());
  return option === undefined
    ? { mismatch: `${shown(text)} is none of the options` }
    : { cell: { value: option } };
}

function urlCell(text: string): Coerced {
  const url = URL.parse(text.trim());
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return isWeb && url
    ? { cell: { value: url.href } }
    : { mismatch: `${shown(text)} is no http or https address` };
}
