import Devour from 'devour-client';
import Kitsu from 'kitsu';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { insertTask as insertEnrichmentTask } from '../support/factories.ts';
import { startEveryDoor } from './every-door.ts';
import { insertMember, insertTask, type Member } from './start-doors.ts';

let doors: Awaited<ReturnType<typeof startEveryDoor>>;
let member: Member;
let authorization: string;

beforeAll(async () => {
  doors = await startEveryDoor();
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

/** A task with a subtask. */
const insertFamily = async () => {
  const { workspacePk } = member;
  const parent = await insertEnrichmentTask(doors.client, workspacePk, { description: 'All of March' });
  const child = await insertEnrichmentTask(doors.client, workspacePk, { parent_task_pk: parent.pk });
  return { parentId: parent.enrichment_task_id, childId: child.enrichment_task_id };
};

test('kitsu reads and lists enrichment tasks, follows the pages and links what comes along', async () => {
  const api = new Kitsu({
    baseURL: `${doors.origin}/v1`,
    ...{ pluralize: false, camelCaseTypes: false, resourceCase: 'none', headers: { authorization } },
  });
  const { parentId, childId } = await insertFamily();

  const { data: child } = await api.get(`enrichment-tasks/${childId}`, {
    params: { include: 'parent_task' },
  });
  const filter = { status: 'pending', parent_task: parentId };
  const { data: listed } = await api.get('enrichment-tasks', { params: { filter } });
  const { data: first, links } = await api.get('enrichment-tasks', { params: { page: { limit: 1 } } });
  const { data: second } = await api.get(links.next.replace('/v1/', ''));

  expect([child.type, child.id, child.parent_task.data.description]).toEqual([
    ...['enrichment_task', childId, 'All of March'],
  ]);
  expect(listed.map(({ id }: { id: string }) => id)).toEqual([childId]);
  expect([first[0].id, second[0].id].toSorted()).toEqual([parentId, childId].toSorted());
});

test('devour-client reads and lists enrichment tasks', async () => {
  const api = new Devour({ apiUrl: `${doors.origin}/v1`, logger: false });
  api.headers.authorization = authorization;
  const attributes = {
    description: '',
    status: '',
    parent_task: { jsonApi: 'hasOne', type: 'enrichment_task' },
  };
  api.define('enrichment_task', attributes, { collectionPath: 'enrichment-tasks' });
  const { parentId, childId } = await insertFamily();

  const { data: child } = await api.find('enrichment_task', childId, { include: 'parent_task' });
  const { data: listed, meta } = await api.findAll('enrichment_task', { filter: { status: 'pending' } });

  expect([child.status, child.parent_task]).toMatchObject([
    'pending',
    { id: parentId, description: 'All of March' },
  ]);
  expect(listed.map(({ id }) => id).toSorted()).toEqual([parentId, childId].toSorted());
  expect(meta).toMatchObject({ count: 2, total: 2 });
});
