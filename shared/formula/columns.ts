import { type CellShape, type CellType, cellTypes } from './cell-value.ts';
import { readFormat, readFormula, readPrompt, type Written } from './config.ts';
import type { Row } from './evaluate-rows.ts';
import type { RecordValues } from './fields.ts';
import { type BuiltProgram, type ColumnFormula, valuesRead } from './program.ts';

/** A column of users as it is stored. */
export interface StoredColumn {
  field_key: string;
  type: CellType | 'ai';
  rules_config?: unknown;
  formula_config?: unknown;
  format_config?: unknown;
}

/** A column as it is computed: by its formula where it has one, else by what it asks a model. */
export interface Column extends ColumnFormula {
  prompt: Written | null;
}

const isCellType = (type: string | null | undefined): type is CellType =>
  (cellTypes as readonly (string | null | undefined)[]).includes(type);

/** A column of type `ai` holds text unless its format says what its answers are. */
export function columnOf(stored: StoredColumn): Column {
  const format = readFormat(stored.format_config);
  const rules = readFormat(stored.rules_config);
  const type = stored.type === 'ai' ? (isCellType(format.type) ? format.type : 'text') : stored.type;
  const options = format.options ?? rules.options;
  return {
    key: stored.field_key,
    formula: readFormula(stored.formula_config)?.text ?? null,
    prompt: readPrompt(stored.rules_config),
    shape: {
      type,
      ...(options ? { options } : {}),
      ...(format.currency ? { currency: format.currency } : {}),
    },
  };
}

/** What stands in a cell, as formulas and prompts read it. */
export interface StoredCell {
  key: string;
  /** `{ value }` as the table holds it. */
  value: unknown;
  origin: 'computed' | 'user';
}

/** The value within the JSON of a cell. */
export function cellContent(stored: unknown): string | number | boolean | null {
  const value = typeof stored === 'object' && stored !== null && 'value' in stored ? stored.value : null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** A record's fields together with the cells of its columns; a column never hides a field. */
export const withCells = (values: RecordValues, cells: readonly StoredCell[]): RecordValues => ({
  ...Object.fromEntries(cells.map(({ key, value }) => [key, cellContent(value)])),
  ...values,
});

/** What a program needs of one record, and no more: the rest need not travel to the thread. */
export const rowOf = (
  { program, reads }: BuiltProgram,
  values: RecordValues,
  cells: readonly StoredCell[],
  currency: string | null,
): Row => {
  const below = program.steps.slice(0, -1).map(({ key }) => key);
  return {
    values: valuesRead(withCells(values, cells), reads),
    fixed: cells.filter(({ key, origin }) => origin === 'user' && below.includes(key)).map(({ key }) => key),
    currency,
  };
};

/** The currency of a record's amounts, which its root names the column of. */
export const currencyOf = (values: RecordValues, column: string | null): string | null => {
  const currency = column === null ? null : values[column];
  return typeof currency === 'string' ? currency : null;
};

export type { CellShape };
