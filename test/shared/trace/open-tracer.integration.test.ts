import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningFunctions, startFunctions } from '../../../functions/start.ts';
import { sweep } from '../../../functions/sweep/index.ts';
import { type Emulator, startEmulator } from '../../../local/emulator/emulator.ts';
import { freePort } from '../../../local/free-ports.ts';
import { createQueues } from '../../../local/queues.ts';
import { type LocalKeys, openLocalKeys } from '../../../shared/auth/local-keys.ts';
import { readConfig } from '../../../shared/config.ts';
import { enqueueTasks } from '../../../shared/dispatch/enqueue.ts';
import { monthId } from '../../../shared/domain/close-ids.ts';
import { runWithContext } from '../../../shared/log.ts';
import { retryTask } from '../../../shared/tasks/retry-task.ts';
import { insertMember, type Member } from '../../functions/start-doors.ts';
import { confirmOwnCompany, openBank } from '../../support/closes.ts';
import { startCollector } from '../../support/collector.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { ciiXml } from '../../support/invoice-xml.ts';
import { owner, recordingLog } from '../../support/pipeline.ts';

// Every function and the emulator, as in the local stack: what is sent to the collector is what production sends.

const auth = { issuer: 'https://issuer.test', audience: 'wellspring' };
const queues = { project: 'traces', location: 'europe-west1' };

let collector: Awaited<ReturnType<typeof startCollector>>;
let emulator: Emulator;
let fresh: FreshDatabase;
let client: pg.Client;
let folder: string;
let keys: LocalKeys;
let functions: RunningFunctions;
let member: Member;
let closed = false;
const { log, lines } = recordingLog();

beforeAll(async () => {
  [collector, emulator, fresh, folder] = await Promise.all([
    startCollector(),
    startEmulator(),
    freshDatabase(),
    mkdtemp(join(tmpdir(), 'wellspring-traces-')),
  ]);
  client = await owner(fresh.url);
  keys = await openLocalKeys(join(folder, 'keys'));
  await createQueues({ restUrl: emulator.restUrl, ...queues });
  const config = (port: number) =>
    readConfig({
      ...{ DATABASE_URL: fresh.url, HOST: '127.0.0.1', PORT: String(port) },
      FUNCTIONS_URL: `http://127.0.0.1:${port}`,
      ...{ GOOGLE_CLOUD_PROJECT: queues.project, TASKS_LOCATION: queues.location },
      ...{ CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${emulator.grpcPort}` },
      ...{ TASKS_OIDC_ISSUER: emulator.issuer, TASKS_OIDC_JWKS_URL: emulator.jwksUrl },
      ...{ AUTH_ISSUER: auth.issuer, AUTH_JWKS_URL: keys.publicUrl },
      ...{ STORAGE: `file:${join(folder, 'storage')}`, SWEEP_GRACE_SECONDS: '0.001' },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, RATE_LIMIT_PER_MINUTE: '0' },
    });
  functions = await startFunctions(config(await freePort()), log);
  member = await insertMember(client, { role: 'owner' });
});
afterAll(async () => {
  if (!closed) await functions.close();
  await emulator.stop();
  await collector.close();
  await client.end();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A trace that a caller began, and its span. */
const trace = (digit: string) => ({ traceId: digit.repeat(32), spanId: `${digit.repeat(15)}1` });
const traceparentOf = ({ traceId, spanId }: ReturnType<typeof trace>) => `00-${traceId}-${spanId}-01`;

async function post(path: string, body: FormData | object, from: ReturnType<typeof trace>) {
  const isForm = body instanceof FormData;
  const answer = await fetch(`http://127.0.0.1:${functions.port}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await keys.signUserToken({ ...auth, subject: member.subject })}`,
      traceparent: traceparentOf(from),
      ...(isForm ? {} : { 'content-type': 'application/json' }),
    },
    body: isForm ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(201);
}

/** Tasks by type, with where they stand and the trace of each. */
async function tasks(): Promise<{ type: string; status: string; id: string; trace: string }[]> {
  const { rows } = await client.query(
    `select enrichment_type as type, status, enrichment_task_id as id, substr(traceparent, 4, 32) as trace
     from enrichment_tasks where workspace_pk = $1 order by pk`,
    [member.workspacePk],
  );
  return rows;
}

const deliveriesOf = (type: string) =>
  lines.filter((line) => line.message === 'task delivery' && line.enrichment_type === type);
const traceOf = (line: Record<string, unknown>) =>
  String(line['logging.googleapis.com/trace']).replace(/^projects\/\w+\/traces\//, '');

const upload = trace('a');
const close = trace('b');
const late = trace('c');

test('what follows a document is run in the trace that the document came in', async () => {
  const form = new FormData();
  form.set('file', new Blob([ciiXml({ number: 'CANARY-17' })], { type: 'application/xml' }), 'canary.xml');

  await post('/v1/documents', form, upload);
  await emulator.whenIdle();

  const chain = await tasks();
  expect(chain.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['ocr_extract', 'ai_invoice', 'ai_company', 'reconcile']),
  );
  expect(chain.filter(({ trace, status }) => trace !== upload.traceId || status === 'processing')).toEqual(
    [],
  );
  const runs = chain.flatMap(({ type }) => deliveriesOf(type));
  expect(runs.length).toBeGreaterThanOrEqual(chain.length);
  expect(new Set(runs.map(traceOf))).toEqual(new Set([upload.traceId]));
});

test('a close hands its trace to each of its parts', async () => {
  await confirmOwnCompany(client, member.workspacePk);
  const bank = await openBank(client, member.workspacePk);
  for (const name of ['Paper', 'Cloud']) await bank.expense(await bank.payee({ name }));

  await post(
    '/v1/enrichment-tasks',
    {
      data: {
        type: 'enrichment_task',
        attributes: {
          ...{ enrichment_type: 'monthly_close', entity_type: 'month' },
          entity_id: monthId(member.workspaceId, '2026-03'),
          input: { record_id: '2026-03' },
        },
      },
    },
    close,
  );
  await emulator.whenIdle();

  const closes = (await tasks()).filter(({ trace }) => trace === close.traceId);
  expect(closes.map(({ type, status }) => `${type} ${status}`)).toEqual([
    'monthly_close awaiting_approval',
    ...Array(2).fill('monthly_close completed'),
    ...Array(2).fill('provider_score completed'),
  ]);
  // The month itself is run twice: before its parts and after them.
  expect(deliveriesOf('monthly_close').map(traceOf)).toEqual(Array(4).fill(close.traceId));
});

test('a task that a sweep wakes is run in its own trace', async () => {
  const { services } = functions;
  const { rows } = await client.query<{ invoice_id: string }>(
    'insert into invoices (workspace_pk, invoice_number) values ($1, $2) returning invoice_id',
    [member.workspacePk, 'L-1'],
  );
  const entity_id = rows[0]?.invoice_id ?? '';
  // Committed and never dispatched: the process died in between.
  await runWithContext({ ...late, sampled: true, logId: randomUUID() }, () =>
    services.databaseFor('wellspring_worker').inWorkspace(member.workspacePk, (db) =>
      enqueueTasks(db, {
        ...{ workspacePk: member.workspacePk, actor: 'test' },
        tasks: [{ enrichment_type: 'reconcile', entity_type: 'invoice', entity_id, input: {} }],
      }),
    ),
  );

  await sweep(services);
  await emulator.whenIdle();

  const [task] = (await tasks()).filter(({ trace }) => trace === late.traceId);
  expect(task).toMatchObject({ type: 'reconcile', status: 'completed' });
  const runs = lines.filter(({ task_id, message }) => task_id === task?.id && message === 'task delivery');
  expect(runs.map(traceOf)).toEqual([late.traceId]);
});

test('what repeats a failed task belongs to the trace of that task', async () => {
  const failed = (await tasks()).find(({ trace }) => trace === late.traceId);
  await client.query(`update enrichment_tasks set status = 'failed' where enrichment_task_id = $1`, [
    failed?.id,
  ]);

  const repeated = await runWithContext({ ...trace('d'), logId: randomUUID() }, () =>
    functions.services
      .databaseFor('wellspring_api')
      .inWorkspace(member.workspacePk, (db) =>
        retryTask(db, { workspacePk: member.workspacePk, taskId: failed?.id ?? '', actor: 'test' }),
      ),
  );

  expect(repeated).toMatchObject({ task: { traceparent: expect.stringContaining(late.traceId) } });
});

test('a process that stops sends its last spans: whole traces, and nothing personal in them', async () => {
  await functions.close();
  closed = true;

  for (const { traceId, spanId } of [upload, close, late]) {
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const ids = new Set([spanId, ...spans.map((span) => span.spanId)]);
    expect(spans.length).toBeGreaterThan(0);
    expect(spans.filter(({ parentSpanId }) => !ids.has(parentSpanId))).toEqual([]);
    expect(spans.filter(({ failed }) => failed)).toEqual([]);
  }
  const ofUpload = collector.spans.filter(({ traceId }) => traceId === upload.traceId);
  const named = (name: string) => ofUpload.find((span) => span.name === name);
  const above = (span: { parentSpanId: string } | undefined) =>
    ofUpload.find(({ spanId }) => spanId === span?.parentSpanId)?.name;
  expect(above(named('process ai-invoice'))).toBe('ai_invoice');
  expect(above(named('ai_invoice'))).toBe('send ai-invoice');
  expect(above(named('send ai-invoice'))).toBe('process ocr-extract');
  expect(above(named('send ocr-extract'))).toBe('document_create');
  expect(named('document_create')).toMatchObject({
    service: 'wellspring',
    attributes: {
      ...{ 'http.request.method': 'POST', 'http.route': '/v1/documents' },
      ...{ 'http.response.status_code': 201, 'faas.name': 'document_create' },
    },
  });
  expect(named('process ai-invoice')?.attributes).toMatchObject({
    ...{ 'messaging.system': 'gcp_cloud_tasks', 'messaging.destination.name': 'ai-invoice' },
    ...{ 'wellspring.attempt': 1, 'wellspring.outcome': 'completed' },
  });
  expect(collector.headers[0]).toMatchObject({ path: '/v1/traces' });
  const sent = collector.text();
  for (const personal of ['CANARY', 'canary.xml', 'A Person', member.subject, fresh.url, 'select '])
    expect(sent).not.toContain(personal);
});
