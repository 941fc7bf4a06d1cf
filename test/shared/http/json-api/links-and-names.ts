import { expect } from 'vitest';
import {
  type Ask,
  identifiersOf,
  isMembers,
  type Members,
  membersNamed,
  objectsOf,
  resourcesOf,
  type Statement,
} from './statement.ts';

const noExtension = 'we write no extension and apply none';

const create = (ask: Ask, body: unknown) => ask('POST', '/v1/collects', { body });

// Letters and digits at both ends, and between them also - _ and blank, or anything beyond ASCII.
const MEMBER_NAME =
  /^[a-zA-Z0-9\u{80}-\u{10ffff}]([-a-zA-Z0-9_ \u{80}-\u{10ffff}]*[a-zA-Z0-9\u{80}-\u{10ffff}])?$/u;
const namesOf = (body: unknown) => [...objectsOf(body)].flatMap(([, object]) => Object.keys(object));

/** Compound documents, meta, links and the names of members. */
export const linksAndNames: readonly Statement[] = [
  {
    at: 'document-compound-documents',
    says: 'included resources are an array',
    check({ samples }) {
      const found = membersNamed('included', samples);
      expect([found.length > 0, found.every(Array.isArray)]).toEqual([true, true]);
    },
  },
  {
    at: 'document-compound-documents',
    says: 'each included resource is linked to from the data or from another included one',
    check({ samples }) {
      for (const sample of samples) {
        const linked = identifiersOf(sample).map(({ type, id }) => `${type} ${id}`);
        for (const { type, id } of sample.body?.included ?? []) expect(linked).toContain(`${type} ${id}`);
      }
    },
  },
  {
    at: 'document-compound-documents',
    says: 'no resource stands in a document twice',
    check({ samples }) {
      for (const sample of samples) {
        const all = resourcesOf(sample).map(({ type, id }) => `${type} ${id}`);
        expect(new Set(all).size).toBe(all.length);
      }
    },
  },
  {
    at: 'document-meta',
    says: 'meta is an object',
    check: ({ samples }) => expect(membersNamed('meta', samples).every(isMembers)).toBe(true),
  },
  {
    at: 'document-links',
    says: 'links are an object of texts that are URI references, link objects or null',
    musts: 2,
    check({ samples }) {
      const found = membersNamed('links', samples);
      expect([found.length > 0, found.every(isMembers)]).toEqual([true, true]);
      for (const link of found.flatMap((links) => Object.values(links as Members)))
        if (link !== null) expect(URL.canParse(link as string, 'https://api.example')).toBe(true);
    },
  },
  {
    at: 'document-links-link-object',
    says: 'what a link object holds',
    musts: 3,
    notOurs: 'links are texts',
  },
  {
    at: 'document-jsonapi-object',
    says: 'jsonapi is an object',
    check({ samples }) {
      for (const { body } of samples)
        if (body !== undefined) expect(body.jsonapi).toEqual({ version: '1.1' });
    },
  },
  {
    at: 'document-jsonapi-object',
    says: 'what is spoken is agreed on by media types and not by ext and profile in jsonapi',
    musts: 2,
    async check({ ask }) {
      const jsonapi = {
        version: '1.1',
        ext: ['https://unknown.example/ext'],
        profile: ['https://unknown.example/p'],
      };
      expect((await create(ask, { jsonapi, data: { type: 'collect' } })).status).toBe(201);
    },
  },
  {
    at: 'document-member-names',
    says: 'names are case sensitive',
    async check({ ask }) {
      const { status, body } = await create(ask, {
        data: { type: 'collect', attributes: { Provider: 'popup' } },
      });
      expect([status, body.errors[0].source]).toEqual([400, { pointer: '/data/attributes/Provider' }]);
    },
  },
  {
    at: 'document-member-names',
    says: 'names have allowed characters, at least one, and a letter or digit at both ends',
    musts: 4,
    check({ samples }) {
      for (const name of samples.flatMap(({ body }) => namesOf(body))) expect(name).toMatch(MEMBER_NAME);
    },
  },
  {
    at: 'document-member-names-reserved-characters',
    says: 'names have no reserved characters',
    check({ samples }) {
      for (const name of samples.flatMap(({ body }) => namesOf(body)))
        expect(name).not.toMatch(/[+,.[\]!"#$%&'()*/:;<=>?@\\^`{|}~\p{Cc}]/u);
    },
  },
  {
    at: 'document-member-names-at-members',
    says: 'members that begin with an @ are ignored',
    async check({ ask }) {
      const made = await create(ask, {
        '@context': 'https://context.example',
        data: {
          '@type': 'Run',
          type: 'collect',
          attributes: { '@id': 1, provider: 'popup' },
          relationships: { '@x': 1 },
        },
      });
      expect([made.status, Object.keys(made.body.data.attributes)]).toEqual([
        201,
        expect.not.arrayContaining(['@id']),
      ]);
    },
  },
  {
    at: 'extension-members',
    says: 'members of extensions begin with the namespace, and go on as names do',
    musts: 2,
    notOurs: noExtension,
  },
];
