import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { documentCreate } from '../../../functions/document_create/index.ts';
import { UPLOAD_MAX_BYTES } from '../../../shared/domain/limits.ts';
import { contentChecksum } from '../../../shared/extraction/content-checksum.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import { ciiXml } from '../../support/invoice-xml.ts';
import { insertCollectRow, insertMember, insertWorkspace, type Member, startDoors } from '../start-doors.ts';

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;

beforeAll(async () => {
  doors = await startDoors({ document_create: (host) => serveEndpoint(documentCreate, host) });
});
beforeEach(async () => {
  member = await insertMember(doors.client);
  doors.storage.files.clear();
  doors.queue.messages.length = 0;
});
afterAll(() => doors.close());

const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

interface Upload {
  bytes?: Uint8Array<ArrayBuffer>;
  name?: string;
  document?: unknown;
  fields?: Record<string, string>;
  key?: string;
  by?: Pick<Member, 'subject'>;
  query?: string;
}

const upload = ({
  bytes = pdf,
  name = 'march.pdf',
  document,
  fields = {},
  key,
  by,
  query = '',
}: Upload = {}) => {
  const form = new FormData();
  if (document !== undefined) form.set('document', JSON.stringify(document));
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set('file', new File([bytes], name, { type: 'image/png' }));
  return doors.call(by ?? member, `/v1/documents${query}`, {
    method: 'POST',
    body: form,
    headers: key ? { 'idempotency-key': key } : {},
  });
};
const about = (attributes: object, relationships?: object) => ({
  data: { type: 'document', attributes, ...(relationships ? { relationships } : {}) },
});
const collect = (parts: Parameters<typeof insertCollectRow>[2] = {}) =>
  insertCollectRow(doors.client, member, { status: 'in_progress', ...parts });

const documentsOf = async (workspacePk = member.workspacePk) =>
  (await doors.client.query('select * from documents where workspace_pk = $1 order by pk', [workspacePk]))
    .rows;
const tasksOf = async (workspacePk = member.workspacePk) =>
  (
    await doors.client.query('select * from enrichment_tasks where workspace_pk = $1 order by pk', [
      workspacePk,
    ])
  ).rows;
const nothingKept = async () => {
  expect(await documentsOf()).toEqual([]);
  expect(await tasksOf()).toEqual([]);
  expect([...doors.storage.files]).toEqual([]);
};

describe('an upload', () => {
  test('is answered with the documented resource and the task to follow', async () => {
    const collectId = await collect();

    const { status, body } = await upload({
      document: about({
        file_name: 'March 2026.pdf',
        collect_id: collectId,
        workspace_id: member.workspaceId,
        metadata: { document_type: '380' },
      }),
    });

    expect(status).toBe(201);
    const sha256 = createHash('sha256').update(pdf).digest('hex');
    const [task] = await tasksOf();
    expect(body).toEqual({
      data: {
        type: 'document',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        attributes: {
          filename: 'March 2026.pdf',
          local_file_name: sha256,
          type: 'application/pdf',
          size: pdf.byteLength,
          workspace_id: member.workspaceId,
          uploaded_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          document_type: '380',
        },
        links: { download: expect.stringContaining(sha256) },
        relationships: { collect: { data: { type: 'collect', id: collectId } } },
      },
      meta: { enrichment_task_id: task.enrichment_task_id },
    });
  });

  test('keeps the file under its workspace, month and content', async () => {
    await upload();

    const [path = ''] = doors.storage.files.keys();
    expect(path).toMatch(new RegExp(`^${member.workspaceId}/\\d{4}/\\d\\d/[0-9a-f]{64}$`));
    expect(Buffer.from(doors.storage.files.get(path) ?? [])).toEqual(pdf);
    expect(await documentsOf()).toMatchObject([
      {
        bucket: 'memory',
        path,
        filename: 'march.pdf',
        type: 'application/pdf',
        content_checksum: contentChecksum(pdf),
        document_type: null,
        processing_status: 'pending',
        processing_stage: 'queued',
        collect_pk: null,
      },
    ]);
  });

  test('enqueues its extraction, wakes the queue and records that it did', async () => {
    const { body } = await upload();

    const [task] = await tasksOf();
    expect(task).toMatchObject({
      enrichment_type: 'ocr_extract',
      entity_type: 'document',
      entity_id: body.data.id,
      input: { document_id: body.data.id },
      source_channel: 'document_upload',
      status: 'pending',
      dispatched_at: expect.any(Date),
    });
    expect(doors.queue.messages).toEqual([
      { id: task.enrichment_task_id, generation: 0, type: 'ocr_extract' },
    ]);
    const events = await doors.client.query(
      'select kind, actor from enrichment_task_events where enrichment_task_pk = $1 order by pk',
      [task.pk],
    );
    expect(events.rows).toEqual([
      { kind: 'enqueued', actor: `user:${member.personId}` },
      { kind: 'dispatched', actor: `user:${member.personId}` },
    ]);
  });

  test('of the same bytes again is a document of its own on the same file', async () => {
    const first = await upload();
    const second = await upload();

    expect(second.body.data.id).not.toBe(first.body.data.id);
    expect(await tasksOf()).toHaveLength(2);
    expect(doors.storage.files.size).toBe(1);
  });

  test('is typed by its bytes, whatever its name and header say', async () => {
    const xml = await upload({ bytes: Buffer.from(ciiXml()), name: 'picture.png' });
    const unknown = await upload({ bytes: Buffer.from([0, 1, 2, 3, 0, 255]), name: 'thing.pdf' });

    expect(xml.body.data.attributes.type).toBe('application/xml');
    expect(xml.body.meta.enrichment_task_id).not.toBeNull();
    expect(unknown.body.data.attributes.type).toBe('application/octet-stream');
  });

  test('loses what is dangerous in a name', async () => {
    const { body } = await upload({ document: about({ file_name: '../in/March\u202efdp.exe\u0000' }) });

    expect(body.data.attributes.filename).toBe('.._in_March_fdp.exe_');
  });

  test('takes dotted fields in place of the JSON part', async () => {
    const collectId = await collect();

    const { status, body } = await upload({
      fields: {
        'data.attributes.file_name': 'dotted.pdf',
        'data.attributes.collect_id': collectId,
        'data.attributes.metadata.document_type': '381',
      },
    });

    expect(status).toBe(201);
    expect(body.data.attributes).toMatchObject({ filename: 'dotted.pdf', document_type: '381' });
    expect(body.data.relationships.collect.data.id).toBe(collectId);
  });

  test('takes the collect and the workspace as relationships, and says what it does not keep', async () => {
    const collectId = await collect();

    const { status, body } = await upload({
      document: about(
        {},
        {
          collect: { data: { type: 'collect', id: collectId } },
          workspace: { data: { type: 'workspace', id: member.workspaceId } },
          company: { data: { type: 'company', id: randomUUID() } },
        },
      ),
    });

    expect(status).toBe(201);
    expect(body.data.relationships.collect.data.id).toBe(collectId);
    expect(body.meta.ignored).toEqual(['relationships.company']);
  });
});

describe('a workspace that does not want its uploads extracted', () => {
  test('gets the document and no task', async () => {
    const workspace = await insertWorkspace(doors.client, { autoExtract: false });
    const careful = await insertMember(doors.client, { workspace });

    const { status, body } = await upload({ by: careful });

    expect([status, body.meta]).toEqual([201, { enrichment_task_id: null }]);
    expect(await tasksOf(workspace.workspacePk)).toEqual([]);
    expect(await documentsOf(workspace.workspacePk)).toMatchObject([
      { processing_status: 'pending', processing_stage: null },
    ]);
    expect(doors.queue.messages).toEqual([]);
  });
});

describe('the workspace of an upload', () => {
  test('is the one that the document names, by either of its ids', async () => {
    const externalId = `customer-${randomUUID()}`;
    const workspace = await insertWorkspace(doors.client, { externalId });
    await insertMember(doors.client, { workspace, subject: member.subject, isDefault: false });

    const byId = await upload({ document: about({ workspace_id: workspace.workspaceId }) });
    const byKey = await upload({ document: about({ external_workspace_id: externalId }) });

    for (const { status, body } of [byId, byKey])
      expect([status, body.data.attributes.workspace_id]).toEqual([201, workspace.workspaceId]);
    expect(await documentsOf(workspace.workspacePk)).toHaveLength(2);
    expect(await documentsOf()).toEqual([]);
  });

  test('of other people is a 403', async () => {
    const other = await insertMember(doors.client);

    const { status, body } = await upload({ document: about({ workspace_id: other.workspaceId }) });

    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
    await nothingKept();
  });

  test('is named once', async () => {
    const { status, body } = await upload({
      document: about({ workspace_id: member.workspaceId, external_workspace_id: 'customer' }),
    });

    expect([status, body.details.path]).toEqual([400, 'data.attributes.external_workspace_id']);
  });
});

describe('the collect of an upload', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const refused = async (collectId: string) => {
    const { status, body } = await upload({ document: about({ collect_id: collectId }) });
    return `${status} ${body.code}`;
  };

  test('of another workspace is answered like one that does not exist', async () => {
    const other = await insertMember(doors.client);
    const foreign = await insertCollectRow(doors.client, other);

    for (const id of [
      foreign,
      randomUUID(),
      await collect({ deleted: true }),
      await collect({ legacy: true }),
    ])
      expect(await refused(id)).toBe('404 COLLECT_NOT_FOUND');
    await nothingKept();
  });

  test('that ended six minutes ago takes no more files', async () => {
    for (const status of ['finalized', 'error'])
      expect(await refused(await collect({ status, endedAt: minutesAgo(6) }))).toBe(
        '409 COLLECT_ALREADY_ENDED',
      );
    await nothingKept();
  });

  test('that ended four minutes ago still takes those in flight', async () => {
    const collectId = await collect({ status: 'finalized', endedAt: minutesAgo(4) });

    expect((await upload({ document: about({ collect_id: collectId }) })).status).toBe(201);
  });

  test('has to be a UUID', async () => {
    const { status, body } = await upload({ document: about({ collect_id: 'mine' }) });

    expect([status, body.details.path]).toEqual([400, 'data.attributes.collect_id']);
  });
});

describe('what the form may not hold', () => {
  test.each([
    ['data.attributes.bucket', { document: about({ bucket: 'theirs' }) }],
    ['data.attributes.path', { document: about({ path: '/etc/passwd' }) }],
    ['data.attributes.metadata.owner', { document: about({ metadata: { owner: 'me' } }) }],
    ['data.attributes.metadata.document_type', { document: about({ metadata: { document_type: 'bill' } }) }],
    ['data.id', { document: { data: { type: 'document', id: randomUUID(), attributes: {} } } }, 403],
    ['data.type', { document: { data: { type: 'collect', attributes: {} } } }, 409],
    ['file', { bytes: Buffer.alloc(0) }],
    ['surprise', { fields: { surprise: 'yes' } }],
  ])('%s', async (path, parts, expected = 400) => {
    const { status, body } = await upload(parts);

    expect([status, body.details.path]).toEqual([expected, path]);
    await nothingKept();
  });

  test('a file beyond the limit', async () => {
    const { status, body } = await upload({ bytes: Buffer.alloc(UPLOAD_MAX_BYTES + 1, 'x') });

    expect([status, body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    await nothingKept();
  });

  test('no file at all', async () => {
    const form = new FormData();
    form.set('document', JSON.stringify(about({})));

    const { status, body } = await doors.call(member, '/v1/documents', { method: 'POST', body: form });

    expect([status, body.details]).toEqual([400, { path: 'file', issue: 'required' }]);
  });
});

describe('an Idempotency-Key', () => {
  test('makes one document and one task of an upload that is sent twice', async () => {
    const key = randomUUID();

    const first = await upload({ key });
    const second = await upload({ key });

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await documentsOf()).toHaveLength(1);
    expect(await tasksOf()).toHaveLength(1);
    expect(doors.queue.messages).toHaveLength(1);
  });

  test('is refused for another file', async () => {
    const key = randomUUID();
    await upload({ key });

    const { status, body } = await upload({ key, bytes: Buffer.from('%PDF-1.4 another') });

    expect([status, body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(doors.storage.files.size).toBe(1);
  });

  test('gives the answer again although the collect has ended since', async () => {
    const collectId = await collect();
    const request = { key: randomUUID(), document: about({ collect_id: collectId }) };
    const first = await upload(request);
    await doors.client.query(
      `update collects set status = 'finalized', ended_at = now() - interval '1 h' where collect_id = $1`,
      [collectId],
    );

    const second = await upload(request);

    expect([second.status, second.body]).toEqual([201, first.body]);
  });
});

test('a queue that is away does not fail the upload: the task waits for the sweep', async () => {
  const create = doors.queue.create;
  doors.queue.create = () => Promise.reject(new Error('the queue is away'));

  const { status, body } = await upload();
  doors.queue.create = create;

  expect(status).toBe(201);
  expect(await tasksOf()).toMatchObject([
    { enrichment_task_id: body.meta.enrichment_task_id, status: 'pending', dispatched_at: null },
  ]);
});
