import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectCreate } from '../../functions/collect_create/index.ts';
import { collectList } from '../../functions/collect_list/index.ts';
import { collectRetrieve } from '../../functions/collect_retrieve/index.ts';
import { collectUpdate } from '../../functions/collect_update/index.ts';
import { type Caller, resolveCaller } from '../../shared/auth/caller.ts';
import { type Database, openDatabase } from '../../shared/db/pool.ts';
import { admit } from '../../shared/http/edge.ts';
import { type EndpointHost, serveEndpoint } from '../../shared/http/endpoint.ts';
import { readAccept } from '../../shared/http/media-types.ts';
import { renderEnvelope } from '../../shared/http/renderers.ts';
import { createLog } from '../../shared/log.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { owner } from '../support/pipeline.ts';
import { insertMember, type Member } from './start-doors.ts';

// Many tenants on few connections: whose rows a statement sees is a setting of its transaction, and one that stayed
// behind, or was not there yet, would show here. The requests come in behind the front, whose bytes say nothing here.

const TENANTS = 50;
const REQUESTS = 5_000;
const CONNECTIONS = 2;
const AT_ONCE = 32;

interface Tenant extends Member {
  collectIds: string[];
}

let fresh: FreshDatabase;
let client: pg.Client;
let database: Database;
const tenants: Tenant[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  client = await owner(fresh.url);
  database = openDatabase({ url: fresh.url, role: 'wellspring_api', poolSize: CONNECTIONS });
  for (let n = 0; n < TENANTS; n += 1) tenants.push({ ...(await insertMember(client)), collectIds: [] });
});
afterAll(async () => {
  await database.close();
  await client.end();
  await fresh.drop();
});

interface Resource {
  id: string;
  attributes: { provider: string | null };
  relationships: { workspace: { data: { id: string } } };
}

const host: EndpointHost<Caller, { database: Database }> = {
  resolveCaller: ({ principal, workspaceId, writes }) =>
    resolveCaller(database, principal, { wanted: workspaceId, writes }),
  get services() {
    return { database };
  },
};
const doors = {
  create: { serve: serveEndpoint(collectCreate, host), name: 'collect_create', method: 'POST' },
  list: { serve: serveEndpoint(collectList, host), name: 'collect_list', method: 'GET' },
  retrieve: { serve: serveEndpoint(collectRetrieve, host), name: 'collect_retrieve', method: 'GET' },
  update: { serve: serveEndpoint(collectUpdate, host), name: 'collect_update', method: 'PATCH' },
};
const socket = new Socket();
const never = new AbortController().signal;
const log = createLog({ level: 'silent' });

async function ask(
  tenant: Tenant,
  door: keyof typeof doors,
  { id, attributes }: { id?: string; attributes?: object },
) {
  const { serve, name, method } = doors[door];
  const req = new IncomingMessage(socket);
  const res = new ServerResponse(req);
  const body = attributes ? { data: { type: 'collect', attributes } } : undefined;
  admit(req, {
    ...{
      name,
      kind: 'api',
      method,
      route: id ? '/v1/collects/:id' : '/v1/collects',
      params: id ? { id } : {},
    },
    ...{ query: new URLSearchParams(door === 'list' ? 'limit=10' : ''), headers: {} },
    principal: { kind: 'user', subject: tenant.subject },
    ...{ body, bytes: Buffer.from(body ? JSON.stringify(body) : '') },
    ...{ accepted: readAccept(undefined), render: renderEnvelope, log },
    context: { traceId: 'trace', logId: 'log' },
    ...{ disconnected: never, closing: never, shutdown: never },
  });
  const sent = Promise.withResolvers<string>();
  res.end = ((bytes?: Buffer) => {
    sent.resolve(String(bytes));
    return res;
  }) as typeof res.end;
  await serve(req, res);
  const answer = JSON.parse(await sent.promise) as { data?: Resource | Resource[]; code?: string };
  return { status: res.statusCode, code: answer.code, resources: [answer.data ?? []].flat() };
}

const pick = <T>(items: readonly T[], n: number): T => {
  const item = items[n % items.length];
  if (item === undefined) throw new Error('there is nothing to choose from');
  return item;
};

/** One request of a tenant, and what is wrong with its answer. */
async function step(n: number): Promise<string[]> {
  const tenant = pick(tenants, n);
  const other = pick(tenants, n + 1 + (n % (TENANTS - 1)));
  const known = tenant.collectIds.length;
  const turn = known === 0 ? 0 : Math.floor(n / TENANTS) % 5;
  const own = turn > 0 ? { id: pick(tenant.collectIds, n) } : {};

  if (turn === 4) {
    if (other.collectIds.length === 0) return [];
    const id = pick(other.collectIds, n);
    const change = n % 2 === 0 ? { attributes: { status: 'error' } } : {};
    const { status, code } = await ask(tenant, n % 2 === 0 ? 'update' : 'retrieve', { id, ...change });
    return code === 'COLLECT_NOT_FOUND' ? [] : [`another's collect answered ${status}`];
  }
  const { status, resources } = (await [
    () => ask(tenant, 'create', { attributes: { provider: tenant.subject } }),
    () => ask(tenant, 'list', {}),
    () => ask(tenant, 'retrieve', own),
    () => ask(tenant, 'update', { ...own, attributes: { status: 'in_progress' } }),
  ][turn]?.()) ?? { status: 0, resources: [] };
  if (turn === 0) tenant.collectIds.push(...resources.map(({ id }) => id));
  const least = turn === 1 ? Math.min(known, 10) : 1;
  return [
    ...(status === (turn === 0 ? 201 : 200) ? [] : [`turn ${turn} answered ${status}`]),
    ...(resources.length >= least ? [] : [`${resources.length} rows, not ${least}`]),
    ...resources
      .filter(
        ({ attributes, relationships }) =>
          relationships.workspace.data.id !== tenant.workspaceId || attributes.provider !== tenant.subject,
      )
      .map(() => 'a row of another tenant'),
  ];
}

const NAME = `${REQUESTS} requests of ${TENANTS} tenants on ${CONNECTIONS} connections see their own rows, all of them`;

test(NAME, { timeout: 120_000 }, async () => {
  const faults: string[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < REQUESTS; n = next++) faults.push(...(await step(n)));
  };

  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  expect(faults).toEqual([]);
  const { rows } = await client.query(
    `select count(*)::int as n, count(distinct workspace_pk)::int as tenants, count(*) filter (where status = 'error')::int as stolen
     from collects`,
  );
  const made = tenants.flatMap(({ collectIds }) => collectIds).length;
  expect(rows).toEqual([{ n: made, tenants: TENANTS, stolen: 0 }]);
});
