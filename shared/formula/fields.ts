import type { Environment } from '@marcbachmann/cel-js';
import type { FieldType } from '../domain/records-roots.ts';
import { Decimal } from './decimal.ts';
import { language } from './language.ts';

/** What a formula may read: the type of each field by its path, `grand_total` or `issuer.name`. */
export type Fields = ReadonlyMap<string, FieldType>;

/** A record as it is stored, fields by path: decimals and dates as strings, a missing one null. */
export type RecordValues = Readonly<Record<string, string | number | boolean | null>>;

const celTypes: Record<FieldType, string> = {
  text: 'string',
  integer: 'int',
  decimal: 'decimal',
  date: 'google.protobuf.Timestamp',
  timestamp: 'google.protobuf.Timestamp',
  boolean: 'bool',
};

/** Names of fields that the language uses itself: in the formula that runs they carry an underscore. */
const taken = new Set([
  ...['type', 'int', 'uint', 'double', 'string', 'bool', 'bytes', 'list', 'map', 'dyn', 'null_type'],
  ...['google', 'optional', 'optional_type', 'cel'],
]);

/** Whether a field of this name has to be renamed before the formula runs. */
export const isTaken = (name: string): boolean => taken.has(name);

/** Words that CEL keeps: nothing can be called like that. */
const keywords = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** Whether a formula can name this field at all. */
export const isReadable = (path: string): boolean =>
  path.split('.').every((name) => /^[a-z_][a-z0-9_]*$/i.test(name) && !keywords.has(name));

const variable = (name: string) => (isTaken(name) ? `${name}_` : name);

/** Fields of one record by the name of the relation; those of the record itself under the empty name. */
const byRelation = (fields: Fields) =>
  Map.groupBy(
    [...fields].filter(([path]) => isReadable(path)),
    ([path]) => (path.includes('.') ? path.slice(0, path.indexOf('.')) : ''),
  );

/** The language with every field declared by its type: what a formula is checked in. */
export function checkedLanguage(fields: Fields): Environment {
  const env = language.clone();
  for (const [relation, entries] of byRelation(fields)) {
    if (relation === '')
      for (const [name, type] of entries) env.registerVariable(variable(name), celTypes[type]);
    else
      env.registerVariable({
        name: variable(relation),
        schema: Object.fromEntries(
          entries.map(([path, type]) => [path.slice(relation.length + 1), celTypes[type]]),
        ),
      });
  }
  return env;
}

/** The language in which a checked formula runs: any field may turn out to be null. */
export function runningLanguage(fields: Fields): Environment {
  const env = language.clone();
  for (const [relation, entries] of byRelation(fields)) {
    if (relation === '') for (const [name] of entries) env.registerVariable(variable(name), 'dyn');
    else env.registerVariable(variable(relation), 'dyn');
  }
  return env;
}

/** A stored value as the language calculates with it. Throws RangeError for a text that is no such value. */
export function celValue(value: RecordValues[string] | undefined, type: FieldType): unknown {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'decimal':
      return new Decimal(String(value));
    case 'integer':
      return BigInt(value);
    case 'date':
    case 'timestamp': {
      const time = new Date(String(value));
      if (Number.isNaN(time.getTime())) throw new RangeError('a stored date is none');
      return time;
    }
    default:
      return value;
  }
}

/** What a formula sees of one record; only the fields that it reads are turned into values. */
export function contextOf(values: RecordValues, fields: Fields, reads: readonly string[]) {
  const context: Record<string, unknown> = {};
  for (const path of reads) {
    const type = fields.get(path);
    if (!type) continue;
    const [first = '', second] = path.split('.');
    const value = celValue(values[path], type);
    if (second === undefined) context[variable(first)] = value;
    else context[variable(first)] = { ...(context[variable(first)] as object | undefined), [second]: value };
  }
  return context;
}
