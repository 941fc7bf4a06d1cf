import type { z } from 'zod';
import type { ComponentSchemas, JsonSchema } from './component-schemas.ts';
import type { DescribedDoor } from './describe-api.ts';

/** Parameters that many operations take, by name: what `$ref`s point at. */
export const sharedParameters = {
  WorkspaceId: {
    name: 'workspaceId',
    in: 'query',
    description: 'Another workspace of the caller than the default one. An API key knows its own alone.',
    schema: { type: 'string', format: 'uuid' },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Made once per operation, before it is first sent, and kept through its repeats: for 24 hours the same request is answered with the first answer and not done again.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
    example: '6a1b0f0e-58a3-4c55-9a86-0d7f3f1f2a10',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'ETag of the state that is meant; the change is refused when it is another by now.',
    schema: { type: 'string' },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'ETag that the caller has; the answer is a 304 while it is still the state.',
    schema: { type: 'string' },
  },
  TraceParent: {
    name: 'traceparent',
    in: 'header',
    description: 'W3C trace context. The trace goes on through the tasks that the request starts.',
    schema: { type: 'string', pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' },
  },
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    description: 'What the caller calls this request; made here when left out, and answered either way.',
    schema: { type: 'string', maxLength: 128 },
  },
} as const satisfies Record<string, JsonSchema>;

type Shared = keyof typeof sharedParameters;

/** What an operation takes beside its body: the ids of its path, its query, and the headers that mean something to it. */
export const parametersOf = (
  { entry: { kind, method }, endpoint: { params, query } }: DescribedDoor,
  { schemas, tagged }: { schemas: ComponentSchemas; tagged: boolean },
): JsonSchema[] => {
  const headers: Shared[] = [];
  if (method === 'POST' || method === 'PATCH') headers.push('IdempotencyKey');
  if (method === 'PATCH' || method === 'DELETE') headers.push('IfMatch');
  if (method === 'GET' && tagged) headers.push('IfNoneMatch');
  const everywhere: Shared[] = kind === 'public' ? [] : ['TraceParent', 'RequestId'];
  return [
    ...(params ? pathParameters(schemas.of(params, 'input')) : []),
    ...(query ? queryParameters(query, schemas) : []),
    ...(kind === 'public' ? [] : refs(['WorkspaceId'])),
    ...refs([...headers, ...everywhere]),
  ];
};

const refs = (names: readonly Shared[]): JsonSchema[] =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }));

const pathParameters = (schema: JsonSchema): JsonSchema[] =>
  fieldsOf(schema).map(({ name, schema: { description = 'Public id.', ...own } }) => ({
    ...{ name, in: 'path', required: true, description, schema: own },
  }));

const queryParameters = (query: z.ZodType, schemas: ComponentSchemas): JsonSchema[] =>
  fieldsOf(schemas.of(query, 'input')).map(({ name, required, schema: { description, ...own } }) => ({
    ...{ name, in: 'query', required },
    ...(description === undefined ? {} : { description }),
    // Several values stand in one parameter, between commas.
    ...(own.type === 'array' ? { style: 'form', explode: false } : {}),
    schema: own,
  }));

const fieldsOf = ({ properties = {}, required = [] }: JsonSchema) =>
  Object.entries(properties as Record<string, JsonSchema>).map(([name, schema]) => ({
    name,
    required: (required as string[]).includes(name),
    schema,
  }));
