import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Call, create, type Outbox, openOutbox, patch, upload } from './example.ts';
import { Death, type FakeStorage, fakeServer, fakeStorage, type Heard } from './fakes.ts';

const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-06-02T09:15:00.000Z') });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const signedIn = async (storage: FakeStorage): Promise<FakeStorage> => {
  await storage.set({ base: 'https://api.example', token: 'secret' });
  return storage;
};

const collect = (provider = 'portal'): Call[] => [
  create({ provider }),
  patch({ status: 'in_progress', started_at: '2026-06-02T09:15:00.000Z' }),
  upload('invoice.txt', btoa('an invoice')),
  patch({ status: 'finalized', ended_at: '2026-06-02T09:16:00.000Z' }, true),
];

/** Runs the outbox again and again, each time when it says that something is due. */
const runToTheEnd = async (outbox: Outbox): Promise<number> => {
  for (let runs = 1; ; runs += 1) {
    const wait = await outbox.run();
    if (wait === Number.POSITIVE_INFINITY) return runs;
    vi.setSystemTime(Date.now() + Math.ceil(wait));
  }
};

const waiting = ({ kept }: FakeStorage) => valuesOf(kept, 'call.');
const dead = ({ kept }: FakeStorage) => valuesOf(kept, 'dead.');
const valuesOf = (kept: Map<string, unknown>, part: string) =>
  [...kept].filter(([key]) => key.startsWith(part)).map(([, value]) => value as Call);

const said = ({ method, path, data }: Heard) =>
  `${method} ${path.replace(/[0-9a-f-]{36}/, 'ID')} ${data.attributes.status ?? data.attributes.file_name ?? ''}`.trim();

const wholeCollect = [
  'POST /v1/collects',
  'PATCH /v1/collects/ID in_progress',
  'POST /v1/documents invoice.txt',
  'PATCH /v1/collects/ID finalized',
];

test('makes the calls of a collect in their order, with the id that its create was answered', async () => {
  const storage = await signedIn(fakeStorage());
  const server = fakeServer();
  const outbox = openOutbox(storage, server.fetch);

  await outbox.add(randomUUID(), collect());
  const wait = await outbox.run();

  expect(wait).toBe(Number.POSITIVE_INFINITY);
  expect(server.heard.map(said)).toEqual(wholeCollect);
  const [, started, stored, ended] = server.heard;
  expect(stored).toMatchObject({
    token: 'Bearer secret',
    data: { type: 'document', attributes: { collect_id: started?.path.slice(-36) } },
    file: { name: 'invoice.txt', sha256: createHash('sha256').update('an invoice').digest('hex') },
  });
  expect(ended?.path).toBe(started?.path);
  expect([...storage.kept.keys()]).toEqual(['base', 'token']);
});

test('gives each call a key of its own before it is sent', async () => {
  const storage = await signedIn(fakeStorage());

  await openOutbox(storage, fakeServer().fetch).add(randomUUID(), [...collect(), ...collect()]);

  const keys = waiting(storage).map(({ key }) => key);
  expect(new Set(keys).size).toBe(8);
  expect(keys.filter((key) => !/^[0-9a-f-]{36}$/.test(key))).toEqual([]);
});

test('sends the same request with the same key when an answer is lost', async () => {
  const storage = await signedIn(fakeStorage());
  const server = fakeServer();
  server.answering = ({ key }) => {
    if (server.heard.filter((one) => one.key === key).length < 3) throw new TypeError('Failed to fetch');
  };
  const outbox = openOutbox(storage, server.fetch);

  await outbox.add(randomUUID(), collect());
  await runToTheEnd(outbox);

  expect(server.heard).toHaveLength(12);
  expect(server.work.map(said)).toEqual(wholeCollect);
  expect(dead(storage)).toEqual([]);
});

test('sends again what was answered by half, or by somebody in between', async () => {
  const storage = await signedIn(fakeStorage());
  const answers = [
    new Response('{"data":{"id":"5eed', { status: 201 }),
    new Response('<h1>Sign in to the network</h1>', { status: 200 }),
    new Response(null, { status: 204 }),
    new Response('<h1>413</h1>', { status: 413 }),
  ];
  const server = fakeServer(() => answers.shift());
  const outbox = openOutbox(storage, server.fetch);

  await outbox.add(randomUUID(), collect());
  await runToTheEnd(outbox);

  expect(server.heard).toHaveLength(8);
  expect(server.work.map(said)).toEqual(wholeCollect);
});

test('loses nothing and doubles nothing wherever the worker dies', async () => {
  const run = async (lastStep: number) => {
    let steps = 0;
    const step = () => {
      steps += 1;
      if (steps === lastStep) throw new Death();
    };
    const storage = fakeStorage(step);
    storage.kept.set('base', 'https://api.example').set('token', 'secret');
    const server = fakeServer(() => void step());
    server.answering = step;
    const add = { run: randomUUID(), calls: collect() };
    await openOutbox(storage, server.fetch)
      .add(add.run, add.calls)
      .catch((error) => expect(error).toBeInstanceOf(Death));
    const wasKept = storage.kept.size > 2;
    // A worker that dies in a request hears nothing more; another one is woken later.
    for (let wakes = 0; wakes < 3; wakes += 1)
      await runToTheEnd(openOutbox(storage, server.fetch)).catch((error) =>
        expect(error).toBeInstanceOf(Death),
      );
    return { steps, wasKept, storage, server };
  };

  const { steps } = await run(Number.POSITIVE_INFINITY);
  expect(steps).toBeGreaterThan(30);
  for (let lastStep = 1; lastStep <= steps; lastStep += 1) {
    const { wasKept, storage, server } = await run(lastStep);

    expect({ lastStep, work: server.work.map(said), left: waiting(storage), dead: dead(storage) }).toEqual({
      ...{ lastStep, left: [], dead: [] },
      work: wasKept ? wholeCollect : [],
    });
  }
});

test('never runs twice at once, however many wake it', async () => {
  const storage = await signedIn(fakeStorage());
  const server = fakeServer();
  let atOnce = 0;
  let most = 0;
  const fetch = async (url: string, init: RequestInit) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    const answer = await server.fetch(url, init);
    atOnce -= 1;
    return answer;
  };
  const outboxes = [openOutbox(storage, fetch), openOutbox(storage, fetch)];

  await outboxes[0]?.add(randomUUID(), collect());
  await Promise.all([...outboxes, ...outboxes].map((outbox) => outbox.run()));

  expect({ most, heard: server.heard.map(said) }).toEqual({ most: 1, heard: wholeCollect });
});

test('waits as long as Retry-After says', async () => {
  const storage = await signedIn(fakeStorage());
  const refusals = [
    Response.json({ code: 'RATE_LIMIT_EXCEEDED' }, { status: 429, headers: { 'Retry-After': '40' } }),
  ];
  const server = fakeServer(() => refusals.shift());
  const outbox = openOutbox(storage, server.fetch);
  await outbox.add(randomUUID(), [create({ provider: 'portal' })]);

  const wait = await outbox.run();
  vi.setSystemTime(Date.now() + 39_999);
  const rest = await outbox.run();
  vi.setSystemTime(Date.now() + 1);
  await outbox.run();

  expect({ wait, rest }).toEqual({ wait: 40_000, rest: 1 });
  expect(server.heard).toHaveLength(2);
  expect(server.work).toHaveLength(1);
});

test('waits longer with each try, by chance and a minute at most', async () => {
  const storage = await signedIn(fakeStorage());
  const outbox = openOutbox(storage, fakeServer(() => Response.json({}, { status: 503 })).fetch);
  const chance = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  await outbox.add(randomUUID(), [create({ provider: 'portal' })]);

  const waits: number[] = [];
  for (let tries = 0; tries < 8; tries += 1) {
    waits.push(await outbox.run());
    vi.setSystemTime(Date.now() + (waits.at(-1) ?? 0));
  }
  chance.mockReturnValue(0.25);
  waits.push(await outbox.run());

  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 15_000]);
});

test.each([
  [400, 'SCHEMA_VALIDATION_ERROR'],
  [403, 'FORBIDDEN'],
  [404, 'COLLECT_NOT_FOUND'],
  [409, 'COLLECT_INVALID_TRANSITION'],
  [413, 'PAYLOAD_TOO_LARGE'],
  [422, 'COLLECT_TIMESTAMP_INVALID'],
])('puts a call that is answered %i %s on the dead list and goes on', async (status, code) => {
  const storage = await signedIn(fakeStorage());
  const server = fakeServer(({ path }) =>
    path === '/v1/documents' ? Response.json({ code }, { status }) : undefined,
  );
  const outbox = openOutbox(storage, server.fetch);

  await outbox.add(randomUUID(), collect());
  await runToTheEnd(outbox);

  expect(server.heard.map(said)).toEqual(wholeCollect);
  expect(dead(storage)).toMatchObject([{ code, path: 'documents', name: 'invoice.txt', base64: '' }]);
});

test.each([
  [401, 'UNAUTHORIZED'],
  [408, 'REQUEST_TIMEOUT'],
  [409, 'IDEMPOTENCY_KEY_IN_USE'],
  [425, 'TOO_EARLY'],
  [429, 'RATE_LIMIT_EXCEEDED'],
  [500, 'INTERNAL_SERVER_ERROR'],
  [503, 'SERVICE_UNAVAILABLE'],
])('keeps a call that is answered %i %s', async (status, code) => {
  const storage = await signedIn(fakeStorage());
  const refusals = [Response.json({ code }, { status })];
  const server = fakeServer(() => refusals.shift());
  const outbox = openOutbox(storage, server.fetch);
  await outbox.add(randomUUID(), collect());

  const wait = await outbox.run();
  const kept = waiting(storage)[0];
  await runToTheEnd(outbox);

  expect(wait).toBeLessThanOrEqual(2_000);
  expect(kept).toMatchObject({ code, tries: 1, path: 'collects' });
  expect(server.work.map(said)).toEqual(wholeCollect);
});

test('gives up the other calls of a collect whose create is refused, and no other collect', async () => {
  const storage = await signedIn(fakeStorage());
  const server = fakeServer(({ data: { attributes } }) =>
    attributes.provider === 'refused' ? Response.json({ code: 'FORBIDDEN' }, { status: 403 }) : undefined,
  );
  const outbox = openOutbox(storage, server.fetch);

  await outbox.add(randomUUID(), collect('refused'));
  await outbox.add(randomUUID(), collect());
  await runToTheEnd(outbox);

  expect(server.work.map(said)).toEqual(wholeCollect);
  expect(dead(storage).map(({ code }) => code)).toEqual(['FORBIDDEN', ...Array(3).fill('COLLECT_MISSING')]);
});

test('lets no collect wait for another, and no call pass one of its own', async () => {
  const storage = await signedIn(fakeStorage());
  const server = fakeServer(({ data: { attributes } }) =>
    attributes.provider === 'slow'
      ? Response.json({}, { status: 503, headers: { 'Retry-After': '60' } })
      : undefined,
  );
  const outbox = openOutbox(storage, server.fetch);

  await outbox.add(randomUUID(), collect('slow'));
  await outbox.add(randomUUID(), collect());
  await outbox.run();

  expect(server.heard.map(said)).toEqual(['POST /v1/collects', ...wholeCollect]);
  expect(waiting(storage)).toHaveLength(4);
});

test('knows the id of a collect for what is added later, and forgets it at its end', async () => {
  const storage = await signedIn(fakeStorage());
  const server = fakeServer();
  const run = randomUUID();
  const [created, started, ...later] = collect();
  if (!created || !started) throw new Error('a collect has calls');

  await openOutbox(storage, server.fetch).add(run, [created, started]);
  await openOutbox(storage, server.fetch).run();
  const known = storage.kept.has(run);
  vi.setSystemTime(Date.now() + HOUR_MS);
  await openOutbox(storage, server.fetch).add(run, later);
  await openOutbox(storage, server.fetch).run();

  expect(server.work.map(said)).toEqual(wholeCollect);
  expect({ known, after: storage.kept.has(run) }).toEqual({ known: true, after: false });
});

test('does not repeat a call that may have been heard when its key may be forgotten', async () => {
  const storage = await signedIn(fakeStorage());
  const server = fakeServer();
  server.answering = () => {
    throw new TypeError('Failed to fetch');
  };
  const outbox = openOutbox(storage, server.fetch);
  await outbox.add(randomUUID(), [create({ provider: 'portal' })]);
  vi.setSystemTime(Date.now() + 30 * HOUR_MS);

  await outbox.run();
  vi.setSystemTime(Date.now() + 24 * HOUR_MS);
  await outbox.run();

  expect(server.heard).toHaveLength(1);
  expect(dead(storage)).toMatchObject([{ code: 'KEY_EXPIRED' }]);
});
