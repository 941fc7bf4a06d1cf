import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../examples/client/api.ts';
import { Wellspring } from '../../examples/client/client.ts';
import { tour } from '../../examples/client/tour.ts';
import { collectCreate } from '../../functions/collect_create/index.ts';
import { collectList } from '../../functions/collect_list/index.ts';
import { collectRetrieve } from '../../functions/collect_retrieve/index.ts';
import { collectUpdate } from '../../functions/collect_update/index.ts';
import { documentCreate } from '../../functions/document_create/index.ts';
import { enrichmentTaskCreate } from '../../functions/enrichment_task_create/index.ts';
import { enrichmentTaskRetrieve } from '../../functions/enrichment_task_retrieve/index.ts';
import { loadWorker } from '../../functions/index.ts';
import { serveEndpoint } from '../../shared/http/endpoint.ts';
import { insertMember, type Member, startDoors } from '../functions/start-doors.ts';

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;
let api: Wellspring;

beforeAll(async () => {
  doors = await startDoors({
    collect_create: (host) => serveEndpoint(collectCreate, host),
    collect_list: (host) => serveEndpoint(collectList, host),
    collect_retrieve: (host) => serveEndpoint(collectRetrieve, host),
    collect_update: (host) => serveEndpoint(collectUpdate, host),
    document_create: (host) => serveEndpoint(documentCreate, host),
    enrichment_task_create: (host) =>
      serveEndpoint(enrichmentTaskCreate, { ...host, services: { ...host.services, loadWorker } }),
    enrichment_task_retrieve: (host) => serveEndpoint(enrichmentTaskRetrieve, host),
  });
  member = await insertMember(doors.client);
  api = new Wellspring({ baseUrl: doors.origin, token: await doors.tokenOf(member) });
});
afterAll(() => doors.close());

test('the tour goes through a collect and a task', async () => {
  const lines: string[] = [];

  await tour(
    api,
    (line) => lines.push(line.replaceAll(/[0-9a-f-]{36}/g, '<id>')),
    // The work is done elsewhere; here it is said to be.
    () =>
      doors.client.query(
        `update enrichment_tasks set status = 'completed', completed_at = now(), output = '{"linked": 0}'`,
      ),
  );

  expect(lines).toEqual([
    'collect <id> is in_progress, at /v1/collects/<id>',
    '1 of the workspace are not over',
    'collect <id> is finalized',
    'task <id> is pending',
    'task <id> is completed',
    'its output: {"linked":0}',
  ]);
});

test('a list is read along its cursor, several values of a filter at once', async () => {
  for (const status of ['todo', 'in_progress', 'error'] as const)
    await api.collects.collectCreate({ data: { type: 'collect', attributes: { status } } });

  const wanted = { 'filter[status]': ['todo' as const, 'error' as const], limit: 1 };
  const { data: first } = await api.collects.collectList(wanted);
  const cursor = new URL(first.links.next ?? '', doors.origin).searchParams.get('cursor') ?? '';
  const { data: second } = await api.collects.collectList({ ...wanted, cursor });

  expect([first.meta.total, second.links.next]).toEqual([2, null]);
  expect([...first.data, ...second.data].map(({ attributes }) => attributes.status)).toEqual([
    'error',
    'todo',
  ]);
});

test('a file goes up with what is said about it', async () => {
  const file = new File(['%PDF-1.4 a page'], 'invoice.pdf');
  const document = { data: { type: 'document' as const, attributes: { file_name: 'Invoice 7.pdf' } } };

  const { data } = await api.documents.documentCreate({ file, document });

  expect(data.data.attributes).toMatchObject({ filename: 'Invoice 7.pdf', size: file.size });
});

test('a change that comes too late is refused with a code to branch on', async () => {
  const made = await api.collects.collectCreate({ data: { type: 'collect' } });
  const { id } = made.data.data;
  const seen = await api.collects.collectRetrieve(id);
  const start = { data: { type: 'collect' as const, attributes: { status: 'in_progress' as const } } };
  const ifMatch = { headers: { 'if-match': seen.headers.get('etag') ?? '' } };
  await api.collects.collectUpdate(id, start, {}, ifMatch);

  const late = await api.collects.collectUpdate(id, start, {}, ifMatch).catch((answer) => answer);

  const { code, status }: Problem = late.error;
  expect({ code, status }).toEqual({ code: 'PRECONDITION_FAILED', status: 412 });
});

test('a request that is sent again with its key is answered as before', async () => {
  const again = { headers: { 'idempotency-key': 'one-operation' } };
  const body = { data: { type: 'collect' as const } };

  const first = await api.collects.collectCreate(body, {}, again);
  const second = await api.collects.collectCreate(body, {}, again);

  expect(second.data).toEqual(first.data);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
});
