import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Manifest, makeBundle } from '../../local/bundle/make-bundle.ts';
import { demoInvoices } from '../../local/demo/demo-data.ts';
import { makeDocument } from '../../local/demo/documents.ts';
import { type LocalKeys, openLocalKeys } from '../../shared/auth/local-keys.ts';
import { catalogue } from '../../shared/domain/catalogue.ts';
import { cellOf, insertColumn } from '../support/columns.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { insertDocument, insertInvoice, insertTask, insertWorkspace } from '../support/factories.ts';
import { owner } from '../support/pipeline.ts';

// Bundles are what is deployed: here each runs as a process of its own, as on Cloud Run, against a real database.
const root = resolve(import.meta.dirname, '../..');
const audience = 'http://functions.test';
const issuer = 'https://issuer.test';
const account = 'tasks@p.iam.gserviceaccount.com';

let folder: string;
let manifest: Manifest;
let fresh: FreshDatabase;
let client: pg.Client;
let keys: LocalKeys;
let workspacePk: number;
const running: ChildProcess[] = [];

beforeAll(async () => {
  await mkdir(join(root, '.local'), { recursive: true });
  // Below the project, whose packages stand in for those that are installed with the bundle.
  folder = await mkdtemp(join(root, '.local/bundle-test-'));
  manifest = await makeBundle(join(folder, 'bundle'));
  fresh = await freshDatabase();
  client = await owner(fresh.url);
  keys = await openLocalKeys(join(folder, 'keys'));
  workspacePk = (await insertWorkspace(client)).pk;
});
afterAll(async () => {
  await Promise.all(running.map((child) => end(child)));
  await client.end();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

const end = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  return (await exit)[0];
};

/** Starts the bundle of one function and resolves with its origin. */
const serve = async (target: string): Promise<string> => {
  const child = spawn(process.execPath, [join(folder, 'bundle/serve.js')], {
    env: {
      ...{ PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', FUNCTION_TARGET: target },
      ...{ DATABASE_URL: fresh.url, STORAGE: `file:${join(folder, 'storage')}`, FUNCTIONS_URL: audience },
      ...{ TASKS_OIDC_ISSUER: issuer, TASKS_OIDC_JWKS_URL: keys.publicUrl, TASKS_SERVICE_ACCOUNT: account },
      // Nobody listens: what is to follow stays with the sweep.
      ...{ CLOUD_TASKS_EMULATOR_HOST: '127.0.0.1:1', CLOUD_TASKS_TRANSPORT: 'rest' },
      ...{ AUTH_JWKS_URL: keys.publicUrl, AUTH_ISSUER: issuer, AUTH_AUDIENCE: 'wellspring' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  if (!child.stdout) throw new Error('no stdout');
  for await (const line of createInterface(child.stdout)) {
    const { port } = JSON.parse(line);
    if (port) {
      child.stdout.resume();
      return `http://127.0.0.1:${port}`;
    }
  }
  throw new Error(`the bundle of ${target} ended before it was ready`);
};

/** Delivers a task to the bundle of its worker; answers the status and what became of the task. */
const deliver = async (type: string, taskId: string) => {
  const origin = await serve(type);
  const token = await keys.signQueueToken({ issuer, audience, email: account });
  const { status } = await fetch(`${origin}/${type}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ id: taskId, generation: 0 }),
  });
  const { rows } = await client.query(
    'select status, output, error from enrichment_tasks where enrichment_task_id = $1',
    [taskId],
  );
  return { answered: status, ...rows[0] };
};

test('the bundle says what each function reads, and which packages it needs', () => {
  expect(Object.keys(manifest.functions)).toEqual(catalogue.map(({ name }) => name));
  expect(Math.max(...Object.values(manifest.functions).map(({ bytes }) => bytes))).toBeLessThan(2e6);
  expect(manifest.entries.toSorted()).toEqual([
    ...['evaluator-thread.js', 'migrate.js', 'parser-child.js', 'parser-watchdog.js', 'serve.js'],
  ]);
  expect(manifest.externals).toHaveProperty('@google-cloud/functions-framework');
});

test('a bundled worker finds its thread', async () => {
  const { invoice_id } = await insertInvoice(client, workspacePk);
  const column = await insertColumn(client, workspacePk, { key: 'double', formula: 'grand_total * 2' });
  const { enrichment_task_id } = await insertTask(client, workspacePk, {
    ...{ enrichment_type: 'custom_column', entity_type: 'invoice', entity_id: invoice_id },
    input: { custom_column_id: column.custom_column_id, root: 'invoices', record_id: invoice_id },
  });

  const ended = await deliver('custom_column', enrichment_task_id);

  expect(ended).toMatchObject({ answered: 204, status: 'completed' });
  expect(await cellOf(client, column.pk, invoice_id)).toMatchObject({ value: { value: '240' } });
});

test('a bundled worker finds its child, and the child its libraries', async () => {
  const [invoice] = demoInvoices;
  if (!invoice) throw new Error('no demo invoice');
  const bytes = await makeDocument(invoice);
  const document = await insertDocument(client, workspacePk, { bucket: 'local', size: bytes.byteLength });
  const file = join(folder, 'storage', document.path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
  const { enrichment_task_id } = await insertTask(client, workspacePk, {
    ...{ enrichment_type: 'ocr_extract', entity_type: 'document', entity_id: document.document_id },
  });

  const ended = await deliver('ocr_extract', enrichment_task_id);

  expect(ended).toMatchObject({ answered: 204, status: 'completed', error: null });
  const { rows } = await client.query('select page_count, text from document_extractions');
  expect(rows).toEqual([{ page_count: 1, text: expect.stringMatching(/\w{4}/) }]);
});

test('a bundled door asks who is there, and the process ends when it is told', async () => {
  const origin = await serve('collect_create');

  const answer = await fetch(`${origin}/v1/collects`, { method: 'POST', body: '{}' });

  expect(answer.status).toBe(401);
  const child = running.at(-1);
  expect(child && (await end(child))).toBe(0);
});

test('bundled migrations find their SQL', async () => {
  const child = spawn(process.execPath, [join(folder, 'bundle/migrate.js')], {
    env: { PATH: process.env.PATH, DATABASE_URL: fresh.url },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [[code], [line]] = await Promise.all([
    once(child, 'close'),
    once(createInterface(child.stdout), 'line'),
  ]);

  expect(code).toBe(0);
  expect(JSON.parse(line)).toEqual({ applied: [], total: expect.toSatisfy((total: number) => total > 10) });
});
