import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type pg from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../local/bundle/make-bundle.ts';
import { demoInvoices } from '../../local/demo/demo-data.ts';
import { makeDocument } from '../../local/demo/documents.ts';
import { type Emulator, startEmulator } from '../../local/emulator/emulator.ts';
import { createQueues } from '../../local/queues.ts';
import { type LocalKeys, openLocalKeys } from '../../shared/auth/local-keys.ts';
import { catalogue } from '../../shared/domain/catalogue.ts';
import { insertMember } from '../functions/start-doors.ts';
import { startCollector } from '../support/collector.ts';
import { cellOf, insertColumn } from '../support/columns.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import {
  insertCompany,
  insertDocument,
  insertInvoice,
  insertTask,
  insertWorkspace,
} from '../support/factories.ts';
import { ciiXml } from '../support/invoice-xml.ts';
import { owner } from '../support/pipeline.ts';
import { type Image, makeImage } from './make-image.ts';

// What an image holds, made as the buildpack makes it: each process runs as on Cloud Run, against a real database.
const root = resolve(import.meta.dirname, '../..');
const queues = { project: 'image', location: 'europe-west1' };
const audience = 'http://functions.test';
const issuer = 'https://issuer.test';
const account = 'tasks@p.iam.gserviceaccount.com';
/** Node, and nothing that the project brings for its development. */
const PATH = dirname(process.execPath);

let folder: string;
let image: Image;
let emulator: Emulator;
let site: Server;
let manifest: Manifest;
let fresh: FreshDatabase;
let client: pg.Client;
let keys: LocalKeys;
let workspacePk: number;
const running: ChildProcess[] = [];

beforeAll(async () => {
  await mkdir(join(root, '.local'), { recursive: true });
  folder = await mkdtemp(join(root, '.local/image-'));
  image = await makeImage(join(folder, 'workspace'));
  manifest = JSON.parse(await readFile(join(image.folder, '.local/bundle/manifest.json'), 'utf8'));
  emulator = await startEmulator();
  await createQueues({ restUrl: emulator.restUrl, ...queues });
  site = createServer((req, res) => void answer(req.url ?? '', res)).listen(0, '127.0.0.1');
  await once(site, 'listening');
  fresh = await freshDatabase();
  client = await owner(fresh.url);
  keys = await openLocalKeys(join(folder, 'keys'));
  workspacePk = (await insertWorkspace(client)).pk;
});
afterAll(async () => {
  await Promise.all(running.map((child) => end(child)));
  site.close();
  await emulator.stop();
  await client.end();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

/** As the platform does it: ten seconds after SIGTERM a process is killed. Its exit code; null when it was. */
const end = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const [code] = await exit;
  clearTimeout(late);
  return code;
};

/** A page with an icon. */
const answer = async (path: string, res: ServerResponse): Promise<void> => {
  if (path !== '/icon.png') {
    res.end('<title>Nordlicht</title><link rel="apple-touch-icon" href="/icon.png">');
    return;
  }
  const circle = Buffer.from(
    '<svg width="180" height="180"><circle cx="90" cy="90" r="80" fill="#c22"/></svg>',
  );
  res.end(await sharp(circle).png().toBuffer());
};

/** Starts what the Procfile names, for one function, and resolves with its origin. */
const serve = async (target: string, more: Record<string, string> = {}): Promise<string> => {
  const [command = '', ...args] = image.web;
  const child = spawn(command, args, {
    cwd: image.folder,
    env: {
      ...{ PATH, HOST: '127.0.0.1', PORT: '0', FUNCTION_TARGET: target },
      ...{ DATABASE_URL: fresh.url, STORAGE: `file:${join(folder, 'storage')}`, FUNCTIONS_URL: audience },
      ...{ TASKS_OIDC_ISSUER: issuer, TASKS_OIDC_JWKS_URL: keys.publicUrl, TASKS_SERVICE_ACCOUNT: account },
      ...{ CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${emulator.restPort}`, CLOUD_TASKS_TRANSPORT: 'rest' },
      ...{ GOOGLE_CLOUD_PROJECT: queues.project, TASKS_LOCATION: queues.location },
      ...{ AUTH_JWKS_URL: keys.publicUrl, AUTH_ISSUER: issuer, AUTH_AUDIENCE: 'wellspring' },
      WEB_TEST_HOSTS: `nordlicht.example=127.0.0.1:${(site.address() as AddressInfo).port}`,
      ...more,
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

/** Where a worker answers; started by the first delivery. */
const workers = new Map<string, Promise<string>>();
const originOf = (type: string): Promise<string> => {
  const origin = workers.get(type) ?? serve(type);
  workers.set(type, origin);
  return origin;
};

/** Delivers a task to the bundle of its worker; answers the status and what became of the task. */
const deliver = async (type: string, taskId: string) => {
  const origin = await originOf(type);
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
  expect(image.built).toContain(`${catalogue.length} functions`);
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

/** Delivers a document of the demo to be read; answers what became of the task, and what was read. */
const read = async (kind: 'scan' | 'text') => {
  const invoice = demoInvoices.find((one) => (one.kind === 'scan') === (kind === 'scan'));
  if (!invoice) throw new Error(`no demo invoice is a ${kind}`);
  const bytes = await makeDocument(invoice);
  const document = await insertDocument(client, workspacePk, { bucket: 'local', size: bytes.byteLength });
  const file = join(folder, 'storage', document.path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
  const { enrichment_task_id } = await insertTask(client, workspacePk, {
    ...{ enrichment_type: 'ocr_extract', entity_type: 'document', entity_id: document.document_id },
  });
  const ended = await deliver('ocr_extract', enrichment_task_id);
  const { rows } = await client.query(
    `select page_count, text from document_extractions e join documents d on d.pk = e.document_pk
     where d.document_id = $1`,
    [document.document_id],
  );
  return { ended, rows };
};

test('a worker finds its child, and the child its libraries and their data', async () => {
  for (const kind of ['text', 'scan'] as const) {
    const { ended, rows } = await read(kind);
    expect(ended).toMatchObject({ answered: 204, status: 'completed', error: null });
    expect(rows).toEqual([{ page_count: 1, text: expect.stringMatching(/\w{4}/) }]);
  }
});

test('a worker reads a picture with native code, over the guarded web', async () => {
  const company = await insertCompany(client, workspacePk, { domain_normalized: 'nordlicht.example' });
  const { enrichment_task_id } = await insertTask(client, workspacePk, {
    ...{ enrichment_type: 'logo', entity_type: 'company', entity_id: company.company_id },
  });

  const ended = await deliver('logo', enrichment_task_id);

  expect(ended).toMatchObject({ answered: 204, status: 'completed', output: { content_type: 'image/png' } });
});

test('a bundled door asks who is there, and the process ends when it is told, its spans sent', async () => {
  const collector = await startCollector();
  const origin = await serve('collect_create', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });

  const answer = await fetch(`${origin}/v1/collects`, { method: 'POST', body: '{}' });

  expect(answer.status).toBe(401);
  const child = running.at(-1);
  expect(child && (await end(child))).toBe(0);
  expect(collector.spans).toMatchObject([{ name: 'collect_create', service: 'collect_create' }]);
  await collector.close();
});

test('a door hands a task to Cloud Tasks, whose client is loaded by the first one', async () => {
  const { subject } = await insertMember(client, { role: 'owner' });
  const origin = await serve('document_create');
  const body = new FormData();
  body.set('file', new Blob([ciiXml({ number: 'A-17' })], { type: 'application/xml' }), 'a-17.xml');

  const answered = await fetch(`${origin}/v1/documents`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await keys.signUserToken({ issuer, audience: 'wellspring', subject })}`,
    },
    body,
  });

  expect(answered.status).toBe(201);
  const created = () =>
    Object.entries(emulator.stats().queues).find(([name]) => name.endsWith('/ocr-extract'))?.[1].created;
  await expect.poll(created, { timeout: 10_000 }).toBeGreaterThan(0);
});

test('a process says all that is wrong with its settings, and ends', async () => {
  const [command = '', ...args] = image.web;
  const child = spawn(command, args, {
    cwd: image.folder,
    env: { PATH, PORT: 'seven', DATABASE_URL: 'mysql://h/d', LOG_LEVEL: 'loud' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [[code], said] = await Promise.all([once(child, 'close'), text(child.stderr)]);

  expect(code).toBe(1);
  for (const name of ['PORT', 'DATABASE_URL', 'LOG_LEVEL']) expect(said).toContain(name);
});

test('what was compiled is read as it was built, and another version of Node goes without', async () => {
  const cache = join(image.folder, '.local/bundle/compile-cache');
  const [version = ''] = await readdir(cache);
  const before = await readdir(join(cache, version));
  await end(await startedWith('collect_create'));
  expect(await readdir(join(cache, version))).toEqual(before);

  await rename(join(cache, version), join(cache, 'v1.2.3'));
  try {
    const child = await startedWith('collect_create');
    expect(await end(child)).toBe(0);
  } finally {
    await rm(join(cache, version), { recursive: true, force: true });
    await rename(join(cache, 'v1.2.3'), join(cache, version));
  }
});

/** The process of a function that is ready. */
const startedWith = async (target: string): Promise<ChildProcess> => {
  await serve(target);
  const child = running.at(-1);
  if (!child) throw new Error('nothing runs');
  return child;
};

test('migrations run in the image, from the bundle and from their source', async () => {
  // The job of the deployment runs the source; whoever copies the bundle elsewhere has its own.
  for (const file of ['local/migrate.ts', '.local/bundle/migrate.js']) {
    const child = spawn('node', [file], {
      cwd: image.folder,
      env: { PATH, DATABASE_URL: fresh.url },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [[code], line] = await Promise.all([once(child, 'close'), text(child.stdout)]);
    expect(code).toBe(0);
    const total = expect.toSatisfy((count: number) => count > 10);
    expect(JSON.parse(line)).toMatchObject({ applied: [], total });
  }
});
