import { expect } from 'vitest';
import {
  type Ask,
  identifiersOf,
  isMembers,
  type Members,
  relationshipsOf,
  resourcesOf,
  type Statement,
} from './statement.ts';

const noExtension = 'we write no extension and apply none';
const noRelationshipLinks = 'relationships are told by linkage; none has links';

const create = (ask: Ask, body: unknown) => ask('POST', '/v1/collects', { body });
const isIdentifier = (value: unknown) =>
  isMembers(value) && typeof value.type === 'string' && typeof value.id === 'string';

// Letters and digits at both ends, and between them also - _ and blank, or anything beyond ASCII.
const MEMBER_NAME =
  /^[a-zA-Z0-9\u{80}-\u{10ffff}]([-a-zA-Z0-9_ \u{80}-\u{10ffff}]*[a-zA-Z0-9\u{80}-\u{10ffff}])?$/u;
const allowed: Record<string, readonly string[]> = {
  document: ['data', 'errors', 'meta', 'jsonapi', 'links', 'included'],
  resource: ['type', 'id', 'attributes', 'relationships', 'links', 'meta'],
  relationship: ['data', 'links', 'meta'],
  identifier: ['type', 'id', 'meta'],
};
const others = (objects: readonly unknown[], kind: string) =>
  objects.flatMap((object) => Object.keys(Object(object)).filter((name) => !allowed[kind]?.includes(name)));

/** What a document is made of. */
export const documents: readonly Statement[] = [
  {
    at: 'document-structure',
    says: 'members of extensions are named as extensions are',
    notOurs: noExtension,
  },
  {
    at: 'document-structure',
    says: 'the objects of the specification have no further members',
    check({ samples }) {
      const found = samples.flatMap((sample) => [
        ...others(sample.body === undefined ? [] : [sample.body], 'document'),
        ...others(resourcesOf(sample), 'resource'),
        ...others(relationshipsOf(sample), 'relationship'),
        ...others(identifiersOf(sample), 'identifier'),
      ]);
      expect(found).toEqual([]);
    },
  },
  {
    at: 'document-structure',
    says: 'further members of a request are ignored',
    async check({ ask, tenant }) {
      const task = { data: { type: 'task', id: await tenant.task(), more: 1 }, more: 2 };
      const made = await create(ask, {
        more: 3,
        data: { type: 'collect', more: 4, attributes: { provider: 'popup' }, relationships: { task } },
      });
      expect([made.status, made.body.data.attributes.provider]).toEqual([201, 'popup']);
      expect(made.body.data.relationships.task.data.id).toBe(task.data.id);
    },
  },
  {
    at: 'document-top-level',
    says: 'an object is at the root of every document, in requests and in answers',
    async check({ ask, samples }) {
      for (const { body } of samples) if (body !== undefined) expect(isMembers(body)).toBe(true);
      expect((await create(ask, [{ data: { type: 'collect' } }])).status).toBe(400);
      expect((await create(ask, 'data')).status).toBe(400);
    },
  },
  {
    at: 'document-top-level',
    says: 'a document has data, errors or meta',
    async check({ ask, samples }) {
      for (const { body } of samples)
        if (body !== undefined)
          expect(Object.keys(body)).toContainEqual(expect.stringMatching(/^(data|errors|meta)$/));
      expect((await create(ask, {})).status).toBe(400);
    },
  },
  {
    at: 'document-top-level',
    says: 'data and errors are never in the same document',
    async check({ ask, samples }) {
      for (const { body } of samples) expect('data' in Object(body) && 'errors' in Object(body)).toBe(false);
      expect((await create(ask, { data: { type: 'collect' }, errors: [] })).status).toBe(400);
    },
  },
  {
    at: 'document-top-level',
    says: 'nothing is included without data',
    check({ samples }) {
      for (const { body } of samples) if ('included' in Object(body)) expect(body).toHaveProperty('data');
    },
  },
  {
    at: 'document-top-level',
    says: 'primary data is a resource, an identifier or null, or an array of them',
    check({ samples }) {
      for (const { body } of samples)
        if ('data' in Object(body))
          for (const one of [body.data ?? []].flat()) expect(isIdentifier(one)).toBe(true);
    },
  },
  {
    at: 'document-top-level',
    says: 'a collection is an array, however many it holds',
    async check({ ask }) {
      const none = await ask('GET', '/v1/collects?filter[provider]=nobody-has-this');
      expect([none.status, none.body.data]).toEqual([200, []]);
      const one = await ask('GET', '/v1/collects?page[limit]=1');
      expect(one.body.data).toHaveLength(1);
    },
  },
  {
    at: 'document-resource-objects',
    says: 'a resource has an id and a type',
    check: ({ samples }) => expect(samples.flatMap(resourcesOf).every(isIdentifier)).toBe(true),
  },
  {
    at: 'document-resource-object-identification',
    says: 'a resource has a type and an id, which are texts',
    musts: 2,
    check: ({ samples }) => expect(samples.flatMap(resourcesOf).every(isIdentifier)).toBe(true),
  },
  {
    at: 'document-resource-object-identification',
    says: 'a lid is the same wherever its resource stands',
    notOurs: 'a request makes resources that do not refer to each other, so a lid is taken and never needed',
  },
  {
    at: 'document-resource-object-identification',
    says: 'id, type and lid are texts',
    async check({ ask, tenant }) {
      const id = await tenant.collect();
      expect((await create(ask, { data: { type: 7 } })).status).toBe(400);
      expect(
        (await ask('PATCH', `/v1/collects/${id}`, { body: { data: { type: 'collect', id: 7 } } })).status,
      ).toBe(400);
    },
  },
  {
    at: 'document-resource-object-identification',
    says: 'type and id name one resource',
    async check({ ask, client }) {
      const { rows } = await client.query<{ type: string }>(
        `select tablename as type from pg_indexes where indexdef ~ 'UNIQUE INDEX .*\\((collect_id|enrichment_task_id|document_id|api_key_id)\\)'`,
      );
      expect(rows.map(({ type }) => type).sort()).toEqual([
        'api_keys',
        'collects',
        'documents',
        'enrichment_tasks',
      ]);
      const { body } = await ask('GET', '/v1/collects');
      const ids = body.data.map(({ id }: Members) => id);
      expect(new Set(ids).size).toBe(ids.length);
    },
  },
  {
    at: 'document-resource-object-identification',
    says: 'types are named as members are',
    check({ samples }) {
      for (const { type } of samples.flatMap(resourcesOf)) expect(type).toMatch(MEMBER_NAME);
    },
  },
  {
    at: 'document-resource-object-fields',
    says: 'attributes and relationships share their names with nothing, nor are they named type or id',
    differs: 'the documented answer of an upload has the media type of the file in an attribute named type',
    check({ samples }) {
      for (const { type, attributes, relationships } of samples.flatMap(resourcesOf)) {
        const names = [
          'type',
          'id',
          ...Object.keys(Object(attributes)),
          ...Object.keys(Object(relationships)),
        ];
        const twice = names.filter((name, at) => names.indexOf(name) !== at);
        expect([type, twice]).toEqual([type, type === 'document' ? ['type'] : []]);
      }
    },
  },
  {
    at: 'document-resource-object-attributes',
    says: 'attributes are an object',
    async check({ ask, samples }) {
      for (const { attributes } of samples.flatMap(resourcesOf)) expect(isMembers(attributes)).toBe(true);
      expect((await create(ask, { data: { type: 'collect', attributes: [] } })).status).toBe(400);
    },
  },
  {
    at: 'document-resource-object-relationships',
    says: 'relationships are an object of objects',
    musts: 2,
    async check({ ask, samples }) {
      const found = samples.flatMap(relationshipsOf);
      expect([found.length > 0, found.every(isMembers)]).toEqual([true, true]);
      expect((await create(ask, { data: { type: 'collect', relationships: { task: 'x' } } })).status).toBe(
        400,
      );
    },
  },
  {
    at: 'document-resource-object-relationships',
    says: 'a relationship has links, data or meta',
    check({ samples }) {
      for (const one of samples.flatMap(relationshipsOf)) expect(one).toHaveProperty('data');
    },
  },
  {
    at: 'document-resource-object-relationships',
    says: 'links to pages in a relationship page the relationship',
    notOurs: noRelationshipLinks,
  },
  {
    at: 'document-resource-object-related-resource-links',
    says: 'a related link leads somewhere, and always to the same place',
    musts: 2,
    notOurs: noRelationshipLinks,
  },
  {
    at: 'document-resource-object-linkage',
    says: 'linkage is null, an empty array, an identifier or an array of them',
    check({ samples }) {
      const found = samples.flatMap(relationshipsOf).map(({ data }) => data);
      expect(found).toContain(null);
      for (const data of found) for (const one of [data ?? []].flat()) expect(isIdentifier(one)).toBe(true);
    },
  },
  {
    at: 'document-resource-object-links',
    says: 'what the self link of a resource leads to answers that resource',
    notOurs: 'resources have no self link; documents have the link to their file',
  },
  {
    at: 'document-resource-identifier-objects',
    says: 'an identifier has a type and an id, which are texts',
    musts: 3,
    check: ({ samples }) => expect(samples.flatMap(identifiersOf).every(isIdentifier)).toBe(true),
  },
  {
    at: 'document-resource-identifier-objects',
    says: 'an identifier of what is made in the same request has a lid',
    notOurs: 'no request makes one resource that refers to another of its own',
  },
];
