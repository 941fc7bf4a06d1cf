import { expect } from 'vitest';
import type { Ask, Statement } from './statement.ts';

const JSON_API = 'application/vnd.api+json';
const unknownExtension = `${JSON_API}; ext="https://unknown.example/ext"`;

const create = (ask: Ask, contentType: string) =>
  ask('POST', '/v1/collects', {
    body: { data: { type: 'collect' } },
    headers: { 'content-type': contentType },
  });
const list = (ask: Ask, accept: string) => ask('GET', '/v1/collects', { headers: { accept } });

/** Media type, extensions and profiles. */
export const negotiation: readonly Statement[] = [
  {
    at: 'media-type-parameter-rules',
    says: 'the media type carries no parameters but ext and profile, whose values are URIs with blanks between',
    musts: 2,
    check({ samples }) {
      for (const { headers, body } of samples)
        if (body !== undefined) expect(headers.get('content-type')).toBe(JSON_API);
    },
  },
  {
    at: 'extension-rules',
    says: 'what an extension may and may not define',
    musts: 7,
    notOurs: 'obliges who writes an extension, and we write none',
  },
  {
    at: 'profile-rules',
    says: 'what a profile may and may not define',
    musts: 2,
    notOurs: 'obliges who writes a profile, and we write none',
  },
  {
    at: 'content-negotiation-all',
    says: 'JSON:API documents are sent with the media type of JSON:API',
    async check({ ask, samples }) {
      for (const { headers, body } of samples)
        if (body !== undefined) expect(headers.get('content-type')).toBe(JSON_API);
      const missing = await ask('GET', '/v1/collects/8a6d1b52-3c0f-4f0e-9d0e-6f1f2b3c4d5e');
      expect(missing.headers.get('content-type')).toBe(JSON_API);
      const nowhere = await ask('GET', '/v1/nothing');
      expect([nowhere.status, nowhere.headers.get('content-type')]).toEqual([404, JSON_API]);
    },
  },
  {
    at: 'content-negotiation-all',
    says: 'ext and profile name what was applied',
    musts: 2,
    async check({ ask }) {
      const { headers, body } = await list(ask, `${JSON_API};profile="https://unknown.example/profile"`);
      expect([headers.get('content-type'), body.jsonapi]).toEqual([JSON_API, { version: '1.1' }]);
    },
  },
  {
    at: 'content-negotiation-clients',
    says: 'clients ignore parameters that they do not know',
    notOurs: 'obliges clients',
  },
  {
    at: 'content-negotiation-servers',
    says: '415 for a Content-Type with parameters other than ext and profile',
    async check({ ask }) {
      expect((await create(ask, `${JSON_API}; charset=utf-8`)).status).toBe(415);
      expect((await create(ask, `${JSON_API}; version=1`)).status).toBe(415);
    },
  },
  {
    at: 'content-negotiation-servers',
    says: '415 for a Content-Type with an extension that is not known',
    async check({ ask }) {
      const { status, body } = await create(ask, unknownExtension);
      expect([status, body.errors[0].code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  },
  {
    at: 'content-negotiation-servers',
    says: 'instances in Accept with other parameters are ignored',
    async check({ ask }) {
      expect((await list(ask, `${JSON_API};charset=utf-8, ${JSON_API}`)).status).toBe(200);
      const { headers } = await list(ask, `${JSON_API};v=2;q=0.9, ${JSON_API};q=0.1, application/json;q=0.5`);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
    },
  },
  {
    at: 'content-negotiation-servers',
    says: '406 when every instance in Accept has other parameters',
    async check({ ask }) {
      const { status, body, headers } = await list(ask, `${JSON_API};charset=utf-8, ${JSON_API};v=1`);
      expect([status, body.errors[0].code]).toEqual([406, 'NOT_ACCEPTABLE']);
      expect(headers.get('content-type')).toBe(JSON_API);
    },
  },
  {
    at: 'content-negotiation-servers',
    says: '406 when every instance in Accept wants an extension that is not known',
    async check({ ask }) {
      expect((await list(ask, unknownExtension)).status).toBe(406);
      expect((await list(ask, `${unknownExtension}, ${JSON_API}`)).status).toBe(200);
    },
  },
  {
    at: 'content-negotiation-servers',
    says: 'profiles that are not known are ignored',
    async check({ ask }) {
      const profile = `${JSON_API}; profile="https://unknown.example/a https://unknown.example/b"`;
      expect((await create(ask, profile)).status).toBe(201);
      const { status, headers } = await list(ask, profile);
      expect([status, headers.get('vary')?.split(/, */)]).toEqual([200, expect.arrayContaining(['Accept'])]);
    },
  },
];
