import { describe, expect, it } from 'vitest';
import { openQueueTokens, verifyQueueToken } from '../../../shared/auth/queue-token.ts';
import { forger, keys, seconds, signedWithPublicKey, unsigned, withOwnKey } from './forge.ts';

const settings = {
  issuers: ['https://accounts.google.com', 'accounts.google.com'],
  audiences: ['https://logo.example'],
  serviceAccounts: ['tasks@project.test'],
  keys,
};
const good = {
  iss: 'https://accounts.google.com',
  aud: 'https://logo.example',
  sub: '1',
  email: 'tasks@project.test',
  email_verified: true,
};
const forge = forger(good);
const check = openQueueTokens(settings);

describe('a token of the queue', () => {
  it('proves the service account', async () => {
    expect(await check(await forge())).toEqual({ kind: 'service', email: 'tasks@project.test' });
  });

  it('may carry the other spelling of the issuer, and several audiences', async () => {
    const token = await forge({ claims: { iss: 'accounts.google.com', aud: ['x', 'https://logo.example'] } });

    await expect(check(token)).resolves.toMatchObject({ kind: 'service' });
  });
});

describe('a token that proves nothing', () => {
  const hostile: [string, () => string | undefined | Promise<string | undefined>][] = [
    ['no header', () => undefined],
    ['an empty header', () => ''],
    ['another scheme', () => 'Basic dGFza3M6'],
    ['no token', () => 'Bearer '],
    ['no JWT', () => 'Bearer x.y.z'],
    ['an endless one', () => `Bearer ${'a'.repeat(100_000)}`],
    ['alg none', () => unsigned(good, 'none')],
    ['alg None', () => unsigned(good, 'None')],
    ['HS256 with the public key', () => signedWithPublicKey(good)],
    ['a key of its own in the header', () => withOwnKey(good)],
    ['a stranger under our key id', () => forge({ by: 'stranger' })],
    ['an unknown key id', () => forge({ header: { kid: 'k2' } })],
    ['an unknown critical header', () => forge({ header: { crit: ['x-unknown'], 'x-unknown': 1 } })],
    ['another audience', () => forge({ claims: { aud: 'https://reconcile.example' } })],
    ['no audience', () => forge({ without: ['aud'] })],
    ['another issuer', () => forge({ claims: { iss: 'https://evil.example' } })],
    ['no issuer', () => forge({ without: ['iss'] })],
    ['expired', () => forge({ claims: { exp: seconds() - 10 } })],
    ['no exp', () => forge({ without: ['exp'] })],
    ['no iat', () => forge({ without: ['iat'] })],
    ['from the future', () => forge({ claims: { iat: seconds() + 600, exp: seconds() + 1_200 } })],
    ['not valid yet', () => forge({ claims: { nbf: seconds() + 600 } })],
    ['older than an hour', () => forge({ claims: { iat: seconds() - 4_000 } })],
    ['no e-mail', () => forge({ without: ['email'] })],
  ];
  it.each(hostile)('is a 401: %s', async (_what, token) => {
    await expect(check(await token())).rejects.toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
  });

  it('is not told which check failed', async () => {
    const messages = await Promise.all(
      [forge({ claims: { aud: 'x' } }), forge({ by: 'stranger' })].map(async (token) =>
        check(await token).catch((error: Error) => error.message),
      ),
    );

    expect(new Set(messages).size).toBe(1);
  });
});

describe('a good token of somebody else', () => {
  it.each([
    ['another service account', { email: 'other@project.test' }],
    ['our account in other letters', { email: 'TASKS@project.test' }],
    ['an e-mail that nobody verified', { email_verified: false }],
    ['an e-mail verified in words', { email_verified: 'true' }],
    ['an e-mail that is a list', { email: ['tasks@project.test'] }],
  ])('is a 403: %s', async (_what, claims) => {
    await expect(check(await forge({ claims }))).rejects.toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});

describe('keys', () => {
  it('that cannot be had are our trouble, not the caller’s', async () => {
    const away = { ...settings, keys: 'http://127.0.0.1:9/certs' };

    await expect(verifyQueueToken(await forge(), away)).rejects.toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
    });
  });

  it('come over https, from this machine, or not at all', () => {
    expect(() => openQueueTokens({ ...settings, keys: 'http://keys.example/certs' })).toThrow(/https/);
  });
});

describe('settings', () => {
  it.each([{ audiences: [] }, { issuers: [] }, { serviceAccounts: [] }])(
    'that would let anybody in are refused: %j',
    (part) => {
      expect(() => openQueueTokens({ ...settings, ...part })).toThrow(/need/);
    },
  );
});
