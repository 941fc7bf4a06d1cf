import Devour from 'devour-client';
import Kitsu from 'kitsu';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { collectCreate } from '../../functions/collect_create/index.ts';
import { collectDelete } from '../../functions/collect_delete/index.ts';
import { collectList } from '../../functions/collect_list/index.ts';
import { collectRetrieve } from '../../functions/collect_retrieve/index.ts';
import { collectUpdate } from '../../functions/collect_update/index.ts';
import { serveEndpoint } from '../../shared/http/endpoint.ts';
import { insertMember, insertTask, type Member, startDoors } from './start-doors.ts';

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;
let authorization: string;

beforeAll(async () => {
  doors = await startDoors({
    collect_create: (host) => serveEndpoint(collectCreate, host),
    collect_delete: (host) => serveEndpoint(collectDelete, host),
    collect_list: (host) => serveEndpoint(collectList, host),
    collect_retrieve: (host) => serveEndpoint(collectRetrieve, host),
    collect_update: (host) => serveEndpoint(collectUpdate, host),
  });
});
beforeEach(async () => {
  member = await insertMember(doors.client);
  authorization = `Bearer ${await doors.tokenOf(member)}`;
});
afterAll(() => doors.close());

test('kitsu creates, reads, lists, changes and deletes a collect', async () => {
  const api = new Kitsu({
    baseURL: `${doors.origin}/v1`,
    ...{ camelCaseTypes: false, resourceCase: 'none', headers: { authorization } },
  });

  const { data: made } = await api.create('collects', { provider: 'popup' });
  const { data: read } = await api.get(`collects/${made.id}`);
  const { data: listed, meta } = await api.get('collects', { params: { page: { limit: 10 } } });
  const { data: moved } = await api.update('collects', { id: made.id, status: 'in_progress' });
  const gone = await api.delete('collects', made.id);

  expect([made.type, made.provider, read.status, moved.status]).toEqual([
    ...['collect', 'popup', 'todo', 'in_progress'],
  ]);
  expect([listed.map(({ id }: { id: string }) => id), meta.count]).toEqual([[made.id], 1]);
  expect(gone.status).toBe(204);
  await expect(api.get(`collects/${made.id}`)).rejects.toMatchObject({
    errors: [{ status: '404', code: 'COLLECT_NOT_FOUND' }],
  });
});

test('devour-client creates, reads, lists, changes and deletes a collect', async () => {
  const api = new Devour({ apiUrl: `${doors.origin}/v1`, logger: false });
  api.headers.authorization = authorization;
  api.define('task', {});
  api.define('collect', { provider: '', status: '', task: { jsonApi: 'hasOne', type: 'tasks' } });
  const taskId = await insertTask(doors.client, member.workspacePk);

  const { data: made } = await api.create(
    'collect',
    { provider: 'popup', task: { id: taskId } },
    {},
    { via: 'test' },
  );
  const { data: read } = await api.find('collect', made.id);
  const { data: listed } = await api.findAll('collect', { filter: { status: 'todo' } });
  const { data: moved } = await api.update('collect', { id: made.id, status: 'in_progress' });
  await api.destroy('collect', made.id);

  expect([made.provider, read.status, moved.status]).toEqual(['popup', 'todo', 'in_progress']);
  expect(listed.map(({ id }: { id: string }) => id)).toEqual([made.id]);
  await expect(api.find('collect', made.id)).rejects.toEqual({
    0: { title: 'Not Found', detail: 'There is no such collect.' },
  });
});
