import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import {
  arithmetic,
  compareNumbers,
  Decimal,
  type Numeric,
  negated,
  numberText,
  parseDecimal,
  rounded,
} from './decimal.ts';
import { FORMULA_DEPTH_MAX, FORMULA_NODES_MAX, PATTERN_CHARACTERS_MAX } from './limits.ts';

/**
 * The language of formulas: CEL with decimals, days and numbers that mix as people type them. It has no macros and no
 * functions of users, so that a formula takes time and memory in proportion to its text and its record.
 */

const TIME = 'google.protobuf.Timestamp';
const SPAN = 'google.protobuf.Duration';
const DAY_MS = 86_400_000;

/** What CEL's own duration tells; its class is not exported. */
export interface Span {
  seconds: bigint;
  nanos: number;
}

/** Whole and parts of days, exact to the second. */
export const daysOf = ({ seconds }: Span): Decimal => arithmetic['/'](seconds, 86_400n);

const order = {
  '<': (sign: number) => sign < 0,
  '<=': (sign: number) => sign <= 0,
  '>': (sign: number) => sign > 0,
  '>=': (sign: number) => sign >= 0,
} as const;

/** Pairs that CEL itself does not know; whole numbers among themselves stay CEL's. */
const mixed = [
  ['decimal', 'decimal'],
  ['decimal', 'int'],
  ['int', 'decimal'],
  ['decimal', 'double'],
  ['double', 'decimal'],
] as const;

const types = ['string', 'bool', 'int', 'double', 'decimal', TIME, SPAN] as const;

/**
 * The functions that formulas may call, with what they are for. Everything else that the library offers is refused:
 * its patterns backtrack, and its macros bind values, which lets a short formula double a text forty times.
 */
export const functionNames = new Set([
  ...['size', 'string', 'int', 'double', 'bool', 'decimal', 'date', 'timestamp', 'duration', 'days'],
  ...['round', 'abs', 'min', 'max', 'ifEmpty', 'match'],
]);

/** The functions that are called on a value: `name.trim()`. */
export const methodNames = new Set([
  ...['contains', 'startsWith', 'endsWith', 'lowerAscii', 'upperAscii', 'trim', 'indexOf', 'lastIndexOf'],
  ...['substring', 'split', 'join', 'size', 'match'],
  ...[
    'getDate',
    'getDayOfMonth',
    'getDayOfWeek',
    'getDayOfYear',
    'getFullYear',
    'getHours',
    'getMilliseconds',
  ],
  ...['getMinutes', 'getMonth', 'getSeconds'],
]);

const patterns = new Map<string, RE2JS>();
const PATTERNS_KEPT = 64;

function matches(text: string, pattern: string): boolean {
  if (pattern.length > PATTERN_CHARACTERS_MAX) throw new RangeError('the pattern is too long');
  let compiled = patterns.get(pattern);
  if (!compiled) {
    compiled = RE2JS.compile(pattern);
    if (patterns.size >= PATTERNS_KEPT) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled.matcher(text).find();
}

function parseDay(text: string): Date {
  const day = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : Number.NaN);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text)
    throw new RangeError('date() takes a day such as "2026-03-31"');
  return day;
}

const plusDays = (time: Date, days: Numeric) =>
  new Date(time.getTime() + Math.round(Number(numberText(days)) * DAY_MS));

const textOf = (value: Numeric | string) => (typeof value === 'string' ? value : numberText(value));

function registerNumbers(env: Environment): void {
  for (const [left, right] of mixed) {
    for (const [op, apply] of Object.entries(arithmetic))
      env.registerOperator(`${left} ${op} ${right}: decimal`, apply);
    for (const [op, holds] of Object.entries(order))
      env.registerOperator(`${left} ${op} ${right}: bool`, (a: Numeric, b: Numeric) =>
        holds(compareNumbers(a, b)),
      );
  }
  for (const right of ['decimal', 'int', 'double'])
    env.registerOperator(`decimal == ${right}`, (a: Numeric, b: Numeric) => compareNumbers(a, b) === 0);
  env.registerOperator('int == double', (a: Numeric, b: Numeric) => compareNumbers(a, b) === 0);
  env.registerOperator('-decimal: decimal', negated);
  for (const [op, apply] of Object.entries(arithmetic)) {
    env.registerOperator(`int ${op} double: decimal`, apply);
    env.registerOperator(`double ${op} int: decimal`, apply);
  }
  for (const type of ['decimal', 'int', 'double']) {
    env.registerOperator(`string + ${type}: string`, (a: string, b: Numeric) => a + numberText(b));
    env.registerOperator(`${type} + string: string`, (a: Numeric, b: string) => numberText(a) + b);
    env.registerFunction(`round(${type}): decimal`, (a: Numeric) => rounded(a));
    env.registerFunction(`round(${type}, int): decimal`, rounded);
    env.registerFunction(`abs(${type}): decimal`, (a: Numeric) =>
      compareNumbers(a, 0n) < 0 ? negated(a) : new Decimal(numberText(a)),
    );
    env.registerFunction(`decimal(${type}): decimal`, (a: Numeric) => new Decimal(numberText(a)));
    for (const other of ['decimal', 'int', 'double']) {
      env.registerFunction(
        `min(${type}, ${other}): decimal`,
        (a: Numeric, b: Numeric) => new Decimal(numberText(compareNumbers(a, b) <= 0 ? a : b)),
      );
      env.registerFunction(
        `max(${type}, ${other}): decimal`,
        (a: Numeric, b: Numeric) => new Decimal(numberText(compareNumbers(a, b) >= 0 ? a : b)),
      );
    }
  }
  env.registerFunction('decimal(string): decimal', parseDecimal);
  env.registerFunction('string(decimal): string', numberText);
  env.registerFunction('double(decimal): double', (a: Decimal) => Number(a.text));
  env.registerFunction('int(decimal): int', (a: Decimal) => BigInt(a.text.split('.')[0] ?? '0'));
}

/** A difference of days counts in days wherever a number stands beside it. */
function registerDays(env: Environment): void {
  env.registerFunction(`date(string): ${TIME}`, parseDay);
  env.registerFunction(`days(${SPAN}): decimal`, daysOf);
  for (const type of ['decimal', 'int', 'double']) {
    env.registerOperator(`${TIME} + ${type}: ${TIME}`, plusDays);
    env.registerOperator(`${TIME} - ${type}: ${TIME}`, (time: Date, days: Numeric) =>
      plusDays(time, negated(days)),
    );
    for (const [op, apply] of Object.entries(arithmetic)) {
      env.registerOperator(`${SPAN} ${op} ${type}: decimal`, (a: Span, b: Numeric) => apply(daysOf(a), b));
      env.registerOperator(`${type} ${op} ${SPAN}: decimal`, (a: Numeric, b: Span) => apply(a, daysOf(b)));
    }
    for (const [op, holds] of Object.entries(order)) {
      env.registerOperator(`${SPAN} ${op} ${type}: bool`, (a: Span, b: Numeric) =>
        holds(compareNumbers(daysOf(a), b)),
      );
      env.registerOperator(`${type} ${op} ${SPAN}: bool`, (a: Numeric, b: Span) =>
        holds(compareNumbers(a, daysOf(b))),
      );
    }
    env.registerOperator(`${SPAN} == ${type}`, (a: Span, b: Numeric) => compareNumbers(daysOf(a), b) === 0);
  }
}

/** An empty field is null: it can be compared with null, and given another value. */
function registerEmptiness(env: Environment): void {
  for (const type of types) {
    env.registerOperator(`${type} == null`, (a: unknown, b: unknown) => a === b);
    env.registerFunction(`ifEmpty(${type}, ${type}): ${type}`, (a: unknown) => a);
    // Only met at run time, where a field that was declared with a type turns out to be empty.
    env.registerFunction(`ifEmpty(null, ${type}): ${type}`, (_: null, b: unknown) => b);
  }
  for (const [left, right] of [...mixed, ['int', 'double'], ['double', 'int']].filter(([a, b]) => a !== b))
    env.registerFunction(`ifEmpty(${left}, ${right}): decimal`, (a: Numeric) => new Decimal(textOf(a)));
}

/** The language without any field. Cloning it is cheap. */
export const language = ((): Environment => {
  const env = new Environment({
    limits: {
      maxAstNodes: FORMULA_NODES_MAX,
      maxDepth: FORMULA_DEPTH_MAX,
      maxListElements: 200,
      maxMapEntries: 50,
      maxCallArguments: 8,
    },
  }).registerType('decimal', { ctor: Decimal, fields: {} });
  registerNumbers(env);
  registerDays(env);
  registerEmptiness(env);
  env.registerFunction('match(string, string): bool', matches);
  env.registerFunction('string.match(string): bool', matches);
  return env;
})();
