import type { z } from 'zod';
import type { ProblemCode } from '../../domain/problem-codes.ts';
import { JSON_API } from '../media-types.ts';
import { answersOf, isTagged } from './answers.ts';
import type { ComponentSchemas, JsonSchema } from './component-schemas.ts';
import type { DescribedDoor } from './describe-api.ts';
import { parametersOf } from './parameters.ts';
import type { ProblemResponses } from './problem-responses.ts';
import { bearerSecurity } from './security.ts';

interface Tools {
  schemas: ComponentSchemas;
  problems: ProblemResponses;
}

/** Describes one door: what it takes, and all it may answer. */
export const describeOperation = (door: DescribedDoor, { schemas, problems }: Tools): JsonSchema => {
  const { entry, endpoint } = door;
  const { name, kind, route } = entry;
  const tagged = isTagged(endpoint.answers);
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [tagOf(route)],
    security: kind === 'public' ? [] : bearerSecurity,
    parameters: parametersOf(door, { schemas, tagged }),
    ...(endpoint.body ? { requestBody: requestBodyOf(door, endpoint.body, schemas) } : {}),
    responses: { ...answersOf(door, schemas), ...problems.of(codesOf(door)) },
  };
};

/** The family an operation belongs to: the resource its path begins with. */
export const tagOf = (route: string): string => {
  const [, version, resource = ''] = route.split('/');
  if (version !== 'v1') return 'About';
  const words = resource.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The name of a door as types are named: `collect_create` is `CollectCreate`. */
export const typeNameOf = (name: string): string =>
  name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

const requestBodyOf = (
  { entry: { kind, name } }: DescribedDoor,
  body: z.ZodType,
  schemas: ComponentSchemas,
): JsonSchema => {
  const schema = schemas.named(body, 'input', `${typeNameOf(name)}Body`);
  if (kind !== 'upload')
    return { required: true, content: { 'application/json': { schema }, [JSON_API]: { schema } } };
  const form = {
    type: 'object',
    properties: {
      file: { type: 'string', format: 'binary', description: 'The file itself.' },
      document: schema,
    },
    required: ['file'],
  };
  const encoding = { document: { contentType: 'application/json' } };
  return { required: true, content: { 'multipart/form-data': { schema: form, encoding } } };
};

/** Every code that the door may answer with: its own, and those that its method, body and path bring. */
export const codesOf = ({ entry, endpoint }: DescribedDoor): ProblemCode[] => {
  const codes: ProblemCode[] = ['SCHEMA_VALIDATION_ERROR', 'RATE_LIMIT_EXCEEDED', 'INTERNAL_SERVER_ERROR'];
  if (entry.kind === 'public') return codes;
  codes.push('BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_ACCEPTABLE', 'UNSUPPORTED_MEDIA_TYPE');
  codes.push('PAYLOAD_TOO_LARGE', 'SERVICE_UNAVAILABLE');
  if (endpoint.body) codes.push('INVALID_JSON', 'RESOURCE_TYPE_MISMATCH');
  if (entry.method === 'POST' && endpoint.body) codes.push('CLIENT_ID_FORBIDDEN');
  if (entry.method === 'PATCH') codes.push('RESOURCE_ID_MISMATCH');
  if (entry.method === 'POST' || entry.method === 'PATCH')
    codes.push('IDEMPOTENCY_KEY_IN_USE', 'IDEMPOTENCY_KEY_REUSED');
  if (entry.method === 'PATCH' || entry.method === 'DELETE') codes.push('PRECONDITION_FAILED');
  return [...codes, ...(endpoint.errors ?? [])];
};
