import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { shownInstead } from './show-as.ts';

/** A JSON Schema, as OpenAPI 3.1 takes it. */
export type JsonSchema = Record<string, unknown>;

/** Turns zod schemas into JSON Schemas and gathers those with a name. */
export interface ComponentSchemas {
  /** By name, each once: what `$ref`s point at. */
  components: Readonly<Record<string, JsonSchema>>;
  /** The schema of what callers send (`input`) or get (`output`); what has an `id` becomes a `$ref`. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  /** The same under a name, unless the schema has one of its own: always a `$ref`. */
  named(schema: z.ZodType, io: 'input' | 'output', name: string): JsonSchema;
}

const COMPONENTS = '#/components/schemas/';

/** An empty collection. Its methods throw for a schema that JSON Schema cannot express, and for one name of two schemas. */
export const createComponentSchemas = (): ComponentSchemas => {
  const components: Record<string, JsonSchema> = {};

  const add = (name: string, schema: JsonSchema): JsonSchema => {
    const known = components[name];
    if (known && !isDeepStrictEqual(known, schema))
      throw new Error(`two different schemas of the API are named ${name}`);
    components[name] = schema;
    return { $ref: COMPONENTS + name };
  };

  const of = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const made = z.toJSONSchema(schema, {
      io,
      override: ({ zodSchema, jsonSchema }) => {
        const shown = shownInstead(zodSchema);
        if (shown) replace(jsonSchema as JsonSchema, of(shown, io));
        tidy(jsonSchema as JsonSchema, io);
      },
    });
    const { $defs, $schema: _, ...root } = JSON.parse(JSON.stringify(made), pointHere) as JsonSchema;
    for (const [name, definition] of Object.entries($defs ?? {})) add(name, definition as JsonSchema);
    return root;
  };

  return {
    components,
    of,
    named: (schema, io, name) => (schema.meta()?.id ? of(schema, io) : add(name, of(schema, io))),
  };
};

const pointHere = (key: string, value: unknown): unknown =>
  key === '$ref' && typeof value === 'string' ? value.replace(/^#\/\$defs\//, COMPONENTS) : value;

const replace = (target: JsonSchema, source: JsonSchema): void => {
  const { description } = target;
  for (const key of Object.keys(target)) Reflect.deleteProperty(target, key);
  Object.assign(target, source, description === undefined ? {} : { description });
};

const tidy = (schema: JsonSchema, io: 'input' | 'output'): void => {
  // The format says it, and the patterns of dates are longer than the description of an operation.
  if (schema.format === 'uuid' || schema.format === 'date-time' || schema.format === 'date')
    delete schema.pattern;
  // What every integer of JSON is: it says nothing.
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  // Answers may get further members; who reads them with this schema must not break.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  // What is refused by its name is not there.
  for (const [name, property] of Object.entries(properties ?? {}))
    if (isNever(property)) delete properties?.[name];
};

const isNever = ({ not }: JsonSchema): boolean =>
  typeof not === 'object' && not !== null && Object.keys(not).length === 0;
