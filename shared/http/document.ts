import { z } from 'zod';

/** A JSON:API resource as we send it. */
export interface Resource {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
  relationships?: Record<string, unknown>;
  links?: Record<string, string | null>;
}

/** What may stand beside `data`. */
export interface DocumentExtras {
  included?: readonly Resource[];
  meta?: Record<string, unknown>;
  links?: Record<string, string | null>;
}

/** The body of an answer: one resource, a list, or `null`. */
export const document = (data: Resource | readonly Resource[] | null, extras: DocumentExtras = {}) => ({
  data,
  ...extras,
});

/** A resource; `relationships` as `toOne` and `toMany` make them. */
export const resource = (
  type: string,
  id: string,
  attributes: Record<string, unknown>,
  relationships?: Record<string, unknown>,
): Resource => ({ type, id, attributes, ...(relationships ? { relationships } : {}) });

/** A relationship to one resource, or to none. */
export const toOne = (type: string, id: string | null | undefined) => ({
  data: id == null ? null : { type, id },
});

/** A relationship to any number of resources of one type. */
export const toMany = (type: string, ids: readonly string[]) => ({ data: ids.map((id) => ({ type, id })) });

/** The name of a type in a request: callers write it in the singular and in the plural. */
export const typeName = (singular: string, plural = `${singular}s`) => z.enum([singular, plural]);

// What clients send along because they read it, or because JSON:API has a place for it. Nothing of it is looked at, and
// it makes no other request of the same one.
const passedOver = z
  .unknown()
  .transform(() => undefined)
  .optional()
  .meta({ description: 'Taken and passed over.' });

/** Members that may stand beside `data` in a request. They are passed over. */
export const besideData = { meta: passedOver, jsonapi: passedOver, links: passedOver, included: passedOver };

/** Members that may stand beside `attributes` in a request. They are passed over. */
export const besideAttributes = { lid: passedOver, links: passedOver, meta: passedOver };

/** Schema of a to-one relationship in a request: `{ data: { type, id } }` or `{ data: null }`. */
export const toOneSchema = (singular: string, plural?: string) =>
  z.strictObject({
    data: z.strictObject({ type: typeName(singular, plural), id: z.guid(), meta: passedOver }).nullable(),
    ...{ links: passedOver, meta: passedOver },
  });

interface ResourceRequest<A extends z.ZodType, R extends z.ZodType> {
  type: string;
  /** When it is not the singular with an s. */
  plural?: string;
  attributes: A;
  relationships: R;
}

const noFields = z.strictObject({});

/** Schema of one resource in a request; left out, `attributes` and `relationships` are read as `{}`. */
export const resourceSchema = <A extends z.ZodType, R extends z.ZodType = typeof noFields>({
  type,
  plural,
  attributes,
  relationships,
}: Omit<ResourceRequest<A, R>, 'relationships'> & { relationships?: R }) =>
  z.strictObject({
    type: typeName(type, plural),
    // The server makes ids; a PATCH may repeat the one in its path.
    id: z.guid().optional(),
    attributes: orEmpty(attributes),
    relationships: orEmpty((relationships ?? noFields) as R),
    ...besideAttributes,
  });

/** Schema of a body with one resource: `{ data: { type, attributes, relationships } }`. */
export const documentSchema = <D extends z.ZodType>(data: D) => z.strictObject({ data, ...besideData });

/** Schema of a body with a list of resources. */
export const documentListSchema = <D extends z.ZodType>(data: D, max: number) =>
  z.strictObject({ data: z.array(data).min(1).max(max), ...besideData });

// What is missing is parsed as if it were empty, so that a required field inside is still reported by its path.
const orEmpty = <S extends z.ZodType>(schema: S) => schema.prefault({} as z.input<S>);
