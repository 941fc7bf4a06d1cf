import { z } from 'zod';

/** The member that a caller of `application/vnd.api+json` gets. */
export const JsonApi = z
  .strictObject({ version: z.literal('1.1') })
  .meta({ id: 'JsonApi', description: 'Present when the answer is `application/vnd.api+json`.' });

/** Schema of an answer without a body. */
export const noBody = z.undefined();

interface Extras {
  /** Name in the API's description; made from the resource's name when left out. */
  id?: string;
  meta?: z.ZodType;
  links?: z.ZodType;
  /** What may stand in `included`. */
  included?: z.ZodType;
}

/** Schema of an answer with one resource, named after it: `{ data }` and what may stand beside it. */
export const documentOf = <D extends z.ZodType>(data: D, extras: Extras = {}) =>
  envelope(data, extras.id ?? `${nameOf(data)}Document`, extras);

/** What stands beside the rows of a list. */
const ListLinks = z
  .strictObject({
    self: z.string(),
    next: z.string().nullable().describe('Relative URL of the next page; null on the last one.'),
  })
  .meta({ id: 'ListLinks' });

/** How many rows a list has. */
export const ListMeta = z
  .strictObject({
    count: z.int().nonnegative().describe('Rows of this page.'),
    total: z.int().nonnegative().describe('Rows of all pages, counted up to a bound.'),
    total_is_exact: z.boolean().describe('False when there are more than the bound.'),
  })
  .meta({ id: 'ListMeta' });

/** Schema of one page of a list of resources. */
export const listOf = <D extends z.ZodType>(data: D, extras: Extras = {}) =>
  envelope(z.array(data), extras.id ?? `${nameOf(data)}List`, {
    links: ListLinks,
    meta: ListMeta,
    ...extras,
  });

const envelope = <D extends z.ZodType>(data: D, id: string, extras: Extras) =>
  z
    .strictObject({
      jsonapi: JsonApi.optional(),
      data,
      ...(extras.included ? { included: z.array(extras.included).optional() } : {}),
      ...(extras.links ? { links: extras.links } : {}),
      ...(extras.meta ? { meta: extras.meta } : {}),
    })
    .meta({ id });

const nameOf = (schema: z.ZodType): string => {
  const id = schema.meta()?.id;
  if (!id) throw new Error('the schema of a resource needs a name: give it an id with .meta()');
  return id;
};
