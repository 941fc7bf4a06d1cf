import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  Config,
  effectiveSettings,
  exampleEnvironment,
  functionTarget,
  readConfig,
} from '../../shared/config.ts';

const DATABASE_URL = 'postgres://wellspring@127.0.0.1:5432/wellspring';

test('.env.example says what the code reads', () => {
  const file = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

  expect(file, 'run: npm run env -- --example > .env.example').toBe(exampleEnvironment());
});

test('only the database has to be named', () => {
  expect(readConfig({ DATABASE_URL })).toMatchObject({ CLOUD_TASKS_TRANSPORT: 'grpc', LEASE_SECONDS: 60 });
});

test('a wrong setting is named with its meaning, all of them at once', () => {
  const read = () => readConfig({ DATABASE_URL: 'mysql://x', CLOUD_TASKS_EMULATOR_HOST: 'http://127.0.0.1' });

  expect(read).toThrow(/DATABASE_URL: .*Postgres/);
  expect(read).toThrow(/CLOUD_TASKS_EMULATOR_HOST: host:port without a scheme/);
});

test.for([
  [{ MODEL_PROVIDER: 'openai_compatible' }, /MODEL_BASE_URL: needed by/],
  [{ AUTH_ISSUER: 'https://issuer.test' }, /AUTH_JWKS_URL: needed by/],
  [{ AUTH_JWKS_URL: 'https://issuer.test/keys' }, /AUTH_ISSUER: needed by/],
  [{ MODEL_BASE_URL: 'http://127.0.0.1:1/v1' }, /MODEL_PROVIDER: has to be openai_compatible/],
  [{ MODEL_PROVIDER: 'vertex' }, /MODEL_NAME: needed by/],
] as const)('%j is no model', ([set, problem]) => {
  expect(() => readConfig({ DATABASE_URL, ...set })).toThrow(problem);
});

test('an empty variable counts as unset', () => {
  expect(readConfig({ DATABASE_URL, LEASE_SECONDS: '' }).LEASE_SECONDS).toBe(60);
});

test('a web site for demos has a name that nobody can own, and is on this machine', () => {
  const read = (WEB_TEST_HOSTS: string) => readConfig({ DATABASE_URL, WEB_TEST_HOSTS }).WEB_TEST_HOSTS;

  expect(read('nordlicht.example=127.0.0.1:8090,b.test=[::1]:1')).toEqual([
    { name: 'nordlicht.example', origin: 'http://127.0.0.1:8090' },
    { name: 'b.test', origin: 'http://[::1]:1' },
  ]);
  for (const wrong of ['example.com=127.0.0.1:80', 'a.example=10.0.0.1:80', 'a.example=127.0.0.1:99999'])
    expect(() => read(wrong)).toThrow(/WEB_TEST_HOSTS/);
});

test('a Cloud SQL socket is written percent-encoded', () => {
  const url = 'postgres://app:secret@%2Fcloudsql%2Fp%3Ar%3Ai/wellspring';

  expect(readConfig({ DATABASE_URL: url }).DATABASE_URL).toBe(url);
});

test.for([
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/ai_invoice', 'http://127.0.0.1:8080'],
  [
    'https://{service}-x1-ew.a.run.app',
    'https://ai-invoice-x1-ew.a.run.app/ai_invoice',
    'https://ai-invoice-x1-ew.a.run.app',
  ],
] as const)('a worker under %s is called at %s for %s', ([FUNCTIONS_URL, url, audience]) => {
  const config = readConfig({ DATABASE_URL, FUNCTIONS_URL });

  expect(functionTarget(config, 'ai_invoice')).toEqual({ url, audience });
});

test('what concerns two settings is said beside what is wrong with one', () => {
  const read = () => readConfig({ DATABASE_URL: 'mysql://x', MODEL_PROVIDER: 'vertex' });

  expect(read).toThrow(/DATABASE_URL: [\s\S]*MODEL_NAME: needed by/);
});

test('effective settings say where each comes from', () => {
  const settings = new Map(
    effectiveSettings({ DATABASE_URL, LEASE_SECONDS: '90', FUNCTION_TARGET: '' }).map((setting) => [
      setting.name,
      setting,
    ]),
  );

  expect(settings.get('LEASE_SECONDS')).toMatchObject({ value: 90, from: 'environment' });
  expect(settings.get('HEARTBEAT_SECONDS')).toMatchObject({ value: 20, from: 'default' });
  expect(settings.get('FUNCTION_TARGET')).toMatchObject({ value: null, from: 'default' });
});

test.for([
  ['DATABASE_URL', 'postgres://app:hunter2@db.example/x', 'postgres://app:***@db.example/x'],
  ['DATABASE_URL', 'postgres://app:1/hunter2#?@db.example/x', 'postgres://app:***@db.example/x'],
  [
    'DATABASE_URL',
    'postgres://app:hunter2@%2Fcloudsql%2Fp%3Ar%3Ai/x?password=hunter2&sslmode=require',
    'postgres://app:***@%2Fcloudsql%2Fp%3Ar%3Ai/x?password=***&sslmode=require',
  ],
  ['VIES_URL', 'https://u:hunter2@vat.example/api', 'https://u:***@vat.example/api'],
  ['STORAGE_SIGNING_KEY', 'hunter2-hunter2-hunter2', '***'],
  ['MODEL_API_KEY', 'hunter2', '***'],
  ['MODEL_NAME', 'a-model', 'a-model'],
  ['MODEL_API_KEY', '', null],
] as const)('%s %s is shown as %s', ([name, value, shown]) => {
  const settings = effectiveSettings({ DATABASE_URL, [name]: value });

  expect(settings.find((setting) => setting.name === name)?.value).toBe(shown);
  expect(JSON.stringify(settings)).not.toContain('hunter2');
});

test('a setting that is named like a secret is marked as one', () => {
  const named = Object.entries(Config.shape).filter(([name]) => /KEY$|SECRET|PASSWORD/.test(name));

  expect(named.filter(([, schema]) => schema.meta()?.secret !== true)).toEqual([]);
  expect(named.length).toBeGreaterThan(1);
});
