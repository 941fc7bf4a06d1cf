import { readdirSync, readFileSync } from 'node:fs';
import postgres from 'postgres';
import { isSqlToken, type QuerySqlToken } from 'slonik';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { neverNull, statementSamples } from './statement-samples.ts';

// Each statement is prepared on a migrated database, not run, and what the server says of its columns is compared
// with the zod type of its rows: names, types, enum labels, and nullability where a column comes from a table as it is.

const folder = new URL('../../../shared/db/', import.meta.url);
/** Files of the data layer that hold no statements. */
const WITHOUT_STATEMENTS = [
  'sql.ts',
  'public-id.ts',
  'pool.ts',
  'pipelined-driver.ts',
  'migrate.ts',
  'logins.ts',
  'page.ts',
  'enrichment-task-columns.ts',
];

const modules = readdirSync(folder).filter(
  (file) => file.endsWith('.ts') && !WITHOUT_STATEMENTS.includes(file),
);
const builders = new Map<string, (sample?: unknown) => unknown>();
/** How many statements the text of each file holds. */
const written = new Map<string, number>();
for (const file of modules) {
  const url = new URL(file, folder);
  written.set(
    file,
    [...readFileSync(url, 'utf8').matchAll(/\bsql\.(type|typeAlias|unsafe|prepared)\b/g)].length,
  );
  const module: Record<string, unknown> = await import(url.href);
  for (const [name, exported] of Object.entries(module)) {
    // A function that takes `db` and more runs statements of its module; the statements themselves are walked here.
    if (typeof exported === 'function' && exported.length < 2)
      builders.set(`${file} ${name}`, exported as (sample?: unknown) => unknown);
    else if (isSqlToken(exported)) builders.set(`${file} ${name}`, () => exported);
  }
}

let fresh: FreshDatabase;
let client: postgres.Sql;
let catalog: Map<string, { notNull: boolean }>;
let enums: Map<number, string[]>;

beforeAll(async () => {
  fresh = await freshDatabase();
  client = postgres(fresh.url, { max: 4, onnotice: () => {} });
  const columns = await client`
    select attrelid::int as relation, attnum::int as number, attnotnull as not_null
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and attnum > 0`;
  catalog = new Map(columns.map((row) => [`${row.relation}.${row.number}`, { notNull: row.not_null }]));
  const labels = await client`
    select enumtypid::int as type, array_agg(enumlabel::text order by enumsortorder) as labels
    from pg_enum group by 1`;
  enums = new Map(labels.map((row) => [row.type, row.labels]));
});
afterAll(async () => {
  await client.end();
  await fresh.drop();
});

type Schema = { type?: string | string[]; anyOf?: Schema[]; enum?: unknown[]; format?: string };

/** JSON types that a column of a server type arrives as, see the parsers in shared/db/pool.ts. */
const jsonTypes: Record<number, string> = {
  16: 'boolean',
  20: 'number',
  21: 'number',
  23: 'number',
  700: 'number',
  701: 'number',
  17: 'object',
  25: 'string',
  1043: 'string',
  1042: 'string',
  19: 'string',
  2950: 'string',
  1082: 'string',
  1184: 'string',
  1700: 'string',
  1009: 'array',
  1015: 'array',
  2951: 'array',
  1007: 'array',
};
const JSON_OIDS = [114, 3802];

const alternatives = (schema: Schema): Schema[] =>
  schema.anyOf?.flatMap(alternatives) ??
  (Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [schema]);

function faultsOf(
  name: string,
  schema: Schema | undefined,
  column: postgres.Column<string>,
  narrowed: boolean,
): string[] {
  if (!schema) return [`${name}: the statement answers it, the row type does not know it`];
  const options = alternatives(schema);
  const anything = options.some((option) => Object.keys(option).length === 0);
  const nullable = anything || options.some((option) => option.type === 'null');
  const table = (column as { table?: number }).table ?? 0;
  const number = (column as { number?: number }).number ?? 0;
  const known = catalog.get(`${table}.${number}`);
  const faults: string[] = [];
  if (narrowed && (nullable || known?.notNull !== false))
    faults.push(`${name}: needs no exception from null`);
  if (known && !known.notNull && !nullable && !narrowed)
    faults.push(`${name}: may be null in the table, not in the row type`);
  if (JSON_OIDS.includes(column.type) || anything) return faults;
  const labels = enums.get(column.type);
  const types = options.map((option) => option.type).filter((type) => type !== 'null');
  if (labels) {
    const listed = options.flatMap((option) => option.enum ?? []);
    if (listed.length > 0 && JSON.stringify([...listed].sort()) !== JSON.stringify([...labels].sort()))
      faults.push(`${name}: the enum has ${labels.join(', ')}, the row type ${listed.join(', ')}`);
    if (!types.every((type) => type === 'string')) faults.push(`${name}: an enum is a string`);
    return faults;
  }
  const expected = jsonTypes[column.type];
  if (!expected) faults.push(`${name}: type ${column.type} is not known to this test`);
  else if (!types.every((type) => type === expected || (expected === 'number' && type === 'integer')))
    faults.push(`${name}: arrives as ${expected}, the row type says ${types.join(' or ')}`);
  return faults;
}

test('every exported statement has a sample, and every sample a statement', () => {
  expect([...builders.keys()].sort()).toEqual(Object.keys(statementSamples).sort());
  expect(Object.keys(neverNull).filter((name) => !builders.has(name))).toEqual([]);
});

test.each(modules)('%s keeps no statement to itself', (file) => {
  const exported = [...builders.keys()].filter((name) => name.startsWith(`${file} `));

  expect(exported.length).toBe(written.get(file));
});

describe.each([...builders.keys()])('%s', (name) => {
  test('fits the database', async () => {
    const samples = statementSamples[name] ?? [];
    expect(samples.length).toBeGreaterThan(0);
    for (const sample of samples) {
      const token = builders.get(name)?.(sample);
      if (!isSqlToken(token)) throw new Error(`${name} does not build a statement`);
      const { sql, parser } = token as QuerySqlToken;
      // Slonik numbers its placeholders in a form of its own until it sends them.
      const described = await client.unsafe(sql.replaceAll('$slonik_', '$'), []).describe();
      const schema = z.toJSONSchema(parser as z.ZodType, { io: 'output', unrepresentable: 'any' }) as {
        additionalProperties?: unknown;
        properties?: Record<string, Schema>;
      };
      const properties = schema.properties ?? {};
      const names = new Set(described.columns.map((column) => column.name));

      expect(schema.additionalProperties, 'row types are strict').toBe(false);
      expect([
        ...Object.keys(properties)
          .filter((property) => !names.has(property))
          .map((property) => `${property}: the row type has it, the statement does not answer it`),
        ...(neverNull[name] ?? []).filter((exception) => !names.has(exception)),
        ...described.columns.flatMap((column) =>
          faultsOf(
            column.name,
            properties[column.name],
            column,
            neverNull[name]?.includes(column.name) ?? false,
          ),
        ),
      ]).toEqual([]);
    }
  });
});
