import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customColumnCompute } from '../../../functions/custom_column_compute/index.ts';
import { fieldRuleCompute } from '../../../functions/field_rule_compute/index.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import { insertColumn, insertRule } from '../../support/columns.ts';
import { insertInvoice } from '../../support/factories.ts';
import { insertMember, type Member, startDoors } from '../start-doors.ts';

// The two doors differ in what they look up only, so that they are tested side by side.

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;
let columnPath: string;
let recordIds: string[];

beforeAll(async () => {
  doors = await startDoors({
    custom_column_compute: (host) => serveEndpoint(customColumnCompute, host),
    field_rule_compute: (host) => serveEndpoint(fieldRuleCompute, host),
  });
  member = await insertMember(doors.client);
  const { workspacePk } = member;
  const column = await insertColumn(doors.client, workspacePk, {
    key: 'doubled',
    formula: 'grand_total * 2',
  });
  columnPath = `/v1/custom-columns/${column.custom_column_id}/compute`;
  await insertRule(doors.client, workspacePk, { key: 'issuer.name', formula: 'issuer.name + "!"' });
  recordIds = [];
  for (let count = 0; count < 3; count += 1)
    recordIds.push((await insertInvoice(doors.client, workspacePk)).invoice_id);
});
afterAll(() => doors.close());

const press = (path: string, attributes: object, headers: Record<string, string> = {}, by = member) =>
  doors.send('POST', by, path, { data: { type: 'custom-column-compute', attributes } }, headers);
const rulePath = '/v1/field-rules/invoices/issuer.name/compute';

const tasksOf = async (batchId: string) =>
  (
    await doors.client.query(
      `select entity_id, entity_type, enrichment_type, input, target_fields, source_channel
       from enrichment_tasks where batch_id = $1 order by entity_id`,
      [batchId],
    )
  ).rows;

test('a press makes one batch with a task per record, dispatched', async () => {
  const { status, body } = await press(columnPath, { root: 'invoices', record_ids: recordIds });

  expect(status).toBe(202);
  expect(body).toEqual({
    status: 'accepted',
    custom_column_id: columnPath.split('/')[3],
    record_count: 3,
    batch_id: expect.any(String),
  });
  const tasks = await tasksOf(body.batch_id);
  expect(tasks.map(({ entity_id }) => entity_id)).toEqual([...recordIds].sort());
  expect(tasks[0]).toMatchObject({
    enrichment_type: 'custom_column',
    entity_type: 'invoice',
    target_fields: ['doubled'],
    source_channel: 'manual',
    input: { root: 'invoices', column_updated_at: expect.any(String), as_of: expect.any(String) },
  });
  expect(doors.queue.messages).toHaveLength(3);
});

test('a rule is named by its root and a path with dots, and the body may be bare', async () => {
  const { status, body } = await doors.send('POST', member, rulePath, { record_ids: recordIds });

  expect(status).toBe(202);
  expect(body).toMatchObject({
    status: 'accepted',
    field_key: 'issuer.name',
    root: 'invoices',
    record_count: 3,
  });
  expect(await tasksOf(body.batch_id)).toHaveLength(3);
});

test('a press after an edit is other work, and one without is not', async () => {
  const [id = ''] = recordIds;
  const asked = { root: 'invoices', record_ids: [id] };
  const first = await press(columnPath, { ...asked, force: true });
  const same = await press(columnPath, asked);

  await doors.client.query('update invoices set grand_total = 7 where invoice_id = $1', [id]);
  const edited = await press(columnPath, asked);

  expect(await tasksOf(first.body.batch_id)).toHaveLength(0);
  expect(await tasksOf(same.body.batch_id)).toHaveLength(0);
  expect(await tasksOf(edited.body.batch_id)).toHaveLength(1);
});

test('an Idempotency-Key answers again, and another body is refused', async () => {
  const headers = { 'Idempotency-Key': randomUUID() };
  const asked = { root: 'invoices', record_ids: recordIds };
  const first = await press(columnPath, asked, headers);

  const again = await press(columnPath, asked, headers);
  const other = await press(columnPath, { ...asked, force: true }, headers);

  expect(again.headers.get('Idempotency-Replayed')).toBe('true');
  expect(again.body).toEqual(first.body);
  expect(other.body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('what cannot be computed is refused before anything is enqueued', async () => {
  const { workspacePk } = member;
  const nobody = randomUUID();
  const stranger = await insertInvoice(doors.client, (await insertMember(doors.client)).workspacePk);
  const wrong = await insertColumn(doors.client, workspacePk, { key: 'wrong', formula: 'grand_totl * 2' });
  const empty = await insertColumn(doors.client, workspacePk, { key: 'empty' });
  const guest = await insertMember(doors.client, { workspace: member, role: 'guest' });
  const asked = { root: 'invoices', record_ids: recordIds };
  const pathOf = ({ custom_column_id }: { custom_column_id: string }) =>
    `/v1/custom-columns/${custom_column_id}/compute`;
  const count = async () =>
    (await doors.client.query('select count(*)::int as n from enrichment_tasks')).rows[0].n;
  const before = await count();

  const refusals = [
    await press(columnPath, { ...asked, record_ids: [...recordIds, nobody] }),
    await press(columnPath, { ...asked, record_ids: [stranger.invoice_id] }),
    await press(columnPath, { ...asked, root: 'companies' }),
    await press(columnPath, { ...asked, record_ids: [] }),
    await press(pathOf(wrong), asked),
    await press(pathOf(empty), asked),
    await press(pathOf({ custom_column_id: nobody }), asked),
    await press(columnPath, asked, {}, guest),
    await press('/v1/field-rules/invoices/terms/compute', { record_ids: recordIds }),
    await press('/v1/field-rules/moons/terms/compute', { record_ids: recordIds }),
    await press(rulePath, asked, {}, guest),
  ];

  expect(refusals.map(({ status, body }) => `${status} ${body.code}`)).toEqual([
    '422 ENTITY_NOT_FOUND',
    '422 ENTITY_NOT_FOUND',
    '422 ROOT_MISMATCH',
    '400 SCHEMA_VALIDATION_ERROR',
    '422 RULE_INVALID',
    '422 RULE_INVALID',
    '404 CUSTOM_COLUMN_NOT_FOUND',
    '403 FORBIDDEN',
    '404 FIELD_RULE_NOT_FOUND',
    '400 SCHEMA_VALIDATION_ERROR',
    '403 FORBIDDEN',
  ]);
  expect(refusals[0]?.body.message).toContain(nobody);
  expect(refusals[4]?.body.message).toContain('at character 1: there is no field "grand_totl"');
  expect(await count()).toBe(before);
});
