import type { FieldType } from '../domain/records-roots.ts';
import { type CellType, cellTypes } from './cell-value.ts';
import { type Column, columnOf, type StoredColumn } from './columns.ts';

/** A rule of users about an existing field, as it is stored. */
export interface StoredRule extends Pick<StoredColumn, 'rules_config' | 'formula_config' | 'format_config'> {
  field_key: string;
  /** What the user says the column is; null where nothing was said. */
  column_type: string | null;
}

const cellTypeOf: Record<FieldType, CellType> = {
  text: 'text',
  integer: 'number',
  decimal: 'number',
  date: 'date',
  timestamp: 'text',
  boolean: 'boolean',
};

/** A rule computes like a column does: the type is the user's word, or that of the field. */
export const ruleOf = ({ column_type, ...rule }: StoredRule, fieldType: FieldType): Column =>
  columnOf({
    ...rule,
    type: cellTypes.find((type) => type === column_type) ?? cellTypeOf[fieldType],
  });
