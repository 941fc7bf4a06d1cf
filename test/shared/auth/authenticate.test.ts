import { expect, test } from 'vitest';
import { openUserAuthentication } from '../../../shared/auth/authenticate.ts';
import { readConfig } from '../../../shared/config.ts';

test('without an issuer an API key is asked for, and a token is told so', async () => {
  const asked: string[] = [];
  const apiKeys = {
    prove: (key: string) => {
      asked.push(key);
      return Promise.reject(new Error('asked'));
    },
    close: async () => {},
  };
  const authenticate = openUserAuthentication(
    readConfig({ DATABASE_URL: 'postgres://w@127.0.0.1/w' }),
    apiKeys,
  );

  await expect(authenticate('Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln')).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining('Only API keys are accepted here'),
  });
  await expect(authenticate('Bearer wsk_key')).rejects.toThrow('asked');
  await expect(authenticate(undefined)).rejects.toMatchObject({ status: 401 });
  expect(asked).toEqual(['wsk_key']);
});
