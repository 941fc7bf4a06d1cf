import { z } from 'zod';
import type { PageRequest } from '../db/page.ts';
import { LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX } from '../domain/limits.ts';
import { type CursorPlace, hashFilters, readCursor } from './list-cursor.ts';
import { commaList, type Filter } from './query-values.ts';

/** Which part of its resources an answer shows. */
export interface View<Include extends string = string> {
  /** Types whose fields the caller chose, with the names of attributes and relationships to keep. */
  fields: Readonly<Record<string, readonly string[]>>;
  /** Relationships whose resources come along; null when the caller did not say. */
  include: readonly Include[] | null;
}

/** What a caller wants of a list. */
export interface ListRequest<Key extends string, Filters, Include extends string>
  extends PageRequest<Key>,
    View<Include> {
  filters: Filters;
  /** How the caller writes cursors, and what they belong to: for the link to the next page. */
  cursor: CursorPlace & { parameter: string };
}

/** The schema of a resource in an answer, such as `Collect`. */
type ResourceSchema = z.ZodObject<{
  type: z.ZodLiteral<string>;
  id: z.ZodType;
  attributes: z.ZodObject;
  relationships?: z.ZodObject;
}>;

/** The fields of each of these resources by its type. */
export const fieldsOf = (...resources: readonly ResourceSchema[]): Record<string, readonly string[]> =>
  Object.fromEntries(
    resources.map(({ shape: { type, attributes, relationships } }) => [
      type.value,
      [...Object.keys(attributes.shape), ...Object.keys(relationships?.shape ?? {})],
    ]),
  );

/** What a door declares of the resources it answers. */
export interface ViewParts<Include extends string> {
  /** Attributes and relationships by resource type, for `fields[type]`: what `fieldsOf` makes. */
  fields: Readonly<Record<string, readonly string[]>>;
  /** Values of `include`; without any the parameter is unknown. */
  includes?: readonly Include[];
}

type Filters = Readonly<Record<string, Filter<unknown>>>;
type FilterValues<F extends Filters> = {
  readonly [Name in keyof F]?: F[Name] extends Filter<infer Value> ? Value | undefined : never;
};

/** What a door declares of its list. All sorts are timestamps without null, each with an index of its own. */
export interface ListParts<Key extends string, F extends Filters, Include extends string>
  extends ViewParts<Include> {
  /** Name that keeps the cursors of lists apart. */
  name: string;
  sorts: readonly Key[];
  /** Newest first unless told otherwise. */
  defaultSort: Key | `-${Key}`;
  filters: F;
}

/**
 * Schema of the query of a door that answers one resource, with parameters of its own in `more`. Unknown parameters,
 * types, fields and includes are a 400.
 */
export const viewQuery = <const Include extends string = never, More extends z.ZodRawShape = Empty>(
  parts: ViewParts<Include>,
  more?: More,
): z.ZodType<View<Include> & z.output<z.ZodObject<More>>> => {
  const own = z.object(more ?? ({} as More));
  return strict({ ...viewShape(parts), ...own.shape }).transform((query) => ({
    // Each has been read by its schema.
    ...(Object.fromEntries(Object.keys(own.shape).map((name) => [name, query[name]])) as z.output<
      z.ZodObject<More>
    >),
    ...readView(parts, query),
  }));
};

type Empty = Record<never, never>;

/**
 * Schema of the query of a list: pages in both spellings, `sort`, `filter[…]`, `fields[…]` and `include`. What the
 * door did not declare, and a cursor that does not belong to this list, its order and its filters, is a 400.
 */
export const listQuery = <
  const Key extends string,
  const F extends Filters,
  const Include extends string = never,
>(
  parts: ListParts<Key, F, Include>,
): z.ZodType<ListRequest<Key, FilterValues<F>, Include>> => {
  const shape = { ...pageShape, sort: sortParam(parts), ...filterShape(parts.filters), ...viewShape(parts) };
  return strict(shape).transform((query, context): ListRequest<Key, FilterValues<F>, Include> => {
    const refuse = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message });
      return z.NEVER;
    };
    const [twice, other] = rivals(query);
    if (twice !== undefined) return refuse(twice, `expected either ${twice} or ${other}`);

    const sort = query.sort as Key | `-${Key}`;
    const filters = Object.entries(query).filter(([name]) => name.startsWith('filter['));
    const place = { list: parts.name, sort, filters: hashFilters(Object.fromEntries(filters)) };
    const parameter = cursorParameters.find((name) => query[name] !== undefined);
    const after = parameter ? readCursor(place, String(query[parameter])) : null;
    if (parameter && !after)
      return refuse(parameter, 'expected a cursor of this list, with the same sort and filters');

    const limit = limitParameters.map((name) => query[name]).find((value) => value !== undefined);
    return {
      limit: (limit as number | undefined) ?? LIST_LIMIT_DEFAULT,
      sort: { key: sort.replace(/^-/, '') as Key, descending: sort.startsWith('-') },
      after,
      filters: readFilters(parts.filters, query),
      cursor: { ...place, parameter: parameter ?? spelling(query) },
      ...readView(parts, query),
    };
  });
};

type Query = Readonly<Record<string, unknown>>;

const limitParameters = ['limit', 'page[limit]', 'page[size]'] as const;
const cursorParameters = ['cursor', 'page[cursor]', 'page[after]'] as const;
const Limit = z.coerce.number().int().min(1).max(LIST_LIMIT_MAX).optional();
const Cursor = z.string().max(1_024).optional();
const pageShape = {
  ...Object.fromEntries(limitParameters.map((name) => [name, Limit])),
  ...Object.fromEntries(cursorParameters.map((name) => [name, Cursor])),
};

/** Two parameters that say the same thing, or that are of different spellings. */
const rivals = (query: Query): readonly string[] => {
  const sent = (names: readonly string[]) => names.filter((name) => query[name] !== undefined);
  const limits = sent(limitParameters);
  const cursors = sent(cursorParameters);
  if (limits.length > 1) return limits;
  if (cursors.length > 1) return cursors;
  const [limit, cursor] = [...limits, ...cursors];
  if (limit === undefined || cursor === undefined) return [];
  return limit.startsWith('page[') === cursor.startsWith('page[') ? [] : [cursor, limit];
};

/** The spelling of the cursor that goes with the spelling of the limit. */
const spelling = (query: Query) =>
  cursorParameters[
    Math.max(
      0,
      limitParameters.findIndex((name) => query[name] !== undefined),
    )
  ] ?? 'cursor';

const sortParam = ({ sorts, defaultSort }: { sorts: readonly string[]; defaultSort: string }) =>
  z.enum(sorts.flatMap((key) => [key, `-${key}`])).default(defaultSort);

const filterShape = (filters: Filters): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries(filters).flatMap(([name, { params }]) =>
      Object.entries(params).map(([operator, schema]) => [`filter[${name}]${operator}`, schema.optional()]),
    ),
  );

const readFilters = <F extends Filters>(filters: F, query: Query): FilterValues<F> => {
  const read = Object.entries(filters).map(([name, { params, read }]) => {
    const sent = Object.keys(params)
      .map((operator) => [operator, query[`filter[${name}]${operator}`]] as const)
      .filter(([, value]) => value !== undefined);
    return [name, read(Object.fromEntries(sent))] as const;
  });
  // Each value has been made by the filter of its name.
  return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as FilterValues<F>;
};

const viewShape = ({ fields, includes = [] }: ViewParts<string>): Record<string, z.ZodType> => ({
  ...Object.fromEntries(
    Object.entries(fields).map(([type, names]) => [
      `fields[${type}]`,
      commaList(z.enum([...names])).optional(),
    ]),
  ),
  ...(includes.length > 0 ? { include: commaList(z.enum([...includes])).optional() } : {}),
});

const readView = <Include extends string>(parts: ViewParts<Include>, query: Query): View<Include> => ({
  fields: Object.fromEntries(
    Object.keys(parts.fields).flatMap((type) => {
      const names = query[`fields[${type}]`] as readonly string[] | undefined;
      return names ? [[type, names] as const] : [];
    }),
  ),
  include: (query.include as readonly Include[] | undefined) ?? null,
});

const strict = (shape: Record<string, z.ZodType>) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? hint(String(issue.keys?.[0] ?? ''), shape) : undefined,
  });

/** What to write instead of a parameter that does not exist. */
const hint = (name: string, shape: object): string => {
  const names = Object.keys(shape);
  if (/^(page|offset)\b/.test(name) && names.includes('cursor'))
    return 'pages are reached by cursor: use cursor or page[cursor], from links.next';
  const [family] = /^(filter|fields)\[/.exec(name) ?? [];
  const fitting = names.filter((known) => family === undefined || known.startsWith(family));
  return fitting.length > 0
    ? `unknown parameter, expected one of ${fitting.join(', ')}`
    : 'unknown parameter';
};
