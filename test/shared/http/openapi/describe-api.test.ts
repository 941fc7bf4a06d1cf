import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadDoors } from '../../../../functions/index.ts';
import { catalogue } from '../../../../shared/domain/catalogue.ts';
import {
  type DescribedDoor,
  describeApi,
  type OpenApi,
} from '../../../../shared/http/openapi/describe-api.ts';

const root = resolve(import.meta.dirname, '../../../..');
const file = (path: string) => readFileSync(join(root, path), 'utf8');
const committed = JSON.parse(file('docs/openapi.json')) as OpenApi;

let doors: DescribedDoor[];
let api: OpenApi;
let operations: Record<string, unknown>[];
beforeAll(async () => {
  doors = await loadDoors();
  // As it is read: without what JSON leaves out.
  api = JSON.parse(JSON.stringify(describeApi(doors))) as OpenApi;
  operations = Object.values(api.paths).flatMap((methods) => Object.values(methods));
});

/** Every `$ref` below a value. */
const refsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner),
      );

const objectsIn = (value: unknown): object[] =>
  typeof value !== 'object' || value === null ? [] : [value, ...Object.values(value).flatMap(objectsIn)];

describe('the description of the API', () => {
  test('is a valid OpenAPI 3.1 document', async () => {
    const validator = new Validator();

    const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(api)));

    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  test('has every door of the catalogue at its path and method, under its own name, with a summary', () => {
    const described = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
    );

    expect(described.sort()).toEqual(
      catalogue
        .flatMap((entry) =>
          'route' in entry
            ? [`${entry.name} ${entry.method.toLowerCase()} ${entry.route.replaceAll(/:(\w+)/g, '{$1}')}`]
            : [],
        )
        .sort(),
    );
    expect(operations.filter(({ summary }) => !summary)).toEqual([]);
  });

  test('uses every component, and every reference leads to one', () => {
    const used = new Set(refsIn(api));
    const there = Object.entries(api.components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, named]) => Object.keys(named).map((name) => `#/components/${kind}/${name}`));

    expect([...used].sort()).toEqual(there.sort());
  });

  test('writes what has a name out once, and refers to it everywhere else', () => {
    const named = Object.values(api.components.schemas ?? {});
    const isCopy = (value: object) =>
      named.some(
        (schema) =>
          schema !== value &&
          ('enum' in value
            ? isDeepStrictEqual(schema.enum, value.enum)
            : 'properties' in value && isDeepStrictEqual(schema.properties, value.properties)),
      );

    expect(objectsIn(api).filter(isCopy)).toEqual([]);
  });

  test('gives examples that fit their schemas', () => {
    const examples = Object.entries(api.components.schemas ?? {}).flatMap(([name, { examples = [] }]) =>
      (examples as unknown[]).map((example) => ({ name, example })),
    );
    const wrong = examples.flatMap(({ name, example }) => {
      const schema = { $ref: `#/$defs/${name}`, $defs: api.components.schemas };
      const inPlace = JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/'));
      const { error } = z.fromJSONSchema(inPlace).safeParse(example);
      return error ? [`${name}: ${z.prettifyError(error)}`] : [];
    });

    expect(examples.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Collect', 'EnrichmentTask', 'Document', 'Problem']),
    );
    expect(wrong).toEqual([]);
  });

  test('asks for a token everywhere but where anybody may read', () => {
    const open = operations.filter(({ security }) => (security as unknown[]).length === 0);

    expect(open.map(({ operationId }) => operationId)).toEqual(['openapi']);
  });

  test('refuses to describe two schemas under one name', () => {
    const [door] = doors.filter(({ entry }) => entry.name === 'collect_create');
    if (!door) throw new Error('collect_create is no door');
    const other = {
      entry: { ...door.entry, name: 'other', route: '/v1/others' },
      endpoint: { ...door.endpoint, answers: { 200: z.object({ no: z.string() }).meta({ id: 'Collect' }) } },
    };

    expect(() => describeApi([door, other])).toThrow('two different schemas of the API are named Collect');
  });
});

describe('what is committed', () => {
  test('is the description as it is made now: npm run openapi writes it', () => {
    expect(JSON.stringify(committed)).toBe(JSON.stringify(api));
  });

  test('holds the client that was made from it: npm run openapi writes it', () => {
    const sha256 = createHash('sha256').update(JSON.stringify(committed)).digest('hex');

    expect(file('examples/client/api.ts')).toContain(`docs/openapi.json ${sha256}`);
  });
});
