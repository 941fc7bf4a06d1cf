import type { TypeError as CelTypeError, ParseError } from '@marcbachmann/cel-js';
import { wordDistance } from '../domain/names.ts';
import type { Fields } from './fields.ts';

const words: Record<string, string> = {
  string: 'a text',
  int: 'a whole number',
  double: 'a number',
  decimal: 'a number',
  bool: 'a yes/no value',
  null: 'an empty value',
  'google.protobuf.Timestamp': 'a date',
  'google.protobuf.Duration': 'a number of days',
};

const wordOf = (type: string) => words[type] ?? (type.startsWith('$') ? 'a related record' : type);

/** Fields that a message names at most. */
const NAMED_MAX = 12;

/** The place of the text that an error is about, from 0. */
export interface Place {
  start: number;
  end: number;
}

/** A sentence that says what is wrong with a formula and how to mend it. */
export function explain(
  { code, summary }: ParseError | CelTypeError,
  text: string,
  { start, end }: Place,
  fields: Fields,
): string {
  const part = text.slice(start, end);
  switch (code) {
    case 'unexpected_token':
      if (summary.endsWith('EOF')) return 'the formula ends too early: something is missing here';
      return `"${text.slice(start, start + 1)}" cannot stand here`;
    case 'unknown_variable':
      return noField(part, [...fields.keys()]);
    case 'no_such_key': {
      const [, relation = ''] = /(\w+)\.$/.exec(text.slice(0, start)) ?? [];
      return noField(
        `${relation}.${part}`,
        [...fields.keys()].filter((path) => path.startsWith(`${relation}.`)),
      );
    }
    case 'no_such_overload': {
      const [, operand] = /^no such overload: [!-](\S+)$/.exec(summary) ?? [];
      if (operand) return `${text.charAt(start)} does not work on ${wordOf(operand)}`;
      const [, left, op, right] = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary) ?? [];
      if (!left || !op || !right) break;
      return `${op} does not work between ${wordOf(left)} and ${wordOf(right)}${hint(op, left, right)}`;
    }
    case 'no_matching_overload': {
      const [, call = ''] = /for '(.*)'$/.exec(summary) ?? [];
      return `${call.replaceAll(/[$\w.]+(?=[,)])/g, wordOf)} does not exist: this function takes other values`;
    }
    case 'incompatible_ternary_branches': {
      const [, left = '', right = ''] = /got '([^']*)' and '([^']*)'/.exec(summary) ?? [];
      return `both branches of ? and : must be of one type, here they are ${wordOf(left)} and ${wordOf(right)}`;
    }
    case 'invalid_condition_type':
      return 'before the ? stands a condition, such as grand_total > 100';
    case 'invalid_logical_operand':
      return 'beside && and || stand conditions, such as grand_total > 100';
  }
  return summary.charAt(0).toLowerCase() + summary.slice(1);
}

/** Slips of the finger that are still taken for the name they are near to. */
const SLIPS_MAX = 2;

const noField = (name: string, paths: readonly string[]) => {
  const near = paths.find((path) => wordDistance(path, name, SLIPS_MAX) <= SLIPS_MAX);
  return `there is no field "${name}": ${near ? `did you mean ${near}?` : named(paths)}`;
};

const named = (paths: readonly string[]) =>
  paths.length === 0
    ? 'there are none here'
    : `there are ${paths.slice(0, NAMED_MAX).join(', ')}${paths.length > NAMED_MAX ? ` and ${paths.length - NAMED_MAX} more` : ''}`;

const hint = (op: string, left: string, right: string) => {
  if (left === 'null' || right === 'null')
    return ': compare with == null or give it a value by ifEmpty(field, 0)';
  if (op === '+' && (left === 'string' || right === 'string')) return ': write string(…) around it';
  if (left === 'string' || right === 'string') return ': write decimal(…) around the text';
  return '';
};
