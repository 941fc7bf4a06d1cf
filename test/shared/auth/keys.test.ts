import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openUserTokens } from '../../../shared/auth/user-token.ts';

interface IssuerKey {
  jwk: JWK;
  sign(header?: Record<string, unknown>): Promise<string>;
}

const issuer = 'https://auth.example';
const audience = 'wellspring';

const issuerKey = async (kid: string, alg = 'RS256'): Promise<IssuerKey> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: async (header = {}) =>
      `Bearer ${await new SignJWT()
        .setProtectedHeader({ alg, kid, ...header })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject('person-1')
        .setIssuedAt()
        .setExpirationTime('30m')
        .sign(privateKey)}`,
  };
};

/** What the issuer publishes, and how often it was asked for it. */
let published: unknown;
let status = 200;
let fetches = 0;
const server = createServer((req, res) => {
  fetches += 1;
  if (req.url === '/elsewhere') return void res.writeHead(302, { location: '/keys' }).end();
  res.writeHead(status).end(JSON.stringify(published));
});
let url: string;
let first: IssuerKey;
let second: IssuerKey;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  [first, second] = await Promise.all([issuerKey('k1'), issuerKey('k2')]);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  // Only the time of day: fetching and its timeouts go on as ever.
  vi.useFakeTimers({ toFake: ['Date'] });
  fetches = 0;
  status = 200;
  published = { keys: [first.jwk] };
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);
const opened = (keys = url) => openUserTokens({ issuer, audience, keys });
const outcome = (proving: Promise<unknown>) =>
  proving.then(
    () => 'proven',
    (error: { status?: number }) => error.status,
  );

describe('a rotation of the issuer', () => {
  it('needs no restart: the new key works once the last fetch is 30 s old', async () => {
    const check = opened();
    await check(await first.sign());
    published = { keys: [first.jwk, second.jwk] };

    expect(await outcome(check(await second.sign()))).toBe(401);
    expect(fetches).toBe(1);
    later(31);
    expect(await outcome(check(await second.sign()))).toBe('proven');
    expect(await outcome(check(await first.sign()))).toBe('proven');
    expect(fetches).toBe(2);
  });

  it('stops a key that was taken away, with the next fetch or after ten minutes', async () => {
    const [told, untold] = [opened(), opened()];
    await Promise.all([told(await first.sign()), untold(await first.sign())]);
    published = { keys: [second.jwk] };
    later(31);
    await told(await second.sign());

    expect(await outcome(told(await first.sign()))).toBe(401);
    expect(await outcome(untold(await first.sign()))).toBe('proven');
    later(600);
    expect(await outcome(untold(await first.sign()))).toBe(401);
  });

  it('cannot be faked to flood it: unknown key ids cost one fetch in 30 s', async () => {
    const check = opened();
    await check(await first.sign());
    later(31);

    for (let n = 0; n < 20; n += 1) await outcome(check(await second.sign({ kid: `x${n}` })));

    expect(fetches).toBe(2);
  });
});

describe('the key that a token names', () => {
  it('must be one of the set, whatever else its header says', async () => {
    const check = opened();
    await check(await first.sign());

    for (const header of [
      { kid: 'k1' },
      { kid: '../../etc/passwd' },
      { kid: 'k2', jku: url.replace('/keys', '/mine') },
      { kid: 'k2', x5u: url.replace('/keys', '/mine') },
      { kid: 'k2', jwk: second.jwk },
    ])
      expect(await outcome(check(await second.sign(header)))).toBe(401);
    expect(fetches).toBe(1);
  });

  it('is not guessed among several', async () => {
    published = { keys: [first.jwk, { ...second.jwk, kid: 'k1' }] };
    const check = opened();

    expect(await outcome(check(await first.sign()))).toBe(401);
    expect(await outcome(check(await first.sign({ kid: undefined })))).toBe(401);
  });

  it('is for signatures, and for its own algorithm', async () => {
    published = {
      keys: [
        { ...first.jwk, use: 'enc' },
        { ...second.jwk, alg: 'RS384' },
      ],
    };
    const check = opened();

    expect(await outcome(check(await first.sign()))).toBe(401);
    expect(await outcome(check(await second.sign()))).toBe(401);
  });

  it.each(['RS384', 'PS256', 'EdDSA'])('is not of the algorithm %s, which we do not take', async (alg) => {
    const other = await issuerKey('k3', alg);
    published = { keys: [other.jwk] };

    expect(await outcome(opened()(await other.sign()))).toBe(401);
  });

  it('may be an elliptic one', async () => {
    const elliptic = await issuerKey('k4', 'ES256');
    published = { keys: [first.jwk, elliptic.jwk] };

    expect(await outcome(opened()(await elliptic.sign()))).toBe('proven');
  });
});

describe('an issuer that gives no keys is no fault of the caller', () => {
  it.each([
    ['is broken', 500, {}],
    ['answers something else', 200, { keys: 'none' }],
  ])('which %s: 503, and it works again when the issuer does', async (_what, broken, answer) => {
    const check = opened();
    [status, published] = [broken, answer];
    expect(await outcome(check(await first.sign()))).toBe(503);

    [status, published] = [200, { keys: [first.jwk] }];
    expect(await outcome(check(await first.sign()))).toBe('proven');
  });

  it('which sends us elsewhere is not followed', async () => {
    expect(await outcome(opened(url.replace('/keys', '/elsewhere'))(await first.sign()))).toBe(503);
    expect(fetches).toBe(1);
  });

  it.each(['http://auth.example/keys', 'ftp://auth.example/keys', 'http://127.0.0.1.example/keys'])(
    '%s is refused as a source',
    (source) => {
      expect(() => opened(source)).toThrow(/https only/);
    },
  );
});
