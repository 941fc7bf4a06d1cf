import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logFields } from '../../shared/log.ts';
import { insertEnrichmentTask, insertEvent, insertWorkspace, one } from '../sql/fixtures.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/runbook.md'), 'utf8');

const alerts = [
  ...['task-failures', 'oldest-pending', 'dispatch-left', 'poisoned-tasks', 'lease-expired'],
  ...['unreadable-delivery', 'server-errors', 'latency', 'database-connections', 'model-budget'],
  'sweep-silent',
];

const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text]),
);
const blocks = (text: string, kind: string) =>
  [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === kind)
    .map(([, , block = '']) => block);

let database: FreshDatabase;
let client: pg.Client;

// The role belongs to the server, so it lives in a transaction that never ends.
beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const workspacePk = await insertWorkspace(client);
  const taskPk = await insertEnrichmentTask(client, { workspacePk });
  await insertEvent(client, workspacePk, taskPk);
  await client.query('begin');
  for (const block of blocks(page, 'sql reader')) await client.query(block);
  const { settings } = await one<{ settings: string[] }>(
    client,
    `select rolconfig as settings from pg_roles where rolname = 'wellspring_oncall'`,
  );
  expect(settings).toEqual(['default_transaction_read_only=on', 'statement_timeout=30s']);
  await client.query('set local session authorization wellspring_oncall');
  await client.query('set transaction read only');
});

afterAll(async () => {
  await client?.query('rollback');
  await client?.end();
  await database?.drop();
});

/** Runs statements and takes back what they set. */
const ask = async (statements: string) => {
  await client.query('savepoint asked');
  try {
    return await client.query(statements);
  } finally {
    await client.query('rollback to savepoint asked');
  }
};

test('each alert says what it means, what to ask, what to do and how to go back', () => {
  const parts = ['**Meaning.**', '**First query.**', '**Action.**', '**Rollback.**'];

  expect([...sections.keys()].filter((name) => /^[a-z-]+$/.test(name))).toEqual(alerts);
  for (const name of alerts) {
    const text = sections.get(name) ?? '';
    const found = parts.filter((part) => text.includes(part));
    expect({ name, found, asks: blocks(text, 'sql').length > 0 }).toEqual({ name, found: parts, asks: true });
  }
});

test.for(
  alerts.flatMap((name) => blocks(sections.get(name) ?? '', 'sql').map((query) => [name, query] as const)),
)('the query of %s runs as the user on call', async ([, query]) => {
  // A commit would end the transaction that holds the user.
  const statements = query.replace(/^(begin|commit);$/gm, '');

  await expect(ask(statements)).resolves.toBeDefined();
});

test('whoever is on call sees the work of all workspaces and changes none', async () => {
  const [query = ''] = blocks(sections.get('oldest-pending') ?? '', 'sql');

  expect((await ask(query)).rows).toMatchObject([{ enrichment_type: 'logo', pending: '1', unsent: '1' }]);
  await expect(ask(`update enrichment_tasks set description = 'x'`)).rejects.toMatchObject({ code: '25006' });
});

test('log lines that the page names are written by the code, with the fields it asks for', () => {
  const source = ['functions', 'shared']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(join(root, folder, file), 'utf8')),
    )
    .join('\n');
  const messages = [...page.matchAll(/jsonPayload\.message="([^"]+)"/g)].map(([, message]) => message);
  const fields = [...page.matchAll(/jsonPayload\.(\w+)/g)].map(([, field = '']) => field);

  expect(messages.length).toBeGreaterThan(15);
  expect(messages.filter((message) => !source.includes(`'${message}'`))).toEqual([]);
  expect(
    fields.filter((field) => field !== 'message' && !logFields.some((known) => known === field)),
  ).toEqual([]);
});

const policies = join(root, 'deploy/monitoring');
test.skipIf(!existsSync(policies))('each alert policy leads to a section', () => {
  const headings = [...sections.keys()].map((name) => name.toLowerCase().replaceAll(' ', '-'));
  const anchors = [...page.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id);
  const links = readdirSync(policies)
    .map((file) => ({ file, policy: JSON.parse(readFileSync(join(policies, file), 'utf8')) }))
    .filter(({ policy }) => Array.isArray(policy.conditions))
    .map(({ file, policy }) => ({
      file,
      section: /docs\/runbook\.md#([\w-]+)/.exec(policy.documentation?.content)?.[1],
    }));

  expect(links.length).toBeGreaterThan(0);
  expect(links.filter(({ section }) => !section || ![...headings, ...anchors].includes(section))).toEqual([]);
});
