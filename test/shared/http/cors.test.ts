import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCors } from '../../../shared/http/cors.ts';
import { startFront } from './start-front.ts';

const ID = 'abcdefghijklmnopabcdefghijklmnop';
const ours = `chrome-extension://${ID}`;
const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: { authorization: '', origin, 'access-control-request-method': 'PATCH' },
});

let started: Awaited<ReturnType<typeof startFront>>;
beforeAll(async () => {
  started = await startFront({ extensionIds: [ID] });
});
afterAll(() => started.front.close());

describe('a page of our extension', () => {
  it('may ask without a token whether it may call', async () => {
    const answer = await started.call('/v1/collects', preflight(ours));

    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': ours,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers':
        'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Traceparent, X-Request-Id',
      vary: 'Accept, Origin',
    });
  });

  it('can read success and problem alike', async () => {
    const good = await started.call('/v1/collects', { headers: { origin: ours } });
    const problem = await started.call('/v1/collects', { headers: { origin: ours, authorization: '' } });

    expect([good.status, problem.status]).toEqual([204, 401]);
    for (const answer of [good, problem])
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'access-control-allow-origin': ours,
        'access-control-expose-headers':
          'ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id',
      });
  });

  it('is never told that cookies count', async () => {
    const answer = await started.call('/v1/collects', preflight(ours));

    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('any other page', () => {
  it.each([
    'null',
    'https://app.example',
    `chrome-extension://${ID.replace('a', 'b')}`,
    `chrome-extension://${ID}.example`,
    `https://${ID}`,
    `CHROME-EXTENSION://${ID}`,
  ])('%s is refused', async (origin) => {
    const asked = await started.call('/v1/collects', preflight(origin));
    const called = await started.call('/v1/collects', { headers: { origin } });

    expect(asked.status).toBe(403);
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    expect(called.headers.get('access-control-allow-origin')).toBeNull();
    expect(called.headers.get('vary')).toBe('Accept, Origin');
  });

  it('is refused at a worker whatever its origin', async () => {
    const answer = await started.call('/logo', preflight(ours));

    expect(answer.status).toBe(405);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('createCors', () => {
  it.each(['*', '', 'ABCDEFGHIJKLMNOPABCDEFGHIJKLMNOP', `${ID}/`])('takes no pattern: %j', (id) => {
    expect(() => createCors([id])).toThrow(/extension id/);
  });
});
