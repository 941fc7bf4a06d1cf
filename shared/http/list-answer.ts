import type { Page } from '../db/page.ts';
import type { Answer } from './answer.ts';
import { type DocumentExtras, document, type Resource } from './document.ts';
import { writeCursor } from './list-cursor.ts';
import type { ListRequest, View } from './list-query.ts';

/** What an answer of resources is made of beside the resources. */
export interface ViewExtras extends Omit<DocumentExtras, 'included'> {
  /** Resources of the relationships that `view.include` names; doubles are dropped. */
  included?: readonly Resource[];
}

/** The body of an answer as the caller wants to see it: chosen fields only, and what was asked to come along. */
export const viewDocument = (
  view: View,
  data: Resource | readonly Resource[],
  { included = [], ...extras }: ViewExtras = {},
) => {
  const shown = (one: Resource) => withFields(one, view.fields[one.type]);
  const known = new Map(included.map((one) => [`${one.type} ${one.id}`, one]));
  return document(isList(data) ? data.map(shown) : shown(data), {
    ...(view.include ? { included: [...known.values()].map(shown) } : {}),
    ...extras,
  });
};

/**
 * The answer of a list. `self` is where the request went, and what its link to the next page is made of; `rows` carry
 * the `sort_key` of their statement.
 */
export const listAnswer = <Row extends { sort_key: string }>(
  request: ListRequest<string, unknown, string>,
  {
    self,
    page,
    resourceOf,
    included = [],
    meta = {},
  }: {
    self: string;
    page: Page<Row>;
    resourceOf: (row: Row) => Resource;
    included?: readonly Resource[];
    /** Beside the counts. */
    meta?: Record<string, unknown>;
  },
): Answer => {
  const resources = page.rows.map(resourceOf);
  const key = page.rows.at(-1)?.sort_key;
  const id = resources.at(-1)?.id;
  const position = page.more && key !== undefined && id !== undefined ? { key, id } : null;
  const body = viewDocument(request, resources, {
    included,
    links: {
      self,
      next: position && withParameter(self, request.cursor.parameter, writeCursor(request.cursor, position)),
    },
    meta: { count: resources.length, total: page.total, total_is_exact: page.totalIsExact, ...meta },
  });
  return { status: 200, body };
};

const isList = (data: Resource | readonly Resource[]): data is readonly Resource[] => Array.isArray(data);

// Relationships are fields too.
const withFields = (one: Resource, names: readonly string[] | undefined): Resource => {
  if (!names) return one;
  const kept = (fields: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
  const { relationships, ...rest } = one;
  return {
    ...rest,
    attributes: kept(one.attributes),
    ...(relationships ? { relationships: kept(relationships) } : {}),
  };
};

const withParameter = (address: string, name: string, value: string): string => {
  const [path, search] = address.split('?', 2);
  const query = new URLSearchParams(search);
  query.set(name, value);
  return `${path}?${query}`;
};
