import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Api, Statement } from './statement.ts';

const noRelationshipUrls = 'no relationship has a URL of its own; the documented API has none';
const obligesClients = 'obliges clients';
const noToMany = 'no resource that can be changed has a to-many relationship in its requests';

const post = ({ ask }: Api, data: unknown) => ask('POST', '/v1/collects', { body: { data } });
const patch = ({ ask }: Api, id: string, data: unknown) =>
  ask('PATCH', `/v1/collects/${id}`, { body: { data } });
const changesAndDeletes = async (api: Api) => {
  const path = `/v1/collects/${await api.tenant.collect()}`;
  const { status, headers } = await api.ask('PUT', path);
  expect([status, headers.get('allow')]).toEqual([405, 'DELETE, GET, PATCH']);
};
const answersHttp = (at: string): Statement[] => [
  { at, says: 'answers follow HTTP', check: changesAndDeletes },
  { at, says: 'clients read answers as HTTP says', notOurs: obligesClients },
];

/** Changing and deleting resources. */
export const changing: readonly Statement[] = [
  {
    at: 'crud-updating',
    says: 'a request to change holds one resource with its type and its id',
    musts: 2,
    async check(api) {
      const id = await api.tenant.collect();
      expect((await patch(api, id, [{ type: 'collect', id }])).status).toBe(400);
      expect((await patch(api, id, { id })).status).toBe(400);
      expect((await patch(api, id, { type: 'collect', id })).status).toBe(200);
    },
  },
  {
    at: 'crud-updating-resource-attributes',
    says: 'attributes that are not sent stay, and are not taken for null',
    musts: 2,
    async check(api) {
      const { body } = await post(api, { type: 'collect', attributes: { provider: 'popup' } });
      const { id } = body.data;
      const moved = await patch(api, id, { type: 'collect', id, attributes: { status: 'in_progress' } });
      expect(moved.body.data.attributes).toMatchObject({ provider: 'popup', status: 'in_progress' });
    },
  },
  {
    at: 'crud-updating-resource-relationships',
    says: 'relationships that are not sent stay, and are not taken for empty',
    musts: 2,
    async check(api) {
      const task = { data: { type: 'task', id: await api.tenant.task() } };
      const { body } = await post(api, { type: 'collect', relationships: { task } });
      const { id } = body.data;
      const moved = await patch(api, id, { type: 'collect', id, attributes: { status: 'in_progress' } });
      expect(moved.body.data.relationships.task).toEqual(task);
    },
  },
  {
    at: 'crud-updating-resource-relationships',
    says: 'a relationship that is sent has data, which replaces what was there',
    notOurs: 'relationships are said once, when a resource is made; a change of one is the 403 below',
  },
  {
    at: 'crud-updating-resource-relationships',
    says: '403 and nothing changed where a to-many relationship may not be replaced',
    notOurs: noToMany,
  },
  {
    at: 'crud-updating-responses-200',
    says: '200 and the resource where more changed than was asked, such as updated_at',
    async check(api) {
      const id = await api.tenant.collect();
      const { status, body } = await patch(api, id, {
        type: 'collect',
        id,
        attributes: { status: 'in_progress' },
      });
      expect([status, body.data.id, body.data.attributes.started_at]).toEqual([200, id, expect.any(String)]);
    },
  },
  {
    at: 'crud-updating-responses-202',
    says: '202 where the change goes on after the answer',
    notOurs: 'changes are done when they are answered',
  },
  {
    at: 'crud-updating-responses-204',
    says: '200 with the resource or 204 where nothing else changed',
    async check(api) {
      const id = await api.tenant.collect();
      const { status, body } = await patch(api, id, { type: 'collect', id, attributes: {} });
      expect([status, body.data.id]).toEqual([200, id]);
    },
  },
  {
    at: 'crud-updating-relationship-responses-403',
    says: '403 for a change of a resource or a relationship that is not supported',
    musts: 2,
    async check(api) {
      const id = await api.tenant.collect();
      const relationships = { task: { data: { type: 'task', id: await api.tenant.task() } } };
      const { status, body } = await patch(api, id, { type: 'collect', id, relationships });
      expect([status, body.errors[0]]).toMatchObject([
        403,
        { code: 'FORBIDDEN', source: { pointer: '/data/relationships/task' } },
      ]);
      expect((await api.ask('GET', `/v1/collects/${id}`)).body.data.relationships.task.data).toBeNull();
    },
  },
  {
    at: 'crud-updating-responses-404',
    says: '404 for a change of what is not there',
    async check(api) {
      const id = randomUUID();
      expect((await patch(api, id, { type: 'collect', id, attributes: {} })).status).toBe(404);
    },
  },
  {
    at: 'crud-updating-responses-404',
    says: '404 for a change that refers to what is not there',
    notOurs: 'a change refers to nothing: relationships are said once, when a resource is made',
  },
  {
    at: 'crud-updating-responses-409',
    says: '409 for a type or an id that is not of this address',
    async check(api) {
      const id = await api.tenant.collect();
      expect((await patch(api, id, { type: 'collect', id: randomUUID() })).status).toBe(409);
      expect((await patch(api, id, { type: 'task', id })).status).toBe(409);
    },
  },
  ...answersHttp('crud-updating-responses-other'),
  {
    at: 'crud-updating-to-one-relationships',
    says: 'how one is changed',
    musts: 2,
    notOurs: noRelationshipUrls,
  },
  {
    at: 'crud-updating-to-many-relationships',
    says: 'how many are changed',
    musts: 7,
    notOurs: noRelationshipUrls,
  },
  ...['200', '202', '204'].map((status) => ({
    at: `crud-updating-relationship-responses-${status}`,
    says: `when a change of a relationship is answered with ${status}`,
    notOurs: noRelationshipUrls,
  })),
  {
    at: 'crud-updating-relationship-responses-other',
    says: 'answers follow HTTP',
    musts: 2,
    notOurs: noRelationshipUrls,
  },
  {
    at: 'crud-deleting-responses-202',
    says: '202 where the deletion goes on after the answer',
    notOurs: 'a deletion is done when it is answered',
  },
  {
    at: 'crud-deleting-responses-204',
    says: '200 with a document, or 204 without one',
    async check({ ask, tenant }) {
      for (const path of [
        `/v1/collects/${await tenant.collect()}`,
        `/v1/enrichment-tasks/${await tenant.enrichmentTask()}`,
      ]) {
        const { status, body } = await ask('DELETE', path);
        expect([status, body]).toEqual([204, undefined]);
        expect((await ask('DELETE', path)).status).toBe(404);
      }
    },
  },
  ...answersHttp('crud-deleting-responses-other'),
];
