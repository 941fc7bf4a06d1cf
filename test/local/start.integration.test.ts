import { lstat, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeDemoDocuments } from '../../local/demo/documents.ts';
import { openExtension, type Task } from '../../local/demo/extension.ts';
import { endAll, freePortBase, run, type StackProcess, startStackProcess } from './run-command.ts';

// Whole stacks: on a busy machine each may take its time. The tests follow one stack through its life, in order.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Then Postgres runs as nobody, who cannot enter a temporary folder of root. */
const isRoot = process.getuid?.() === 0;

let folder: string;
let dataDir: string;
let postgresDir: string;
let base: number;
let documents: string[];
let stack: StackProcess;

const startAgain = () => startStackProcess(['--data', dataDir, '--port-base', String(base)]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wellspring-stack-'));
  dataDir = join(folder, 'data');
  postgresDir = join(dataDir, 'postgres');
  base = await freePortBase();
  stack = await startAgain();
  documents = await writeDemoDocuments(join(folder, 'documents'));
});

afterAll(async () => {
  await endAll();
  if (isRoot) await rm(dirname(await realpath(postgresDir)), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

const documentOf = (number: string): string => {
  const file = documents.find((path) => path.includes(number));
  if (!file) throw new Error(`no demo document ${number}`);
  return file;
};

/** Sends a document and answers the task that reads it. */
const send = async (number: string): Promise<string> => {
  const extension = openExtension(stack.ready);
  const collectId = await extension.startCollect('demo-supplier-portal');
  const { taskId } = await extension.upload(documentOf(number), collectId);
  if (!taskId) throw new Error('nothing reads the upload');
  return taskId;
};

const until = async (taskId: string, wanted: (task: Task) => boolean): Promise<Task> => {
  const extension = openExtension(stack.ready);
  for (;;) {
    const task = await extension.task(taskId);
    if (wanted(task)) return task;
    await delay(50);
  }
};

const isAtRest = ({ status }: Task) => status !== 'pending' && status !== 'processing';

test('says in exactly one line where everything is', async () => {
  expect(stack.stdout().split('\n')).toHaveLength(2);
  expect(stack.ready).toEqual({
    ready: true,
    ms: expect.any(Number),
    pid: expect.any(Number),
    functions: `http://127.0.0.1:${base}`,
    cloud_tasks: {
      grpc: `127.0.0.1:${base + 1}`,
      rest: `http://127.0.0.1:${base + 2}`,
      project: 'wellspring-local',
      location: 'europe-west1',
    },
    database_url: `postgres://wellspring@127.0.0.1:${base + 3}/wellspring`,
    token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    workspace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    people_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test.runIf(isRoot)('keeps its rows behind a link, where nobody but root enters the data folder', async () => {
  expect((await lstat(postgresDir)).isSymbolicLink()).toBe(true);
});

test('tells other commands its settings', async () => {
  const { code, stdout, stderr } = await run('env.ts', ['--data', dataDir]);

  const settings = Object.fromEntries(
    [...stdout.matchAll(/^export ([A-Z_]+)='(.*)'$/gm)].map(([, name, value]) => [name, value]),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trimEnd().split('\n')).toHaveLength(Object.keys(settings).length);
  expect(settings).toMatchObject({
    DATABASE_URL: stack.ready.database_url,
    CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${base + 1}`,
    WELLSPRING_FUNCTIONS_URL: stack.ready.functions,
    WELLSPRING_TOKEN: stack.ready.token,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDTASKS: `http://127.0.0.1:${base + 2}/`,
  });
});

test('has no migration left to apply', async () => {
  const { code, stdout } = await run('migrate.ts', [], { DATABASE_URL: stack.ready.database_url });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ applied: [], total: expect.any(Number) });
});

test('does not start twice on the same data', async () => {
  const { code, stdout, stderr } = await run('start.ts', ['--json', '--data', dataDir]);

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`a stack is running on ${dataDir} already, at ${stack.ready.functions}`);
});

test('names the port that is taken', async () => {
  const { code, stdout, stderr } = await run('start.ts', [
    '--json',
    '--ephemeral',
    '--port-base',
    String(base - 3),
  ]);

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`port ${base} is taken`);
});

test('brings the demo document from upload to a matched invoice', async () => {
  const { code, stdout, stderr } = await run('demo.ts', ['--json', '--data', dataDir]);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'matched',
    code: null,
    invoice: { invoice_number: 'NL-2026-1041', total_amount: '1190.00', payment_status: 'paid' },
  });
  expect(stderr).toContain('1 answer lost on the way; the work was done once');
});

test('answers a line for a file that the door refuses', async () => {
  const { code, stdout } = await run('demo.ts', ['/dev/null', '--json', '--data', dataDir]);

  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ file: '/dev/null', status: 'failed', document_id: null });
});

test('loses nothing to SIGTERM in the middle of a recognition', async () => {
  const taskId = await send('26-0815');
  await until(taskId, ({ status }) => status === 'processing');

  const { code, stdout, stderr } = await stack.end('SIGTERM');
  stack = await startAgain();
  const task = await until(taskId, isAtRest);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toHaveLength(2);
  expect(task).toMatchObject({ status: 'completed', error: null });
});

test('goes on after it was killed, on the same ports', async () => {
  await fetch(
    `${stack.ready.cloud_tasks.rest}/v2/projects/wellspring-local/locations/europe-west1/queues/ocr-extract:pause`,
    { method: 'POST' },
  );
  const taskId = await send('F2026-0388');

  await stack.end('SIGKILL');
  stack = await startStackProcess(['--data', dataDir]);
  const task = await until(taskId, isAtRest);

  expect(stack.ready.functions).toBe(`http://127.0.0.1:${base}`);
  expect(task).toMatchObject({ status: 'completed', error: null });
});

test('leaves no word of itself behind after SIGINT', async () => {
  const { code } = await stack.end('SIGINT');

  const { code: envCode, stderr } = await run('env.ts', ['--data', dataDir]);

  expect({ code, envCode }).toEqual({ code: 0, envCode: 1 });
  expect(stderr).toContain(`no stack is running on ${dataDir}`);
});
