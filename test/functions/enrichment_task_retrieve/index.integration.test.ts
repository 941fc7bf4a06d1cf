import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrichmentTaskRetrieve } from '../../../functions/enrichment_task_retrieve/index.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import { insertMember, type Member, startDoors } from '../start-doors.ts';

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;

beforeAll(async () => {
  doors = await startDoors({
    enrichment_task_retrieve: (host) => serveEndpoint(enrichmentTaskRetrieve, host),
  });
  member = await insertMember(doors.client);
});
afterAll(() => doors.close());

const retrieve = (id: string, { by = member, query = '' } = {}) =>
  doors.call(by, `/v1/enrichment-tasks/${id}${query}`);

const companyId = randomUUID();

const insertTask = async (parts: { parentId?: string; deleted?: boolean } = {}): Promise<string> => {
  const { rows } = await doors.client.query<{ enrichment_task_id: string }>(
    `insert into enrichment_tasks (
       workspace_pk, entity_type, entity_id, enrichment_type, status, input, output, target_fields, source_channel,
       input_hash, batch_id, completed_at, lease_token, attempt, parent_task_pk, deleted_at
     )
     values (
       $1, 'company', $2, 'ai_company', 'completed', '{"company_id": "c"}', '{"domain": "acme.test"}',
       '["domain", "registered_name"]', 'company_create', 'sha256:abc123', gen_random_uuid(), now(), gen_random_uuid(),
       3, (select pk from enrichment_tasks where enrichment_task_id = $3), case when $4 then now() end
     )
     returning enrichment_task_id`,
    [member.workspacePk, companyId, parts.parentId ?? null, parts.deleted ?? false],
  );
  return rows[0]?.enrichment_task_id ?? '';
};

test('the answer is the documented resource, key by key, and nothing internal', async () => {
  const id = await insertTask();

  const { status, body } = await retrieve(id);

  expect(status).toBe(200);
  const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(body).toEqual({
    data: {
      type: 'enrichment_task',
      id,
      attributes: {
        enrichment_task_id: id,
        entity_type: 'company',
        entity_id: companyId,
        status: 'completed',
        enrichment_type: 'ai_company',
        input: { company_id: 'c' },
        output: { domain: 'acme.test' },
        target_fields: ['domain', 'registered_name'],
        error: null,
        source_channel: 'company_create',
        input_hash: 'sha256:abc123',
        description: null,
        batch_id: expect.any(String),
        created_at: iso,
        updated_at: iso,
        deleted_at: null,
        completed_at: iso,
      },
      relationships: {
        workspace: { data: { type: 'workspace', id: member.workspaceId } },
        parent_task: { data: null },
      },
    },
  });
  expect(Object.keys(body.data.attributes)).toEqual([
    'enrichment_task_id',
    'entity_type',
    'entity_id',
    'status',
    'enrichment_type',
    'input',
    'output',
    'target_fields',
    'error',
    'source_channel',
    'input_hash',
    'description',
    'batch_id',
    'created_at',
    'updated_at',
    'deleted_at',
    'completed_at',
  ]);
});

test('a subtask names its parent', async () => {
  const parentId = await insertTask();
  const id = await insertTask({ parentId });

  const { body } = await retrieve(id);

  expect(body.data.relationships.parent_task).toEqual({ data: { type: 'enrichment_task', id: parentId } });
});

test('another workspace, a deleted task and an unknown one are answered alike', async () => {
  const id = await insertTask();
  const stranger = await insertMember(doors.client);
  const answers = [
    await retrieve(id, { by: stranger }),
    await retrieve(await insertTask({ deleted: true })),
    await retrieve(randomUUID()),
  ];

  for (const { status, body } of answers)
    expect([status, body.code, body.message]).toEqual([
      404,
      'ENRICHMENT_TASK_NOT_FOUND',
      'There is no such enrichment task.',
    ]);
});

test('an id that is no UUID is a 400 that says where', async () => {
  const { status, body } = await retrieve('17');

  expect([status, body.code, body.details.path]).toEqual([400, 'SCHEMA_VALIDATION_ERROR', 'params.id']);
});

test('an unknown query parameter is a 400', async () => {
  const { status, body } = await retrieve(await insertTask(), { query: '?attempt=1' });

  expect([status, body.details.path]).toEqual([400, 'query.attempt']);
});

test('who has no token is answered 401', async () => {
  const response = await fetch(`${doors.origin}/v1/enrichment-tasks/${await insertTask()}`);

  expect(response.status).toBe(401);
});
