import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Api, Statement } from './statement.ts';

const obligesClients = 'obliges clients';

const post = ({ ask }: Api, data: unknown) => ask('POST', '/v1/collects', { body: { data } });
const patch = ({ ask }: Api, id: string, data: unknown) =>
  ask('PATCH', `/v1/collects/${id}`, { body: { data } });
const count = async ({ client }: Api, table: string): Promise<number> =>
  (await client.query(`select count(*)::int as rows from ${table}`)).rows[0].rows;
const reconcile = (entityId: string) => ({
  type: 'enrichment_task',
  attributes: { enrichment_type: 'reconcile', entity_type: 'invoice', entity_id: entityId },
});
const changesAndDeletes = async (api: Api) => {
  const path = `/v1/collects/${await api.tenant.collect()}`;
  const { status, headers } = await api.ask('PUT', path);
  expect([status, headers.get('allow')]).toEqual([405, 'DELETE, GET, PATCH']);
};
const answersHttp = (at: string): Statement[] => [
  { at, says: 'answers follow HTTP', check: changesAndDeletes },
  { at, says: 'clients read answers as HTTP says', notOurs: obligesClients },
];

/** Making resources. */
export const creating: readonly Statement[] = [
  {
    at: 'crud',
    says: 'a request succeeds as a whole or not at all',
    async check(api) {
      const before = await count(api, 'enrichment_tasks');
      const data = [reconcile(await api.tenant.invoice()), reconcile(randomUUID())];
      const { status } = await api.ask('POST', '/v1/enrichment-tasks', { body: { data } });
      expect([status, await count(api, 'enrichment_tasks')]).toEqual([422, before]);
      const id = await api.tenant.collect();
      expect(
        (await patch(api, id, { type: 'collect', attributes: { provider: 'x', status: 'finalized' } }))
          .status,
      ).toBe(409);
      expect((await api.ask('GET', `/v1/collects/${id}`)).body.data.attributes.provider).toBeNull();
    },
  },
  {
    at: 'crud-creating',
    says: 'a request to create holds one resource',
    differs: 'clients are obliged; a batch of tasks is an array, as documented, and one task is one resource',
    async check(api) {
      expect((await post(api, [{ type: 'collect' }])).status).toBe(400);
    },
  },
  {
    at: 'crud-creating',
    says: 'a new resource has a type',
    check: async (api) => expect((await post(api, { attributes: {} })).status).toBe(400),
  },
  {
    at: 'crud-creating',
    says: 'the value of a relationship has data',
    async check(api) {
      const relationships = { task: { meta: {} } };
      expect((await post(api, { type: 'collect', relationships })).status).toBe(400);
    },
  },
  {
    at: 'crud-creating-client-ids',
    says: 'ids of clients are UUIDs under id',
    musts: 2,
    notOurs: 'ids of clients are not supported',
  },
  {
    at: 'crud-creating-client-ids',
    says: '403 for an id of a client where that is not supported',
    async check(api) {
      const { status, body } = await post(api, { type: 'collect', id: randomUUID() });
      expect([status, body.errors[0].code]).toEqual([403, 'CLIENT_ID_FORBIDDEN']);
    },
  },
  {
    at: 'crud-creating-responses-201',
    says: '201 and the new resource as data',
    async check(api) {
      const collect = await post(api, { type: 'collect', attributes: { provider: 'popup' } });
      expect([collect.status, collect.body.data]).toMatchObject([
        201,
        { type: 'collect', attributes: { status: 'todo' } },
      ]);
      const data = reconcile(await api.tenant.invoice());
      const task = await api.ask('POST', '/v1/enrichment-tasks', { body: { data } });
      expect([task.status, task.body.data]).toMatchObject([201, { attributes: { status: 'pending' } }]);
    },
  },
  {
    at: 'crud-creating-responses-201',
    says: 'a self link of the new resource says what Location says',
    async check(api) {
      const { headers, body } = await post(api, { type: 'collect' });
      const { links = {} } = body.data;
      expect([links.self, headers.get('location')]).toEqual([undefined, `/v1/collects/${body.data.id}`]);
    },
  },
  {
    at: 'crud-creating-responses-202',
    says: '202 where the work goes on after the answer',
    async check(api) {
      const attributes = { root: 'invoices', record_ids: [await api.tenant.invoice()] };
      const path = `/v1/custom-columns/${await api.tenant.column()}/compute`;
      const { status, body } = await api.ask('POST', path, { body: { data: { attributes } } });
      expect([status, body]).toMatchObject([202, { meta: { status: 'accepted' } }]);
    },
  },
  {
    at: 'crud-creating-responses-204',
    says: '201 or 204 where the resource is made as it was sent',
    notOurs: 'each resource gets an id and times from us',
  },
  {
    at: 'crud-creating-responses-404',
    says: '404 for a relationship to what is not there',
    async check(api) {
      const task = { data: { type: 'task', id: randomUUID() } };
      const { status, body } = await post(api, { type: 'collect', relationships: { task } });
      expect([status, body.errors[0].code]).toEqual([404, 'TASK_NOT_FOUND']);
    },
  },
  {
    at: 'crud-creating-responses-409',
    says: '409 for an id of a client that is taken',
    notOurs: 'ids of clients are not supported: taken or not, they are the 403 above',
  },
  {
    at: 'crud-creating-responses-409',
    says: '409 for a type that is not of this list',
    async check(api) {
      const { status, body } = await post(api, { type: 'article' });
      expect([status, body.errors[0]]).toMatchObject([
        409,
        { code: 'RESOURCE_TYPE_MISMATCH', source: { pointer: '/data/type' } },
      ]);
    },
  },
  ...answersHttp('crud-creating-responses-other'),
];
