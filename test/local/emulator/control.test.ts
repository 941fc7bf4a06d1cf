import { describe, expect, it } from 'vitest';
import { post, queueName, setUp, setUpLive, startHandler } from './support.ts';

const control = async (base: string, verb: string, path: string, body?: object) => {
  const response = await fetch(`${base}/emulator/${path}`, {
    method: verb,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
};

describe('the control paths', () => {
  it('set, show and end faults', async () => {
    const { emulator } = await setUp();
    const wanted = { duplicate: 0.5, refuseCreation: { times: 1, code: 'UNAVAILABLE' } };

    const set = await control(emulator.restUrl, 'PUT', 'faults/work', wanted);
    const known = emulator.faults.get('work');
    await control(emulator.restUrl, 'DELETE', 'faults/work');

    expect(set).toEqual({ status: 200, json: wanted });
    expect(known).toEqual(wanted);
    expect(emulator.faults.get('work')).toEqual({});
  });

  it('name a queue in full, encoded', async () => {
    const { emulator } = await setUp();

    await control(emulator.restUrl, 'PUT', `faults/${encodeURIComponent(queueName)}`, { loseAnswer: 1 });

    expect(emulator.faults.get(queueName)).toEqual({ loseAnswer: 1 });
  });

  it('end every fault at once', async () => {
    const { emulator } = await setUp();
    emulator.faults.set('a', { loseAnswer: 1 });
    emulator.faults.set('b', { loseAnswer: 1 });

    await control(emulator.restUrl, 'DELETE', 'faults');

    expect([emulator.faults.get('a'), emulator.faults.get('b')]).toEqual([{}, {}]);
  });

  it('say what is wrong with a fault', async () => {
    const { emulator } = await setUp();

    const { status, json } = await control(emulator.restUrl, 'PUT', 'faults/work', { duplicate: 7 });

    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } });
  });

  it('move the clock and answer when what fell due is delivered', async () => {
    const { emulator, client } = await setUp();
    const handler = await startHandler();
    const due = Date.parse('2026-03-01T13:00:00Z') / 1000;
    await post(client, handler.url, { scheduleTime: { seconds: due } });

    const advanced = await control(emulator.restUrl, 'POST', 'clock:advance', { ms: 3_600_000 });
    const set = await control(emulator.restUrl, 'POST', 'clock:set', { time: '2026-03-02T00:00:00Z' });
    const read = await control(emulator.restUrl, 'GET', 'clock');
    const back = await control(emulator.restUrl, 'POST', 'clock:set', { time: '2026-03-01T00:00:00Z' });

    expect(handler.deliveries).toHaveLength(1);
    expect(advanced.json).toEqual({ now: '2026-03-01T13:00:00.000Z' });
    expect([set.json, read.json]).toEqual(Array(2).fill({ now: '2026-03-02T00:00:00.000Z' }));
    expect(back.status).toBe(400);
  });

  it('tell what happened, and when all is quiet', async () => {
    const { emulator, client } = await setUpLive();
    const handler = await startHandler();
    await post(client, handler.url);

    await control(emulator.restUrl, 'POST', 'idle:wait');
    const { json } = await control(emulator.restUrl, 'GET', 'stats');

    expect(json).toMatchObject({
      seed: emulator.seed,
      queues: { [queueName]: { created: 1, dispatched: 1, succeeded: 1, waiting: 0, inFlight: 0 } },
    });
  });

  it('cannot move the system clock', async () => {
    const { emulator } = await setUpLive();

    const { status, json } = await control(emulator.restUrl, 'POST', 'clock:advance', { ms: 1 });

    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { status: 'FAILED_PRECONDITION' } });
  });
});
