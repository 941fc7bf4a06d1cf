import { afterEach, describe, expect, it } from 'vitest';
import { createRateLimits } from '../../../shared/http/rate-limits.ts';
import { startFront } from './start-front.ts';

const running: Awaited<ReturnType<typeof startFront>>[] = [];
const start = async (callerPerMinute: number, failuresPerMinute = 0) => {
  const started = await startFront({ rateLimits: createRateLimits({ callerPerMinute, failuresPerMinute }) });
  running.push(started);
  return started;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ front }) => front.close()));
});

const other = { headers: { authorization: 'Bearer other' } };
const nobody = { headers: { authorization: 'Bearer of nobody' } };

describe('a caller', () => {
  it('is told with each answer what is left of its minute', async () => {
    const { call } = await start(3);

    const answers = [await call('/v1/collects'), await call('/v1/collects', { method: 'POST' })];

    for (const { headers } of answers) expect(headers.get('ratelimit-policy')).toBe('"caller";q=3;w=60');
    expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual([
      expect.stringMatching(/^"caller";r=2;t=(59|60)$/),
      expect.stringMatching(/^"caller";r=1;t=(59|60)$/),
    ]);
  });

  it('is a 429 beyond its minute, with the time to come back, before its body is read', async () => {
    const { call } = await start(1);
    await call('/v1/collects');

    const answer = await call('/v1/collects', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    });

    expect(await answer.json()).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED' });
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(answer.headers.get('ratelimit')).toBe(`"caller";r=0;t=${seconds}`);
  });

  it('does not pay for another one', async () => {
    const { call } = await start(1);
    await call('/v1/collects');
    await call('/v1/collects');

    expect((await call('/v1/collects', other)).status).toBe(204);
  });

  it('may come as often as it likes when the limit is 0', async () => {
    const { call } = await start(0);

    const answer = await call('/v1/collects');

    expect([answer.status, answer.headers.get('ratelimit')]).toEqual([204, null]);
  });
});

describe('deliveries and scheduled calls', () => {
  it('are never counted', async () => {
    const { call } = await start(1, 1);
    const deliver = () => call('/logo', { method: 'POST', body: '{}' });

    const answers = [await deliver(), await deliver(), await call('/sweep', { method: 'POST' })];
    const refused = [
      await call('/logo', { method: 'POST', ...nobody }),
      await call('/logo', { method: 'POST', ...nobody }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(refused.map(({ status }) => status)).toEqual([401, 401]);
  });
});

describe('an address that proves nothing', () => {
  it('is told to wait, and who proves itself from there is not', async () => {
    const { call } = await start(10, 1);

    const answers = [await call('/v1/collects', nobody), await call('/v1/collects', nobody)];

    expect(answers.map(({ status }) => status)).toEqual([401, 429]);
    expect(answers[1]?.headers.get('ratelimit-policy')).toBe('"failures";q=1;w=60');
    expect((await call('/v1/collects')).status).toBe(204);
  });

  it('is not counted for a token that is good and not allowed', async () => {
    const { call } = await start(10, 1);
    const foreign = { headers: { authorization: 'Bearer foreign' } };

    const answers = [await call('/v1/collects', foreign), await call('/v1/collects', foreign)];

    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  });
});
