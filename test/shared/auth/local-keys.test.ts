import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQueueAuthentication, openUserAuthentication } from '../../../shared/auth/authenticate.ts';
import { openLocalKeys } from '../../../shared/auth/local-keys.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('local keys', () => {
  it('are private to their owner, and stay the same', async () => {
    const first = await openLocalKeys(join(folder, 'a'));
    const second = await openLocalKeys(join(folder, 'a'));

    expect(second.publicKeys).toEqual(first.publicKeys);
    expect((await stat(join(folder, 'a/private.json'))).mode & 0o077).toBe(0);
  });

  it('never show the private part', async () => {
    const { publicKeys } = await openLocalKeys(join(folder, 'a'));
    const file: unknown = JSON.parse(await readFile(join(folder, 'a/public.json'), 'utf8'));

    expect(file).toEqual(publicKeys);
    expect(Object.keys(publicKeys.keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('are one key when several processes start at once', async () => {
    const opened = await Promise.all([1, 2, 3].map(() => openLocalKeys(join(folder, 'race'))));

    expect(new Set(opened.map(({ publicKeys }) => JSON.stringify(publicKeys))).size).toBe(1);
  });

  it('sign for a person and for the queue what the settings let in', async () => {
    const keys = await openLocalKeys(join(folder, 'a'));
    const user = openUserAuthentication(
      { AUTH_ISSUER: 'local', AUTH_AUDIENCE: 'w', AUTH_JWKS_URL: keys.publicUrl, AUTH_MAX_TOKEN_AGE: '1h' },
      { prove: () => Promise.reject(new Error('no API key was sent')), close: async () => {} },
    );
    const queue = openQueueAuthentication(
      {
        TASKS_OIDC_ISSUER: 'local',
        TASKS_OIDC_JWKS_URL: keys.publicUrl,
        TASKS_SERVICE_ACCOUNT: 't@local.test',
      },
      new Set(['http://127.0.0.1:8080']),
    );

    const person = await keys.signUserToken({ issuer: 'local', audience: 'w', subject: 'me' });
    const delivery = await keys.signQueueToken({
      issuer: 'local',
      audience: 'http://127.0.0.1:8080',
      email: 't@local.test',
    });

    expect(await user(`Bearer ${person}`)).toEqual({ kind: 'user', subject: 'me' });
    expect(await queue(`Bearer ${delivery}`)).toEqual({ kind: 'service', email: 't@local.test' });
    await expect(queue(`Bearer ${person}`)).rejects.toMatchObject({ status: 401 });
    await expect(user(`Bearer ${delivery}`)).rejects.toMatchObject({ status: 401 });
  });
});
