import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doorRequests, insertTenant } from '../../../functions/door-requests.ts';
import { startEveryDoor } from '../../../functions/every-door.ts';
import { insertTask } from '../../../support/factories.ts';
import { changing } from './changing.ts';
import { creating } from './creating.ts';
import { documents } from './documents.ts';
import { fetching } from './fetching.ts';
import { linksAndNames } from './links-and-names.ts';
import { negotiation } from './negotiation.ts';
import { queriesAndErrors } from './queries-and-errors.ts';
import type { Api, Ask, Statement } from './statement.ts';

// How many times JSON:API 1.1 (https://jsonapi.org/format/1.1/) says MUST, under each of its anchors that says so.
const musts: Readonly<Record<string, number>> = {
  'media-type-parameter-rules': 2,
  'extension-rules': 7,
  'profile-rules': 2,
  'content-negotiation-all': 3,
  'content-negotiation-clients': 1,
  'content-negotiation-servers': 6,
  'document-structure': 3,
  'document-top-level': 6,
  'document-resource-objects': 1,
  'document-resource-object-identification': 6,
  'document-resource-object-fields': 1,
  'document-resource-object-attributes': 1,
  'document-resource-object-relationships': 4,
  'document-resource-object-related-resource-links': 2,
  'document-resource-object-linkage': 1,
  'document-resource-object-links': 1,
  'document-resource-identifier-objects': 4,
  'document-compound-documents': 3,
  'document-meta': 1,
  'document-links': 2,
  'document-links-link-object': 3,
  'document-jsonapi-object': 3,
  'document-member-names': 5,
  'document-member-names-reserved-characters': 1,
  'document-member-names-at-members': 1,
  'extension-members': 2,
  'fetching-resources': 1,
  'fetching-resources-responses-200': 3,
  'fetching-resources-responses-404': 1,
  'fetching-resources-responses-other': 2,
  'fetching-relationships': 1,
  'fetching-relationships-responses-200': 2,
  'fetching-relationships-responses-404': 2,
  'fetching-relationships-responses-other': 2,
  'fetching-includes': 5,
  'fetching-sparse-fieldsets': 2,
  'fetching-sorting': 5,
  'fetching-pagination': 4,
  crud: 1,
  'crud-creating': 3,
  'crud-creating-client-ids': 3,
  'crud-creating-responses-201': 2,
  'crud-creating-responses-202': 1,
  'crud-creating-responses-204': 1,
  'crud-creating-responses-404': 1,
  'crud-creating-responses-409': 2,
  'crud-creating-responses-other': 2,
  'crud-updating': 2,
  'crud-updating-resource-attributes': 2,
  'crud-updating-resource-relationships': 4,
  'crud-updating-responses-200': 1,
  'crud-updating-responses-202': 1,
  'crud-updating-responses-204': 1,
  'crud-updating-relationship-responses-403': 2,
  'crud-updating-responses-404': 2,
  'crud-updating-responses-409': 1,
  'crud-updating-responses-other': 2,
  'crud-updating-to-one-relationships': 2,
  'crud-updating-to-many-relationships': 7,
  'crud-updating-relationship-responses-200': 1,
  'crud-updating-relationship-responses-202': 1,
  'crud-updating-relationship-responses-204': 1,
  'crud-updating-relationship-responses-other': 2,
  'crud-deleting-responses-202': 1,
  'crud-deleting-responses-204': 1,
  'crud-deleting-responses-other': 2,
  'extension-query-parameters': 2,
  'query-parameters-custom': 2,
  'error-objects': 3,
  'appendix-query-details-parsing': 2,
  'appendix-query-details-square-brackets': 1,
};

const statements: readonly Statement[] = [
  ...[...negotiation, ...documents, ...linksAndNames, ...fetching, ...creating, ...changing],
  ...queriesAndErrors,
];

let doors: Awaited<ReturnType<typeof startEveryDoor>>;
let api: Api;

beforeAll(async () => {
  doors = await startEveryDoor();
  const tenant = await insertTenant(doors.client);
  const { workspacePk } = tenant.member;
  const { pk } = await insertTask(doors.client, workspacePk);
  await insertTask(doors.client, workspacePk, { parent_task_pk: pk });
  await tenant.task();

  const ask: Ask = (method, path, { body, headers = {} } = {}) => {
    const jsonApi = 'application/vnd.api+json';
    const typed = body === undefined || body instanceof FormData ? {} : { 'content-type': jsonApi };
    const all = Object.entries({ accept: jsonApi, ...typed, ...headers });
    return doors.call(tenant.member, path, {
      method,
      headers: all.filter((header): header is [string, string] => header[1] !== undefined),
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
  };
  const samples = [];
  for (const { legal } of Object.values(doorRequests)) {
    const { method, path, body } = await legal(tenant);
    samples.push(await ask(method, path, { body }));
  }
  for (const path of [
    '/v1/collects?include=people,workspace,task',
    '/v1/enrichment-tasks?include=parent_task,subtasks',
  ])
    samples.push(await ask('GET', path));
  for (const { status } of samples) expect(status).toBeLessThan(300);
  samples.push(await ask('GET', '/v1/collects?colour=red'));
  api = { ask, tenant, client: doors.client, samples };
});
afterAll(() => doors.close());

test('each MUST of the specification is in the table', () => {
  const told = Map.groupBy(statements, ({ at }) => at);
  const counted = [...told].map(([at, rows]) => [at, rows.reduce((sum, row) => sum + (row.musts ?? 1), 0)]);

  expect(Object.fromEntries(counted)).toEqual(musts);
});

describe.each(statements)('$at: $says', ({ check, notOurs, differs }) => {
  test(differs ?? notOurs ?? 'holds', () => check?.(api));
});
