import { EvaluationError } from '@marcbachmann/cel-js';
import type { FieldType } from '../domain/records-roots.ts';
import { type CellShape, type CellType, type CellValue, coerce } from './cell-value.ts';
import { contextOf, type Fields, type RecordValues, runningLanguage } from './fields.ts';

/** One formula to run for each record, checked before. */
export interface Step {
  /** Name under which later steps read the result. */
  key: string;
  runs: string;
  reads: readonly string[];
  shape: CellShape;
}

/** What to evaluate: the last step is the one that is asked for, those before it are what it reads. */
export interface Program {
  fields: readonly (readonly [string, FieldType])[];
  steps: readonly Step[];
}

/** One record. */
export interface Row {
  values: RecordValues;
  /** Keys of steps whose cell was entered by hand and is read as it stands. */
  fixed?: readonly string[];
  /** Of amounts that name none. */
  currency?: string | null;
}

/** A row's result: its cell, the type it would not fit, or an error that is this row's alone. */
export type RowResult = { cell: CellValue } | { mismatch: string } | { error: string };

/** How a type of cell is read by another formula. */
export const fieldTypeOf = (type: CellType): FieldType =>
  ({
    number: 'decimal',
    amount: 'decimal',
    date: 'date',
    boolean: 'boolean',
    text: 'text',
    select: 'text',
    url: 'text',
  })[type] as FieldType;

type Evaluate = (row: Row) => RowResult;

/** Compiles a program once for any number of rows. Throws only for a text that was not checked before. */
export function compile({ fields: entries, steps }: Program): Evaluate {
  const fields: Fields = new Map(entries);
  const env = runningLanguage(fields);
  const compiled = steps.map((step) => ({ ...step, run: env.parse(step.runs) }));
  return ({ values, fixed = [], currency = null }) => {
    const known = compiled.length > 1 ? { ...values } : values;
    let result: RowResult = { error: 'there is no formula' };
    for (const step of compiled) {
      if (fixed.includes(step.key)) continue;
      result = runStep(step, known, fields, currency);
      if (step !== compiled.at(-1)) {
        if (!('cell' in result)) return prefixed(step.key, result);
        Object.assign(known, { [step.key]: result.cell.value });
      }
    }
    return result;
  };
}

const prefixed = (key: string, result: { mismatch: string } | { error: string }): RowResult => ({
  error: `column ${key}: ${'error' in result ? result.error : result.mismatch}`,
});

type Compiled = Step & { run: (context: Record<string, unknown>) => unknown };

function runStep(step: Compiled, values: RecordValues, fields: Fields, currency: string | null): RowResult {
  const shape = { ...step.shape, currency: step.shape.currency ?? currency };
  try {
    return coerce(step.run(contextOf(values, fields, step.reads)), shape);
  } catch (error) {
    const isEmpty = step.reads.some((path) => values[path] === null || values[path] === undefined);
    if (isEmpty && isTypeError(error)) return { cell: { value: null } };
    return { error: sentenceOf(error) };
  }
}

const typeErrors = new Set([
  'no_such_overload',
  'no_matching_overload',
  'invalid_condition_type',
  'invalid_logical_operand',
  'invalid_list_element_type',
]);

/**
 * A formula that passed the check of its types meets a wrong type only where a field is empty: then its result is empty
 * too, as in a spreadsheet, unless the formula says otherwise by `field == null` or `ifEmpty`.
 */
const isTypeError = (error: unknown) => error instanceof EvaluationError && typeErrors.has(error.code);

const sentenceOf = (error: unknown): string => {
  if (error instanceof EvaluationError) return error.summary;
  return error instanceof Error ? error.message.slice(0, 200) : 'the formula broke';
};
