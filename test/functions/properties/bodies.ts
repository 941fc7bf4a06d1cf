import fc from 'fast-check';
import { type DescribedDoor, describeApi } from '../../../shared/http/openapi/describe-api.ts';

type Schema = Record<string, unknown>;

/** What may be sent to a door, by its own schema: most of it fits, and nobody has looked whether it means anything. */
export const bodiesOf = (doors: readonly DescribedDoor[], ids: readonly string[]) => {
  const { components } = describeApi(doors);
  return (name: string): fc.Arbitrary<unknown> => fitting(named(components, name), { components, ids }, 0);
};

const named = (components: Record<string, Schema>, name: string): Schema => {
  const found = components.schemas?.[name];
  if (!found) throw new Error(`the description of the API has no schema ${name}`);
  return found as Schema;
};

interface Context {
  components: Record<string, Schema>;
  /** Ids that are there, so that some of what is sent comes further than the door. */
  ids: readonly string[];
}

const anything = fc.jsonValue({ maxDepth: 2 });
const list = (value: unknown): Schema[] => value as Schema[];

const fitting = (schema: Schema, context: Context, depth: number): fc.Arbitrary<unknown> => {
  const inner = (one: Schema) => fitting(one, context, depth + 1);
  if (depth > 12) return fc.constant(null);
  if (typeof schema.$ref === 'string')
    return inner(named(context.components, schema.$ref.split('/').at(-1) ?? ''));
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return fc.oneof(...list(alternatives).map(inner));
  switch (schema.type) {
    case 'object':
      return objects(schema, context, depth);
    case 'array':
      return fc.array(inner(Object(schema.items)), { minLength: Number(schema.minItems ?? 0), maxLength: 3 });
    case 'string':
      return texts(schema, context);
    case 'integer':
      return fc.integer();
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return 'not' in schema ? fc.constant('refused') : anything;
  }
};

const objects = (schema: Schema, context: Context, depth: number): fc.Arbitrary<unknown> => {
  const members = Object.entries(Object(schema.properties) as Record<string, Schema>)
    // What no value fits is for the mutations.
    .filter(([, member]) => !('not' in member));
  if (members.length === 0)
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), anything, { maxKeys: 3 });
  const required = (schema.required ?? []) as string[];
  const model = Object.fromEntries(
    members.map(([name, member]) => [name, fitting(member, context, depth + 1)]),
  );
  return fc.record(model, { requiredKeys: required.filter((name) => name in model) });
};

const texts = ({ format, maxLength }: Schema, { ids }: Context): fc.Arbitrary<string> => {
  if (format === 'uuid') return fc.oneof(fc.constantFrom(...ids), fc.uuid());
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const max = Math.min(Number(maxLength ?? 40), 40);
  return fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: max }),
    fc.constantFrom('380', 'grand_total', 'popup', '2026-03-01'),
  );
};

type Change = 'drop' | 'add' | 'replace' | 'huge' | 'deep';

/** A body that something was done to: a member gone, one more, another type, very large, very deep. */
export const mutated = (bodies: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      bodies,
      fc.constantFrom<Change>('drop', 'add', 'replace', 'replace', 'huge', 'deep'),
      fc.nat(),
      fc.oneof(anything, fc.constantFrom<unknown>(null, '', -1, 1e308, [], {}, true, '\0')),
    )
    .map(([body, change, at, value]) => {
      const copy = structuredClone({ body });
      const places = [...placesOf(copy)];
      const place = places[at % places.length];
      if (place) mutate(place, change, value);
      return copy.body;
    });

type Place = readonly [parent: Record<string, unknown>, name: string];

function* placesOf(parent: object): Generator<Place> {
  for (const [name, value] of Object.entries(parent)) {
    yield [parent as Record<string, unknown>, name];
    if (typeof value === 'object' && value !== null) yield* placesOf(value);
  }
}

const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)]);

const mutate = ([parent, name]: Place, change: Change, value: unknown): void => {
  if (change === 'drop') delete parent[name];
  else if (change === 'add') parent[`${name}_`] = value;
  else if (change === 'huge') parent[name] = 'x'.repeat(300_000);
  else if (change === 'deep') parent[name] = nested(60);
  else parent[name] = value;
};
