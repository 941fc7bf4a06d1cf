import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { http } from '@google-cloud/functions-framework';
import type pg from 'pg';
import { tokenOrKey } from '../../shared/auth/authenticate.ts';
import { type Caller, resolveCaller } from '../../shared/auth/caller.ts';
import { openApiKeys } from '../../shared/auth/key-check.ts';
import { openLocalKeys } from '../../shared/auth/local-keys.ts';
import { openUserTokens } from '../../shared/auth/user-token.ts';
import { type Database, openDatabase } from '../../shared/db/pool.ts';
import { catalogue } from '../../shared/domain/catalogue.ts';
import { HttpProblem, unauthorized } from '../../shared/errors.ts';
import type { EndpointHost } from '../../shared/http/endpoint.ts';
import { createFront, type FrontOptions } from '../../shared/http/front.ts';
import { createRouter } from '../../shared/http/router.ts';
import type { Storage } from '../../shared/storage/storage.ts';
import { checkAnswer } from '../support/check-answer.ts';
import { freshDatabase } from '../support/database.ts';
import { owner, recordingLog, recordingQueue } from '../support/pipeline.ts';

const issuer = 'https://issuer.test';
const audience = 'wellspring';

/** Connections that the doors share, and so how many requests reach the database at once. */
export const POOL_SIZE = 8;

/** Who calls: a person by a token, or a program by its key. */
export type TestCaller = Pick<Member, 'subject'> | { key: string };

type Queue = ReturnType<typeof recordingQueue>;

export interface TestServices {
  database: Database;
  /** The same rows as workers see them. */
  workerDatabase: Database;
  queue: Queue;
  storage: ReturnType<typeof memoryStorage>;
}

type Door = (
  host: EndpointHost<Caller, TestServices>,
) => (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** Files in memory, each path written once, as the real storage does. */
export function memoryStorage(): Storage & { files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    async put({ path, bytes }) {
      const before = files.get(path);
      if (before && !Buffer.from(before).equals(bytes)) throw new Error(`other bytes are at ${path}`);
      files.set(path, bytes);
      return { bucket: 'memory', path };
    },
    get: async ({ path }) => files.get(path) ?? Promise.reject(new Error(`nothing is at ${path}`)),
    downloadUrl: async ({ path, expiresAt, fileName }) =>
      `https://files.test/${path}?until=${expiresAt.getTime()}&as=${encodeURIComponent(fileName ?? '')}`,
  };
}

/** How the doors come to their database. */
interface Reach {
  reach?: (url: string) => Promise<string>;
  poolSize?: number;
}

/**
 * Doors behind the real front on a database of their own: real tokens, real roles, real rows. Only the queue and the
 * storage are made up.
 */
export async function startDoors(
  doors: Record<string, Door>,
  { reach = async (url) => url, poolSize = POOL_SIZE }: Reach = {},
) {
  const fresh = await freshDatabase();
  const client = await owner(fresh.url);
  const database = openDatabase({ url: await reach(fresh.url), role: 'wellspring_api', poolSize });
  const folder = await mkdtemp(join(tmpdir(), 'wellspring-keys-'));
  const keys = await openLocalKeys(folder);
  const workerDatabase = openDatabase({ url: fresh.url, role: 'wellspring_worker', poolSize: POOL_SIZE });
  const services = { database, workerDatabase, queue: recordingQueue(), storage: memoryStorage() };
  const host: EndpointHost<Caller, TestServices> = {
    resolveCaller: ({ principal, workspaceId, writes }) =>
      resolveCaller(database, principal, { wanted: workspaceId, writes }),
    services,
  };
  for (const [name, door] of Object.entries(doors)) http(name, door(host));

  const { log, lines } = recordingLog();
  const routes: FrontOptions['routes'] = catalogue.filter(({ name }) => name in doors);
  const find = createRouter(routes);
  const apiKeys = openApiKeys({ database, log });
  /** Null where no door answers: the front says so itself. */
  const nameAt = (path: string, method = 'GET'): string | null => {
    try {
      return find(path.split('?')[0] ?? '').match(method).pattern.name;
    } catch (error) {
      if (error instanceof HttpProblem) return null;
      throw error;
    }
  };
  const front = createFront({
    routes,
    log,
    authenticate: {
      queue: () => Promise.reject(unauthorized('no deliveries here')),
      user: tokenOrKey(openUserTokens({ issuer, audience, keys: keys.publicKeys }), apiKeys),
    },
  });
  const origin = `http://127.0.0.1:${await front.listen()}`;

  const tokenOf = async (caller: TestCaller) =>
    'key' in caller ? caller.key : keys.signUserToken({ issuer, audience, subject: caller.subject });
  const call = async (caller: TestCaller, path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await tokenOf(caller)}`);
    const answer = await answerOf(await fetch(`${origin}${path}`, { ...init, headers }));
    const name = nameAt(path, init.method);
    const contentType = answer.headers.get('content-type');
    if (name && init.method !== 'HEAD') await checkAnswer({ name, url: path, contentType, ...answer });
    return answer;
  };
  const send = (
    method: string,
    caller: TestCaller,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ) =>
    call(caller, path, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/vnd.api+json', ...headers },
    });

  return {
    ...{ client, database, workerDatabase, lines, origin, tokenOf, call, send },
    queue: services.queue,
    storage: services.storage,
    async close() {
      await front.close();
      await apiKeys.close();
      await database.close();
      await workerDatabase.close();
      await client.end();
      await fresh.drop();
      await rm(folder, { recursive: true });
    },
  };
}

export interface ProblemBody {
  code: string;
  status: number;
  message: string;
  details?: { path: string; issue: string };
}

/** An answer read to its end. The body is the test's to name. */
export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a JSON body as a client without types sees it.
  body: any;
}

async function answerOf(response: Response): Promise<Answered> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

export interface Member {
  subject: string;
  personId: string;
  personPk: number;
  workspacePk: number;
  workspaceId: string;
}

async function one<Row extends pg.QueryResultRow>(
  client: pg.Client,
  text: string,
  values: unknown[],
): Promise<Row> {
  const { rows } = await client.query<Row>(text, values);
  const [row] = rows;
  if (!row) throw new Error(`no row came back from: ${text}`);
  return row;
}

/** A workspace of its own. */
export const insertWorkspace = (
  client: pg.Client,
  parts: { externalId?: string; autoExtract?: boolean } = {},
) =>
  one<{ workspacePk: number; workspaceId: string }>(
    client,
    `insert into workspaces (name, external_workspace_id, auto_extract_enabled) values ('Workspace', $1, $2)
     returning pk as "workspacePk", workspace_id as "workspaceId"`,
    [parts.externalId ?? null, parts.autoExtract ?? true],
  );

/** A person with an active default membership; a workspace of their own unless one is given. */
export async function insertMember(
  client: pg.Client,
  parts: {
    workspace?: { workspacePk: number; workspaceId: string };
    subject?: string;
    status?: 'pending' | 'active';
    role?: string;
    isDefault?: boolean;
    deleted?: boolean;
  } = {},
): Promise<Member> {
  const workspace = parts.workspace ?? (await insertWorkspace(client));
  const subject = parts.subject ?? `subject-${randomUUID()}`;
  const person = await one<{ pk: number; person_id: string }>(
    client,
    `insert into peoples (workspace_pk, full_name, first_name, last_name) values ($1, 'A Person', 'A', 'Person')
     returning pk, person_id`,
    [workspace.workspacePk],
  );
  await client.query(
    `insert into memberships (workspace_pk, person_pk, firebase_id, membership_role, status, is_default, deleted_at)
     values ($1, $2, $3, $4, $5, $6, case when $7 then now() end)`,
    [
      workspace.workspacePk,
      person.pk,
      subject,
      parts.role ?? 'member',
      parts.status ?? 'active',
      parts.isDefault ?? true,
      parts.deleted ?? false,
    ],
  );
  const { workspacePk, workspaceId } = workspace;
  return { subject, personId: person.person_id, personPk: person.pk, workspacePk, workspaceId };
}

/** A to-do item of a workspace; answers its public id. */
export const insertTask = async (client: pg.Client, workspacePk: number): Promise<string> =>
  (
    await one<{ task_id: string }>(
      client,
      `insert into tasks (workspace_pk, title, executor_type) values ($1, 'Fetch invoices', 'system') returning task_id`,
      [workspacePk],
    )
  ).task_id;

/** A collect as the database may hold it; answers its public id. */
export const insertCollectRow = async (
  client: pg.Client,
  member: Member,
  parts: Partial<{
    status: string;
    provider: string | null;
    startedAt: string;
    endedAt: string;
    deleted: boolean;
    legacy: boolean;
  }> = {},
): Promise<string> =>
  (
    await one<{ collect_id: string }>(
      client,
      `insert into collects (workspace_pk, people_pk, status, provider, started_at, ended_at, deleted_at)
       values ($1, $2, $3, $4, $5, $6, case when $7 then now() end) returning collect_id`,
      [
        parts.legacy ? null : member.workspacePk,
        member.personPk,
        parts.status ?? 'todo',
        parts.provider ?? null,
        parts.startedAt ?? null,
        parts.endedAt ?? null,
        parts.deleted ?? false,
      ],
    )
  ).collect_id;

/** A provider and the workspace's connectors that serve it, one for each status; answers the slug. */
export async function insertProvider(
  client: pg.Client,
  workspacePk: number,
  statuses: readonly string[],
): Promise<{ slug: string; connectorPks: number[] }> {
  const slug = `provider-${randomUUID().slice(0, 8)}`;
  const provider = await one<{ pk: number }>(
    client,
    'insert into providers (name, slug) values ($1, $2) returning pk',
    [slug, slug],
  );
  const connector = await one<{ pk: number }>(
    client,
    `insert into connectors (name, slug, provider) values ($1, $2, 'well') returning pk`,
    [slug, slug],
  );
  await client.query('insert into provider_connectors (provider_pk, connector_pk) values ($1, $2)', [
    provider.pk,
    connector.pk,
  ]);
  const connectorPks: number[] = [];
  for (const status of statuses) {
    const row = await one<{ pk: number }>(
      client,
      'insert into workspace_connectors (workspace_pk, connector_pk, status) values ($1, $2, $3) returning pk',
      [workspacePk, connector.pk, status],
    );
    connectorPks.push(row.pk);
  }
  return { slug, connectorPks };
}

/** The sync log lines of a collect. */
export const syncLogsOf = async (client: pg.Client, collectId: string) =>
  (
    await client.query<Record<string, unknown>>(
      `select * from workspace_connector_sync_logs where metadata ->> 'collect_id' = $1`,
      [collectId],
    )
  ).rows;
