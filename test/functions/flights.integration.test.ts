import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectCreate } from '../../functions/collect_create/index.ts';
import { enrichmentTaskCreate } from '../../functions/enrichment_task_create/index.ts';
import { enrichmentTaskRetrieve } from '../../functions/enrichment_task_retrieve/index.ts';
import { loadWorker } from '../../functions/index.ts';
import { serveEndpoint } from '../../shared/http/endpoint.ts';
import { type DistantDatabase, distantDatabase } from '../support/flights.ts';
import { insertMember, type Member, startDoors } from './start-doors.ts';

// What a request costs beside its work is the way to the database: how often it is gone is part of the contract.

let doors: Awaited<ReturnType<typeof startDoors>>;
let distant: DistantDatabase;
let member: Member;
let invoiceIds: string[];

beforeAll(async () => {
  doors = await startDoors(
    {
      collect_create: (host) => serveEndpoint(collectCreate, host),
      enrichment_task_create: (host) =>
        serveEndpoint(enrichmentTaskCreate, { ...host, services: { ...host.services, loadWorker } }),
      enrichment_task_retrieve: (host) => serveEndpoint(enrichmentTaskRetrieve, host),
    },
    {
      async reach(url) {
        distant = await distantDatabase(url);
        return distant.url;
      },
    },
  );
  member = await insertMember(doors.client);
  const { rows } = await doors.client.query<{ invoice_id: string }>(
    `insert into invoices (workspace_pk, invoice_number) select $1, 'F-' || n from generate_series(1, 501) n
     returning invoice_id`,
    [member.workspacePk],
  );
  invoiceIds = rows.map((row) => row.invoice_id);
  // The connection of the pool is made before anything is counted.
  await create('/v1/collects', collect);
});
afterAll(async () => {
  await doors.close();
  await distant.close();
});

const collect = { type: 'collect', attributes: { provider: 'popup' } };
const reconcileOf = (invoice_id: string) => ({
  type: 'enrichment_task',
  attributes: {
    ...{ enrichment_type: 'reconcile', entity_type: 'invoice', entity_id: invoice_id },
    input: { invoice_id },
  },
});

async function create(path: string, data: unknown) {
  const answer = await doors.send('POST', member, path, { data }, { 'idempotency-key': randomUUID() });
  expect(answer.status).toBe(201);
  return answer.body;
}

test('a collect is made in three', async () => {
  expect(await distant.flightsOf(() => create('/v1/collects', collect))).toBeLessThanOrEqual(3);
});

test('five hundred tasks are made in five', async () => {
  const tasks = invoiceIds.slice(1).map(reconcileOf);

  expect(await distant.flightsOf(() => create('/v1/enrichment-tasks', tasks))).toBeLessThanOrEqual(5);
});

test('a task is read in two', async () => {
  const { data } = await create('/v1/enrichment-tasks', reconcileOf(invoiceIds[0] ?? ''));

  const read = () => doors.call(member, `/v1/enrichment-tasks/${data.id}`);

  expect(await distant.flightsOf(read)).toBe(2);
});
