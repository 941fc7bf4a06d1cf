import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openUserTokens } from '../../../shared/auth/user-token.ts';
import { forger, keys, seconds, signedWithPublicKey, unsigned, withOwnKey } from './forge.ts';

const settings = { issuer: 'https://auth.example', audience: 'wellspring', keys };
const good = { iss: 'https://auth.example', aud: 'wellspring', sub: 'person-1' };
const forge = forger(good);
const check = openUserTokens(settings);

describe('a bearer token', () => {
  it('proves its subject', async () => {
    expect(await check(await forge())).toEqual({ kind: 'user', subject: 'person-1' });
  });

  it('may be a few seconds off', async () => {
    await expect(check(await forge({ claims: { iat: seconds() + 3 } }))).resolves.toBeDefined();
  });
});

describe('a token that proves nobody', () => {
  const hostile: [string, () => string | Promise<string>][] = [
    ['alg none', () => unsigned(good, 'none')],
    ['HS256 with the public key', () => signedWithPublicKey(good)],
    ['a key of its own in the header', () => withOwnKey(good)],
    ['a stranger under our key id', () => forge({ by: 'stranger' })],
    ['an unknown key id', () => forge({ header: { kid: 'k2' } })],
    ['an unknown critical header', () => forge({ header: { crit: ['x-unknown'], 'x-unknown': 1 } })],
    ['a token for another audience', () => forge({ claims: { aud: 'other' } })],
    ['a token of another issuer', () => forge({ claims: { iss: 'https://auth.example.evil' } })],
    ['expired', () => forge({ claims: { exp: seconds() - 10 } })],
    ['no exp', () => forge({ without: ['exp'] })],
    ['no sub', () => forge({ without: ['sub'] })],
    ['an empty sub', () => forge({ claims: { sub: '' } })],
    ['an endless sub', () => forge({ claims: { sub: 'x'.repeat(300) } })],
    ['no iat', () => forge({ without: ['iat'] })],
    ['issued in the future', () => forge({ claims: { iat: seconds() + 600, exp: seconds() + 1_200 } })],
    ['not valid yet', () => forge({ claims: { nbf: seconds() + 600 } })],
    ['endless', () => forge({ claims: { more: 'x'.repeat(9_000) } })],
    ['another scheme', async () => (await forge()).replace('Bearer', 'Basic')],
    ['two tokens', async () => `${await forge()} ${(await forge()).slice(7)}`],
    ['half a token', async () => (await forge()).slice(0, -200)],
    ['nothing', () => 'Bearer '],
    ['older than an hour', () => forge({ claims: { iat: seconds() - 4_000 } })],
  ];
  it.each(hostile)('is a 401: %s', async (_what, token) => {
    await expect(check(await token())).rejects.toMatchObject({ status: 401 });
  });
});

describe('settings', () => {
  it.each(['HS256', 'none', 'RS1'])('refuse the algorithm %s', (algorithm) => {
    expect(() => openUserTokens({ ...settings, algorithms: [algorithm] })).toThrow(/asymmetric/);
  });

  it('refuse to leave the audience open', () => {
    expect(() => openUserTokens({ ...settings, audience: '' })).toThrow(/audience/);
  });
});

describe('keys', () => {
  it('can be text', async () => {
    const fromText = openUserTokens({ ...settings, keys: JSON.stringify(keys) });

    await expect(fromText(await forge())).resolves.toMatchObject({ subject: 'person-1' });
  });

  it('can be a file that appears later', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keys-'));
    const fromFile = openUserTokens({ ...settings, keys: `file:${folder}/public.json` });

    const before = fromFile(await forge());
    await expect(before).rejects.toMatchObject({ status: 503 });
    await writeFile(join(folder, 'public.json'), JSON.stringify(keys));

    await expect(fromFile(await forge())).resolves.toMatchObject({ subject: 'person-1' });
    await rm(folder, { recursive: true });
  });
});
