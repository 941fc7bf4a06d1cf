import { z } from 'zod';
import { JSON_API } from '../media-types.ts';
import type { ComponentSchemas, JsonSchema } from './component-schemas.ts';
import type { DescribedDoor } from './describe-api.ts';
import { typeNameOf } from './describe-operation.ts';

type Answers = DescribedDoor['endpoint']['answers'];

/** Headers of answers, by name: what `$ref`s point at. */
export const sharedHeaders = {
  RequestId: { description: 'Of this request; quote it.', schema: { type: 'string' } },
  Location: { description: 'Path of the new resource.', schema: { type: 'string' } },
  ETag: { description: 'Of the state that was answered, for If-Match.', schema: { type: 'string' } },
  IdempotencyReplayed: {
    description: 'Present when this is the kept answer of a request with the same Idempotency-Key.',
    schema: { type: 'string', const: 'true' },
  },
  RetryAfter: { description: 'Seconds to wait before the next try.', schema: { type: 'integer' } },
  RateLimit: {
    description: 'What is left of the limit, and in how many seconds its window ends.',
    schema: { type: 'string' },
  },
  RateLimitPolicy: {
    description: 'How many requests a window has room for, and how long it is.',
    schema: { type: 'string' },
  },
  Authenticate: { description: 'How to prove who one is.', schema: { type: 'string' } },
} as const satisfies Record<string, JsonSchema>;

type Header = keyof typeof sharedHeaders;
const httpNames: Record<Header, string> = {
  ...{ RequestId: 'X-Request-Id', Location: 'Location', ETag: 'ETag', RetryAfter: 'Retry-After' },
  ...{ RateLimit: 'RateLimit', RateLimitPolicy: 'RateLimit-Policy' },
  ...{ IdempotencyReplayed: 'Idempotency-Replayed', Authenticate: 'WWW-Authenticate' },
};

/** References to headers under the names they are sent by. */
export const headerRefs = (headers: readonly Header[]): JsonSchema =>
  Object.fromEntries(
    headers.map((header) => [httpNames[header], { $ref: `#/components/headers/${header}` }]),
  );

/** Whether one of the answers is a resource, which has an ETag. */
export const isTagged = (answers: Answers): boolean => Object.values(answers ?? {}).some(hasTag);

/** The answers that are no errors, by status. Throws for a door that declares none. */
export const answersOf = (door: DescribedDoor, schemas: ComponentSchemas): Record<string, JsonSchema> => {
  const { entry, endpoint } = door;
  const declared = Object.entries(endpoint.answers ?? {});
  if (declared.length === 0) throw new Error(`functions/${entry.name} declares no answers`);
  const answers = declared.map(([status, schema]) => {
    const isPublic = entry.kind === 'public';
    const headers: Header[] = isPublic ? ['RequestId'] : ['RequestId', 'RateLimit', 'RateLimitPolicy'];
    if (hasTag(schema) || isPublic) headers.push('ETag');
    if (entry.method === 'POST' && status === '201') headers.push('Location');
    if (entry.method === 'POST' || entry.method === 'PATCH') headers.push('IdempotencyReplayed');
    return [
      status,
      {
        description: schema.description ?? meanings[status] ?? 'Done.',
        headers: headerRefs(headers),
        ...(isEmpty(schema) ? {} : { content: contentOf(door, status, schema, schemas) }),
      },
    ];
  });
  const unchanged = entry.method === 'GET' && isTagged(endpoint.answers) && !endpoint.answers?.[304];
  return Object.fromEntries(unchanged ? [...answers, ['304', notModified]] : answers);
};

const notModified = { description: 'The caller has this state already.', headers: headerRefs(['ETag']) };

const meanings: Record<string, string> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Accepted: the work goes on in the background.',
  204: 'Done; there is nothing to say.',
  304: 'The caller has this already.',
};

const contentOf = (
  { entry, endpoint }: DescribedDoor,
  status: string,
  answer: z.ZodType,
  schemas: ComponentSchemas,
): JsonSchema => {
  const single = Object.values(endpoint.answers ?? {}).filter((schema) => !isEmpty(schema)).length === 1;
  const name = `${typeNameOf(entry.name)}Answer${single ? '' : status}`;
  const schema = schemas.named(answer, 'output', name);
  if (entry.kind === 'public') return { 'application/json': { schema } };
  return {
    'application/json': { schema },
    [JSON_API]: { schema: isDocument(answer) ? schema : metaDocument(schema) },
  };
};

/** What is no JSON:API document of its own is sent as the `meta` of one. */
const metaDocument = (meta: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: { jsonapi: { $ref: '#/components/schemas/JsonApi' }, meta },
  required: ['jsonapi', 'meta'],
});

const isEmpty = (schema: z.ZodType): boolean => schema instanceof z.ZodUndefined;

const alternatives = (schema: z.ZodType): z.ZodType[] =>
  schema instanceof z.ZodUnion ? (schema.options as z.ZodType[]) : [schema];

const isDocument = (schema: z.ZodType): boolean =>
  alternatives(schema).every(
    (one) =>
      one instanceof z.ZodObject && ('data' in one.shape ? !isNameless(one.shape.data) : 'meta' in one.shape),
  );

/** Written like a resource, and none: it has no id. */
const isNameless = (data: unknown): boolean => data instanceof z.ZodObject && !('id' in data.shape);

const hasTag = (schema: z.ZodType): boolean =>
  alternatives(schema).some((one) => {
    const data: unknown = one instanceof z.ZodObject ? one.shape.data : undefined;
    return data instanceof z.ZodObject && 'id' in data.shape && 'attributes' in data.shape;
  });
