import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadDoors } from '../../../functions/index.ts';
import { type DoorRequest, insertTenant, type Tenant } from '../door-requests.ts';
import { startEveryDoor } from '../every-door.ts';
import { insertCollectRow, insertMember, insertProvider, type Member, syncLogsOf } from '../start-doors.ts';
import { bodiesOf, mutated } from './bodies.ts';
import { attributesOf, type End, hasEnded, histories, outcomesOf } from './collect-model.ts';
import { naughtyTexts } from './naughty.ts';
import { runProperty } from './run-property.ts';
import { openStored, type Stored } from './stored-rows.ts';
import { placesOutside, type Sample, samplesOf, textsIn, withText } from './text-places.ts';

let doors: Awaited<ReturnType<typeof startEveryDoor>>;
let tenant: Tenant;
let colleague: Member;
let stored: Stored;

beforeAll(async () => {
  doors = await startEveryDoor();
  tenant = await insertTenant(doors.client);
  colleague = await insertMember(doors.client, { workspace: tenant.member, role: 'owner' });
});
// What one test arranges is no change of another's.
beforeEach(async () => {
  stored = await openStored(doors.client);
});
afterAll(() => doors.close());

const ask = (
  by: Member,
  {
    method,
    path,
    body,
    headers = [],
  }: Omit<DoorRequest, 'body'> & { body?: unknown; headers?: [string, string][] },
  upload = false,
) => {
  const json = { 'content-type': 'application/json', ...Object.fromEntries(headers) };
  return doors.call(by, path, {
    method,
    ...(body === undefined
      ? { headers }
      : upload
        ? { body: formOf(body), headers }
        : { body: JSON.stringify(body), headers: json }),
  });
};

const formOf = (document: unknown): FormData => {
  const form = new FormData();
  form.set('document', JSON.stringify(document));
  form.set('file', new Blob(['text']), 'a.txt');
  return form;
};

test('two clients move a collect as the state table allows, whatever they send and however it interleaves', async () => {
  const { slug } = await insertProvider(doors.client, tenant.member.workspacePk, ['enabled']);
  const clients = [tenant.member, colleague] as const;
  const property = fc.asyncProperty(histories, async (groups) => {
    const id = await insertCollectRow(doors.client, tenant.member, { provider: slug });
    const path = `/v1/collects/${id}`;
    let status = 'todo';
    let last: Record<string, unknown> | undefined;
    for (const steps of groups) {
      const answers = await Promise.all(
        steps.map((step) =>
          ask(clients[step.client], {
            ...{ method: 'PATCH', path },
            body: { data: { type: 'collect', id, attributes: attributesOf(step) } },
          }),
        ),
      );
      const ends = answers.map(
        ({ status: code, body }): End => `${code} ${code === 200 ? body.data.attributes.status : body.code}`,
      );
      const now = (await ask(tenant.member, { method: 'GET', path })).body.data.attributes;

      expect(outcomesOf(status, steps)).toContainEqual({ ends, status: now.status });
      // What has ended stays as it ended, to the last of its times.
      if (last && hasEnded(status)) expect(now).toEqual(last);
      status = now.status;
      last = now;
      expect(await syncLogsOf(doors.client, id)).toHaveLength(hasEnded(status) ? 1 : 0);
      const { rows } = await doors.client.query(
        'select status, provider, started_at, ended_at, updated_at from collects where collect_id = $1',
        [id],
      );
      expect(JSON.parse(JSON.stringify(rows[0]))).toEqual(expect.objectContaining(timesOf(now)));
      const late = Date.parse(now.ended_at) < Date.parse(now.started_at);
      expect(late).toBe(false);
    }
  });

  await runProperty(property, { numRuns: 6 });
});

const timesOf = ({ status, provider, started_at, ended_at }: Record<string, unknown>) => ({
  ...{ status, provider, started_at, ended_at },
});

test('bodies made from the schemas, and spoilt ones, are never an error of ours, and store nothing when refused', async () => {
  const all = await loadDoors();
  const ids = [
    await tenant.collect(),
    await tenant.enrichmentTask(),
    await tenant.invoice(),
    await tenant.task(),
  ];
  const bodyOf = bodiesOf(all, ids);
  const [collect, task] = ids;
  const column = await tenant.column();
  const places = [
    ['POST', '/v1/collects', 'CollectCreateBody'],
    ['PATCH', `/v1/collects/${collect}`, 'CollectUpdateBody'],
    ['POST', '/v1/enrichment-tasks', 'EnrichmentTaskCreateBody'],
    ['PATCH', `/v1/enrichment-tasks/${task}`, 'EnrichmentTaskUpdateBody'],
    ['POST', '/v1/api-key', 'ApiKeyCreateBody'],
    ['POST', `/v1/custom-columns/${column}/compute`, 'CustomColumnComputeBody'],
    ['POST', '/v1/field-rules/invoices/issuer.name/compute', 'FieldRuleComputeBody'],
    ['POST', '/v1/reconciliation/resolve', 'ReconciliationResolveBody'],
    ['POST', '/v1/documents', 'DocumentCreateBody'],
  ] as const;
  expect(places.length).toBe(
    all.filter(({ entry }) => entry.method === 'POST' || entry.method === 'PATCH').length,
  );
  const requests = fc.oneof(
    ...places.map(([method, path, name]) => {
      const bodies = bodyOf(name);
      return fc.record({
        ...{ method: fc.constant(method), path: fc.constant(path) },
        body: fc.oneof(bodies, mutated(bodies), mutated(mutated(bodies))),
      });
    }),
  );
  const property = fc.asyncProperty(requests, async (request) => {
    await stored.look();

    const { status } = await ask(tenant.member, request, request.path === '/v1/documents');

    expect(status).toBeLessThan(500);
    await stored.check(status);
  });

  await runProperty(property, { numRuns: 40 });
});

test('naughty texts in bodies are stored as they are, or refused by their place', async () => {
  const samples = await samplesOf(tenant);
  await doors.client.query(`update workspaces set external_workspace_id = 'here' where pk = $1`, [
    tenant.member.workspacePk,
  ]);
  for (const sample of samples) {
    const { status, body } = await ask(tenant.member, sample, sample.upload);
    expect([sample.path, body, status < 300]).toEqual([sample.path, body, true]);
  }
  const texts = samples.flatMap((sample) => [...textsIn(sample.body)].map((path) => ({ sample, path })));
  const property = fc.asyncProperty(
    fc.oneof(fc.constantFrom(...texts), fc.constantFrom(...texts.filter(isKept))),
    fc.oneof(fc.constantFrom(...naughtyTexts), fc.string({ unit: 'binary', maxLength: 300 })),
    async ({ sample, path }, text) => {
      await stored.look();
      const body = withText(sample.body, path, text);

      const answer = await ask(tenant.member, { ...sample, body }, sample.upload);

      expect(answer.status).toBeLessThan(500);
      await stored.check(answer.status);
      if (answer.status >= 300) expectPlaced(answer, path);
      else await expectKept(sample, body, answer.body.data);
    },
  );

  await runProperty(property, { numRuns: 40 });
});

const isKept = ({ sample, path }: { sample: Sample; path: readonly string[] }): boolean =>
  path.some((name) => sample.kept.includes(name));

/** A refusal for its form names the text, or what is around it. */
const expectPlaced = (
  { status, body }: { status: number; body: { details?: { path: string } } },
  path: readonly string[],
) => {
  if (status !== 400) return;
  const place = body.details?.path ?? '';
  const sent = path.join('.');
  expect([sent, place, sent.startsWith(place) || place.startsWith(sent)]).toEqual([sent, place, true]);
  expect(place.length).toBeGreaterThan(4);
};

const expectKept = async (
  { kept, path }: Sample,
  body: unknown,
  data: { id?: string; attributes?: object },
) => {
  const attributes = Object(Object(body).data).attributes;
  const sent = Object.fromEntries(kept.map((name) => [name, attributes[name]]));
  if (kept.length === 0) return;
  expect(data.attributes).toMatchObject(sent);
  if (path.startsWith('/v1/api-key')) return;
  const [, root = ''] = /^(\/v1\/[a-z-]+)/.exec(path) ?? [];
  const read = await ask(tenant.member, { method: 'GET', path: `${root}/${data.id}` });
  expect(read.body.data.attributes).toMatchObject(sent);
};

test('naughty texts in paths, queries and headers are answered with sense', async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...placesOutside.keys()),
    fc.oneof(fc.constantFrom(...naughtyTexts), fc.string({ unit: 'binary', maxLength: 300 })),
    async (place, text) => {
      const request = placesOutside.get(place)?.(text, tenant);
      fc.pre(request !== undefined);
      await stored.look();

      const { status, headers } = await ask(tenant.member, request);

      expect(status).toBeLessThan(500);
      expect(headers.get('set-cookie')).toBeNull();
      expect(headers.get('x-request-id')).toMatch(/^[\w.:-]{1,128}$/);
      await stored.check(status);
    },
  );

  await runProperty(property, { numRuns: 50 });
});

test('paths with broken or hidden escapes are refused', async () => {
  for (const escaped of ['%ff', '%00', '%c0%80', '%', '%zz', '%2e%2e%2f', `${randomUUID()}%00`]) {
    const { status } = await ask(tenant.member, { method: 'GET', path: `/v1/collects/${escaped}` });
    expect([escaped, status]).toEqual([escaped, 400]);
  }
});
