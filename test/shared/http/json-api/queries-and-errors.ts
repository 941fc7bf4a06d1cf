import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Statement } from './statement.ts';

const valueAt = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (value, name) => Object(value)[name.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    );

// Requests with a fault in the body, some of which lack what is wrong.
const faulty = [
  ['/v1/collects', {}],
  ['/v1/collects', { data: {} }],
  ['/v1/collects', { data: { type: 'collect', attributes: { status: 'gone' } } }],
  ['/v1/collects', { data: { type: 'collect', attributes: { 'a/b~c': 1 } } }],
  ['/v1/enrichment-tasks', { data: { type: 'enrichment_task' } }],
  [
    '/v1/enrichment-tasks',
    {
      data: { type: 'enrichment_task', attributes: { enrichment_type: 'reconcile', entity_type: 'invoice' } },
    },
  ],
  [
    '/v1/enrichment-tasks',
    {
      data: [
        { type: 'enrichment_task', attributes: { enrichment_type: 'monthly_close', entity_type: 'month' } },
      ],
    },
  ],
  [
    '/v1/enrichment-tasks',
    {
      data: {
        type: 'enrichment_task',
        attributes: { enrichment_type: 'monthly_close', entity_type: 'month', input: { depth: 'x' } },
      },
    },
  ],
  ['/v1/api-key', { data: { type: 'api_key', attributes: { name: 'a', expires_at: '2001-01-01' } } }],
  [
    '/v1/reconciliation/resolve',
    { data: { type: 'reconciliation-resolve', attributes: { action: 'approve' } } },
  ],
] as const;

/** Query parameters and errors. */
export const queriesAndErrors: readonly Statement[] = [
  {
    at: 'extension-query-parameters',
    says: 'parameters of extensions are named as extensions are',
    musts: 2,
    notOurs: 'we write no extension and apply none',
  },
  {
    at: 'query-parameters-custom',
    says: 'names of our own parameters have a character that is no small letter',
    differs:
      'limit, cursor and wait are documented names; page[limit] and page[cursor] say the first two in JSON:API',
    async check({ ask }) {
      for (const query of ['page[limit]=5', 'limit=5', `workspaceId=${randomUUID()}`])
        expect((await ask('GET', `/v1/collects?${query}`)).status).not.toBe(400);
    },
  },
  {
    at: 'query-parameters-custom',
    says: '400 for a parameter that is not known',
    async check({ ask, tenant }) {
      const id = await tenant.collect();
      for (const [method, path] of [
        ['GET', '/v1/collects'],
        ['GET', `/v1/collects/${id}`],
        ['GET', '/v1/enrichment-tasks'],
        ['GET', '/v1/api-key'],
        ['DELETE', `/v1/collects/${id}`],
      ] as const)
        for (const name of [
          'unknown',
          'camelCase',
          'filter[colour]',
          'fields[article]',
          'page[number]',
          'filter',
        ]) {
          const { status, body } = await ask(method, `${path}?${name}=x`);
          expect([path, status, body.errors[0].source]).toEqual([path, 400, { parameter: name }]);
        }
    },
  },
  {
    at: 'error-objects',
    says: 'errors are an array under errors',
    async check({ ask }) {
      const { body } = await ask('GET', `/v1/collects/${randomUUID()}`);
      expect([Object.keys(body).sort(), body.errors]).toEqual([['errors', 'jsonapi'], [expect.any(Object)]]);
    },
  },
  {
    at: 'error-objects',
    says: 'an error has at least one of the members that errors have',
    async check({ ask }) {
      const { body } = await ask('GET', `/v1/collects/${randomUUID()}`);
      const [error] = body.errors;
      expect(error).toMatchObject({
        status: '404',
        code: 'COLLECT_NOT_FOUND',
        title: expect.any(String),
        detail: expect.any(String),
      });
      const known = ['id', 'links', 'status', 'code', 'title', 'detail', 'source', 'meta'];
      expect(Object.keys(error).filter((name) => !known.includes(name))).toEqual([]);
    },
  },
  {
    at: 'error-objects',
    says: 'a pointer leads to a value of the request',
    async check({ ask }) {
      for (const [path, body] of faulty) {
        const answer = await ask('POST', path, { body });
        expect([path, body, answer.status]).toEqual([path, body, 400]);
        const { pointer } = answer.body.errors[0].source;
        expect([body, pointer, valueAt(body, pointer)]).not.toEqual([body, pointer, undefined]);
      }
    },
  },
  {
    at: 'appendix-query-details-parsing',
    says: 'query strings are read and written as forms are',
    musts: 2,
    async check({ ask }) {
      const { status, body } = await ask(
        'GET',
        '/v1/collects?filter%5Bprovider%5D=a+b%20c&page%5Blimit%5D=1',
      );
      expect(status).toBe(200);
      expect(new URL(body.links.self, 'https://api.example').searchParams.get('filter[provider]')).toBe(
        'a b c',
      );
    },
  },
  {
    at: 'appendix-query-details-square-brackets',
    says: 'brackets mean the same with and without escapes',
    async check({ ask }) {
      const plain = await ask('GET', '/v1/collects?filter[status]=todo&page[limit]=2');
      const escaped = await ask('GET', '/v1/collects?filter%5Bstatus%5D=todo&page%5Blimit%5D=2');
      expect([plain.status, plain.body.data]).toEqual([200, escaped.body.data]);
    },
  },
];
