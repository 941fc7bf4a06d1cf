import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { insertCollectRow } from '../../../functions/start-doors.ts';
import type { Api, Members, Statement } from './statement.ts';

const noRelationshipUrls = 'no relationship has a URL of its own; the documented API has none';

const idsOf = (data: readonly Members[]) => data.map(({ id }) => id);
const createdOf = (data: readonly { attributes: { created_at: string } }[]) =>
  data.map(({ attributes }) => attributes.created_at);
const collects = async ({ client, tenant }: Api, count: number) => {
  const provider = `provider-${randomUUID()}`;
  for (let at = 0; at < count; at += 1) await insertCollectRow(client, tenant.member, { provider });
  return `/v1/collects?filter[provider]=${provider}`;
};
/** A status, the methods that would work, what to prove oneself by: what HTTP wants beside it. */
const speaksHttp = async ({ ask }: Api) => {
  const head = await ask('HEAD', '/v1/collects');
  expect([head.status, head.body]).toEqual([200, undefined]);
  const wrong = await ask('PUT', '/v1/collects');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST']);
  const head404 = await ask('HEAD', `/v1/collects/${randomUUID()}`);
  expect([head404.status, head404.body]).toEqual([404, undefined]);
};

/** Reading resources and lists. */
export const fetching: readonly Statement[] = [
  {
    at: 'fetching-resources',
    says: 'links to the document itself and to related resources can be fetched',
    async check(api) {
      const first = await api.ask('GET', `${await collects(api, 2)}&page[limit]=1`);
      const again = await api.ask('GET', first.body.links.self);
      expect([again.status, again.body.data, again.body.links]).toEqual([
        200,
        first.body.data,
        first.body.links,
      ]);
    },
  },
  {
    at: 'fetching-resources-responses-200',
    says: 'a resource and a list that are there are answered with 200',
    async check({ ask, tenant }) {
      expect((await ask('GET', `/v1/collects/${await tenant.collect()}`)).status).toBe(200);
      expect((await ask('GET', `/v1/enrichment-tasks/${await tenant.enrichmentTask()}`)).status).toBe(200);
      for (const path of ['/v1/collects', '/v1/enrichment-tasks', '/v1/api-key'])
        expect((await ask('GET', path)).status).toBe(200);
    },
  },
  {
    at: 'fetching-resources-responses-200',
    says: 'a list has an array as its data',
    async check({ ask }) {
      for (const path of ['/v1/collects', '/v1/enrichment-tasks', '/v1/api-key'])
        expect((await ask('GET', path)).body.data).toBeInstanceOf(Array);
    },
  },
  {
    at: 'fetching-resources-responses-200',
    says: 'a resource is the data of its document',
    async check({ ask, tenant }) {
      const [collect, task] = [await tenant.collect(), await tenant.enrichmentTask()];
      const { body } = await ask('GET', `/v1/collects/${collect}`);
      expect(body.data).toMatchObject({ type: 'collect', id: collect });
      const other = await ask('GET', `/v1/enrichment-tasks/${task}`);
      expect(other.body.data).toMatchObject({ type: 'enrichment_task', id: task });
    },
  },
  {
    at: 'fetching-resources-responses-404',
    says: '404 for a resource that is not there',
    async check({ ask }) {
      for (const path of ['/v1/collects', '/v1/enrichment-tasks'])
        expect((await ask('GET', `${path}/${randomUUID()}`)).status).toBe(404);
    },
  },
  {
    at: 'fetching-resources-responses-other',
    says: 'answers follow HTTP',
    check: speaksHttp,
  },
  {
    at: 'fetching-resources-responses-other',
    says: 'clients read answers as HTTP says',
    notOurs: 'obliges clients',
  },
  { at: 'fetching-relationships', says: 'relationship URLs can be fetched', notOurs: noRelationshipUrls },
  {
    at: 'fetching-relationships-responses-200',
    says: 'a relationship is answered with 200 and its linkage',
    musts: 2,
    notOurs: noRelationshipUrls,
  },
  {
    at: 'fetching-relationships-responses-404',
    says: '404 for a relationship of what is not there, 200 for an empty one',
    musts: 2,
    notOurs: noRelationshipUrls,
  },
  {
    at: 'fetching-relationships-responses-other',
    says: 'answers follow HTTP',
    musts: 2,
    notOurs: noRelationshipUrls,
  },
  {
    at: 'fetching-includes',
    says: '400 where include is not supported',
    async check({ ask, tenant }) {
      const id = await tenant.collect();
      const body = { data: { type: 'collect', attributes: {} } };
      for (const { status } of [
        await ask('GET', '/v1/api-key?include=people'),
        await ask('POST', '/v1/collects?include=people', { body }),
        await ask('PATCH', `/v1/collects/${id}?include=people`, { body }),
      ])
        expect(status).toBe(400);
    },
  },
  {
    at: 'fetching-includes',
    says: 'with include there is always an included member',
    async check({ ask, tenant }) {
      const { body } = await ask('GET', `/v1/collects/${await tenant.collect()}?include=task`);
      expect(body.included).toEqual([]);
      expect((await ask('GET', '/v1/collects?include=')).body.included).toEqual([]);
      expect((await ask('GET', '/v1/enrichment-tasks?include=subtasks')).body.included).toEqual([]);
    },
  },
  {
    at: 'fetching-includes',
    says: 'nothing is included that was not asked for',
    async check({ ask, tenant }) {
      await tenant.task();
      const { body } = await ask('GET', '/v1/collects?include=people');
      expect([...new Set(body.included.map(({ type }: Members) => type))]).toEqual(['people']);
      expect((await ask('GET', '/v1/collects')).body).not.toHaveProperty('included');
    },
  },
  {
    at: 'fetching-includes',
    says: 'include is a list of relationship paths with commas between; empty means nothing',
    async check({ ask, tenant }) {
      await tenant.task();
      const { body } = await ask('GET', '/v1/collects?include=workspace,task');
      expect(new Set(body.included.map(({ type }: Members) => type))).toEqual(new Set(['workspace', 'task']));
    },
  },
  {
    at: 'fetching-includes',
    says: '400 for a path that is not known or cannot be included',
    async check({ ask }) {
      const { status, body } = await ask('GET', '/v1/collects?include=people.company');
      expect([status, body.errors[0].source]).toEqual([400, { parameter: 'include' }]);
      expect((await ask('GET', '/v1/enrichment-tasks?include=nothing')).status).toBe(400);
    },
  },
  {
    at: 'fetching-sparse-fieldsets',
    says: 'fields[type] is a list of names with commas between; empty means none',
    async check({ ask, tenant }) {
      const path = `/v1/collects/${await tenant.collect()}`;
      const { body } = await ask('GET', `${path}?fields[collect]=status,people`);
      expect([Object.keys(body.data.attributes), Object.keys(body.data.relationships)]).toEqual([
        ['status'],
        ['people'],
      ]);
      const none = await ask('GET', `${path}?fields[collect]=`);
      expect([none.body.data.attributes, none.body.data.relationships]).toEqual([{}, {}]);
    },
  },
  {
    at: 'fetching-sparse-fieldsets',
    says: 'no other field of that type is answered, whether it is the data or included',
    async check({ ask, tenant }) {
      await tenant.task();
      const query =
        'include=people,task&fields[collect]=provider,people,task&fields[people]=full_name&fields[task]=title';
      const { body } = await ask('GET', `/v1/collects?${query}`);
      const names = { collect: ['provider'], people: ['full_name'], task: ['title'] };
      for (const { type, attributes } of [...body.data, ...body.included])
        expect(Object.keys(attributes)).toEqual(names[type as keyof typeof names]);
      const tasks = await ask('GET', '/v1/enrichment-tasks?fields[enrichment_task]=status');
      for (const { attributes } of tasks.body.data) expect(Object.keys(attributes)).toEqual(['status']);
    },
  },
  {
    at: 'fetching-sorting',
    says: 'sort names fields, ascending without a minus and descending with one, and the list is in that order',
    musts: 4,
    async check(api) {
      const path = await collects(api, 3);
      const up = await api.ask('GET', `${path}&sort=created_at`);
      const down = await api.ask('GET', `${path}&sort=-created_at`);
      expect(createdOf(up.body.data)).toEqual(createdOf(up.body.data).toSorted());
      expect([idsOf(up.body.data).length, idsOf(down.body.data)]).toEqual([
        3,
        idsOf(up.body.data).toReversed(),
      ]);
    },
  },
  {
    at: 'fetching-sorting',
    says: '400 for an order that is not supported',
    async check({ ask }) {
      for (const path of [
        '/v1/collects?sort=provider',
        '/v1/enrichment-tasks?sort=created_at,status',
        '/v1/api-key?sort=name',
      ]) {
        const { status, body } = await ask('GET', path);
        expect([status, body.errors[0].source]).toEqual([400, { parameter: 'sort' }]);
      }
    },
  },
  {
    at: 'fetching-pagination',
    says: 'links to pages stand in the links of the list, under first, last, prev and next, and null where there is none',
    musts: 3,
    async check(api) {
      const first = await api.ask('GET', `${await collects(api, 3)}&page[limit]=2`);
      const second = await api.ask('GET', first.body.links.next);
      expect(new Set([...idsOf(first.body.data), ...idsOf(second.body.data)]).size).toBe(3);
      expect([Object.keys(second.body.links).sort(), second.body.links.next]).toEqual([
        ['next', 'self'],
        null,
      ]);
    },
  },
  {
    at: 'fetching-pagination',
    says: 'the next page goes on in the order of the list',
    async check(api) {
      const path = await collects(api, 3);
      const whole = await api.ask('GET', `${path}&sort=created_at`);
      const first = await api.ask('GET', `${path}&sort=created_at&page[limit]=2`);
      const second = await api.ask('GET', first.body.links.next);
      expect([...idsOf(first.body.data), ...idsOf(second.body.data)]).toEqual(idsOf(whole.body.data));
    },
  },
];
