import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readAnswer, readCalls, runCalls } from '../docs/page-calls.ts';
import { endAll, freePortBase, type StackProcess, startStackProcess } from '../local/run-command.ts';
import { type CuttingProxy, type Seen, startCuttingProxy } from '../support/cutting-proxy.ts';
import { type Browser, startBrowser } from './chromium.ts';

// One stack and one browser; each test makes a collect of its own.
const folder = resolve(import.meta.dirname, '../../examples/extension');
let scratch: string;
let stack: StackProcess;
let database: pg.Client;
let proxy: CuttingProxy;
let browser: Browser;
/** Newest collect before the test. */
let lastPk: number;

const start = (options: { folder?: string; profile?: string } = {}) =>
  startBrowser({
    ...{ folder, profile: join(scratch, 'profile'), base: proxy.url, token: stack.ready.token },
    ...options,
  });

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'wellspring-browser-'));
  stack = await startStackProcess(['--ephemeral', '--port-base', String(await freePortBase())]);
  database = new pg.Client({ connectionString: stack.ready.database_url });
  await database.connect();
  proxy = await startCuttingProxy(stack.ready.functions);
  browser = await start();
});

afterAll(async () => {
  await browser?.close();
  await proxy?.close();
  await database?.end();
  await endAll();
  await rm(scratch, { recursive: true, force: true });
});

beforeEach(async () => {
  const { rows } = await database.query('select coalesce(max(pk), 0)::int as pk from collects');
  lastPk = rows[0].pk;
  proxy.seen.splice(0);
  proxy.cutIf(() => false);
});

/** The collects of this test, with what hangs on each. */
const collects = async () => {
  const { rows } = await database.query(
    `select c.status::text, c.provider, c.started_at <= c.ended_at as in_order,
       array(select filename from documents where collect_pk = c.pk) as files,
       array(
         select status || ' ' || (metadata->>'records_synced') from workspace_connector_sync_logs
         where metadata->>'collect_id' = c.collect_id::text
       ) as sync_logs
     from collects c where c.pk > $1 order by c.pk`,
    [lastPk],
  );
  return rows;
};

const once = (file: string) => [
  {
    ...{ status: 'finalized', provider: 'demo-supplier-portal', in_order: true },
    ...{ files: [file], sync_logs: ['success 1'] },
  },
];

/** How often a file of this name was stored, linked or not. */
const stored = async (file: string): Promise<number> => {
  const { rows } = await database.query('select count(*)::int from documents where filename = $1', [file]);
  return rows[0].count;
};

/** Per call: how often it came to the server, and how often the outbox sent it. */
const counts = (tries: Record<string, number>) => {
  const keyed = proxy.seen.filter(({ key }) => key !== null);
  return [...Map.groupBy(keyed, ({ key }) => key ?? '')].map(([key, requests]) => ({
    call: `${requests[0]?.method} ${requests[0]?.path.replace(/[0-9a-f-]{36}/, '{id}')}`,
    came: requests.length,
    sent: tries[key] ?? 0,
  }));
};

const say = (what: string, calls: ReturnType<typeof counts>) => {
  const sum = (of: 'came' | 'sent') => calls.reduce((total, call) => total + call[of], 0);
  console.log(
    `${what}: ${calls.length} calls, sent ${sum('sent')} times by the outbox, came ${sum('came')} times to the server (${calls.map(({ call, came, sent }) => `${call} ${sent}/${came}`).join(', ')})`,
  );
};

test('the calls of docs/extension.md answer as the page says', async () => {
  const page = await readFile(new URL('../../docs/extension.md', import.meta.url), 'utf8');
  const calls = readCalls(page.replace('eval "$(npm run env)"\n', ''));
  const env = {
    PATH: process.env.PATH,
    WELLSPRING_FUNCTIONS_URL: stack.ready.functions,
    WELLSPRING_TOKEN: stack.ready.token,
  };

  const answers = await runCalls(calls, { cwd: scratch, env });

  expect(calls.filter(({ answer }) => answer).length).toBeGreaterThan(15);
  for (const [index, { shell, answer }] of calls.entries()) {
    if (!answer) continue;
    const shown = readAnswer(answer);
    const got = readAnswer({ ...answer, text: answers[index] ?? '' });
    expect({ shell, head: got.head }).toEqual({ shell, head: expect.arrayContaining(shown.head) });
    if (shown.body) expect({ shell, body: got.body }).toMatchObject({ shell, body: shown.body });
  }
});

test('Chromium sends a request again by itself, and all of it is there once', async () => {
  const { extension, version } = browser;
  // The connection was in use before, so Chromium takes it for one that had gone stale.
  proxy.cutIf(({ key, before, reused }) => key !== null && before === 0 && reused > 0);

  await extension.collect({ name: 'again.txt', text: 'sent again' });
  await extension.settled();

  const calls = counts(extension.tries);
  say(`Chromium ${version}`, calls);
  expect(calls.map(({ sent }) => sent)).toEqual([1, 1, 1, 1]);
  expect(calls.filter(({ came, sent }) => came > sent).length).toBeGreaterThan(0);
  expect(await collects()).toEqual(once('again.txt'));
  expect(await stored('again.txt')).toBe(1);
});

test('a collect whose every call loses its first two answers is there once', async () => {
  const { extension } = browser;
  proxy.cutIf(({ key, before }) => key !== null && before < 2);

  await extension.collect({ name: 'lost.txt', text: 'answers lost' });
  await extension.settled();

  const calls = counts(extension.tries);
  say('two answers lost', calls);
  expect(calls.map(({ came }) => came)).toEqual([3, 3, 3, 3]);
  expect(Math.max(...calls.map(({ sent }) => sent))).toBeGreaterThan(1);
  expect(await collects()).toEqual(once('lost.txt'));
  expect(await stored('lost.txt')).toBe(1);
});

/** Holds the first answer that `isIt` until its connection is closed, and tells when it is held. */
const hold = (isIt: (seen: Seen) => boolean): Promise<void> => {
  const { promise, resolve: reached } = Promise.withResolvers<void>();
  proxy.cutIf(async (seen) => {
    if (!isIt(seen) || seen.before > 0) return false;
    reached();
    await seen.closed;
    return true;
  });
  return promise;
};

test('an alarm wakes the worker that was stopped in the middle of an upload', async () => {
  const { extension } = browser;
  const held = hold(({ path }) => path === '/v1/documents');

  await extension.collect({ name: 'stopped.txt', text: 'stopped' });
  await held;
  await extension.stopWorker();
  await extension.ringAlarm();
  await extension.settled();

  const calls = counts(extension.tries);
  say('worker stopped', calls);
  expect(calls.find(({ call }) => call === 'POST /v1/documents')).toMatchObject({ sent: 2 });
  expect(await collects()).toEqual(once('stopped.txt'));
  expect(await stored('stopped.txt')).toBe(1);
});

test('a browser that was closed while a collect was finalized goes on when it starts', async () => {
  const held = hold(({ body }) => body.includes('"finalized"'));

  await browser.extension.collect({ name: 'closed.txt', text: 'closed' });
  await held;
  await browser.close();
  browser = await start();
  await browser.extension.settled();

  const finalize = proxy.seen.filter(({ body }) => body.includes('"finalized"'));
  expect(finalize.map(({ cut }) => cut)).toEqual([true, false]);
  expect(await collects()).toEqual(once('closed.txt'));
  expect(await stored('closed.txt')).toBe(1);
});

test('an extension without host permissions is let in by its id', async () => {
  const copy = join(scratch, 'extension');
  await cp(folder, copy, { recursive: true });
  const manifest = JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8'));
  delete manifest.host_permissions;
  await writeFile(join(copy, 'manifest.json'), JSON.stringify(manifest));
  const other = await start({ folder: copy, profile: join(scratch, 'other-profile') });
  try {
    await other.extension.collect({ name: 'cors.txt', text: 'by its id' });
    await other.extension.settled();
  } finally {
    await other.close();
  }

  say('without host permissions', counts(other.extension.tries));
  expect(proxy.seen.filter(({ method }) => method === 'OPTIONS').length).toBeGreaterThan(0);
  expect(await collects()).toEqual(once('cors.txt'));
});
