import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { prefixOf } from '../../shared/auth/api-key.ts';
import { readConfig } from '../../shared/config.ts';
import { changes, commandsOf, openProject, runDeploy } from './run-deploy.ts';

const place = ['--project', 'wellspring-demo-1', '--region', 'europe-west1'];
const logins = ['owner', 'api', 'worker', 'resolve'];
const secretOf = (login: string) => `wellspring-database-url-${login}`;
const plan = async (args: string[], environment = {}) =>
  (await runDeploy(['plan', ...args, '--only', 'logo'], { PATH: '/usr/bin:/bin', ...environment })).stdout;
const sqlOf = (text: string) => commandsOf(text).filter((command) => command.startsWith('gcloud sql '));

test('an instance is made for as many connections as are asked for, safe where it is no demo', async () => {
  const demo = await plan(place);
  const shop = await plan(['--project', 'shop', '--region', 'europe-west1', '--connections', '450']);
  const create = (text: string) => sqlOf(text).find((command) => command.includes('instances create')) ?? '';

  expect(create(demo)).toContain(' --tier=db-custom-2-7680 --database-flags=max_connections=400 ');
  expect(create(demo)).toContain(' --availability-type=zonal --no-deletion-protection ');
  expect(create(shop)).toContain(' --tier=db-custom-4-15360 --database-flags=max_connections=450 ');
  expect(create(shop)).toContain(' --availability-type=regional --deletion-protection ');
  for (const text of [demo, shop]) expect(create(text)).toContain(' --enable-point-in-time-recovery ');
});

test('an instance that is given is used, and not touched', async () => {
  const text = await plan([...place, '--database', 'p:r:theirs'], {
    WELLSPRING_DATABASE_URL_OWNER: 'postgres://root:hidden@%2Fcloudsql%2Fp%3Ar%3Atheirs/books?x=1',
  });

  expect(sqlOf(text)).toEqual([]);
  expect(text).toContain(' --set-cloudsql-instances=p:r:theirs ');
  expect(text).toContain(
    "printf 'postgres://wellspring_login_api:%s@%%2Fcloudsql%%2Fp%%3Ar%%3Atheirs/books' ",
  );
  expect(text).toContain('printf %s "$WELLSPRING_DATABASE_URL_OWNER" | gcloud secrets versions add');
  expect(text).not.toContain('hidden');
});

test('the key of a model is a secret that workers read, and nobody else', async () => {
  await using project = await openProject();
  const file = await project.write(
    'settings',
    'MODEL_PROVIDER=openai_compatible\nMODEL_BASE_URL=https://m.example/v1\n',
  );
  const text = await plan([...place, '--settings', file], { WELLSPRING_MODEL_API_KEY: 'hidden' });

  expect(text).toContain(
    'printf %s "$WELLSPRING_MODEL_API_KEY" | gcloud secrets versions add wellspring-model-api-key',
  );
  expect(text).toContain(`,MODEL_API_KEY=wellspring-model-api-key:'"$VERSION_MODEL"`);
  expect(
    commandsOf(text).filter((command) => command.includes('add-iam-policy-binding wellspring-model')),
  ).toEqual([expect.stringContaining('--member=serviceAccount:wellspring-worker@')]);
  expect(text).not.toContain('hidden');
});

test('passwords are in their secrets and nowhere else, and a rotated one reaches its login and its functions', async () => {
  await using project = await openProject();
  const apply = (args: string[] = [], environment = {}) =>
    project.run(['apply', ...place, '--only', 'logo', ...args], environment);
  const valuesNow = () => Promise.all(logins.map((login) => project.kept(`value ${secretOf(login)}`)));

  // A run that stops between two steps.
  const broken = await apply([], { GCLOUD_FAIL: 'set-password' });
  expect(broken.stdout).toMatch(/^FAILED +password of wellspring$/m);
  const values = await valuesNow();
  const mended = await apply();
  expect(mended.code).toBe(0);
  expect(await valuesNow()).toEqual(values);
  const passwords = values.map((value) => new URL(readConfig({ DATABASE_URL: value }).DATABASE_URL).password);
  expect(new Set(passwords).size).toBe(4);
  expect(await project.kept('flags wellspring')).toBe(`--password: "${passwords[0]}"\n`);
  const all = [
    ...(await project.commands()),
    broken.stdout,
    broken.stderr,
    mended.stdout,
    mended.stderr,
  ].join();
  for (const password of passwords) {
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(all).not.toContain(password);
  }

  for (const login of ['worker', 'owner'])
    await project.gcloud(
      ['secrets', 'versions', 'add', secretOf(login), '--data-file=-'],
      'postgres://w:new@%2Fcloudsql%2Fwellspring-demo-1%3Aeurope-west1%3Awellspring/wellspring',
    );
  await project.commands();
  const rotated = await apply(['--connections', '500']);
  expect(
    rotated.stdout.match(/^(created|updated|FAILED) .*$/gm)?.map((line) => line.replace(/ +/, ' ')),
  ).toEqual([
    ...['created traffic of logo', 'updated alert Wellspring: the database runs out of connections'],
    ...['updated function logo', 'updated job wellspring-migrate', 'updated password of wellspring'],
    'updated schema and logins',
  ]);
  const commands = changes(await project.commands());
  const commandOf = (start: string) => commands.find((command) => command.startsWith(start)) ?? '';
  expect(commandOf('gcloud run deploy logo')).toContain(`DATABASE_URL=${secretOf('worker')}:2`);
  expect(commandOf('gcloud run jobs deploy')).toContain(`DATABASE_URL_API=${secretOf('api')}:1`);
  // The alert follows what the database allows.
  const [, file = ''] = /--policy-from-file=(\S+)/.exec(commandOf('gcloud alpha monitoring')) ?? [];
  const policy = JSON.parse(await readFile(resolve(import.meta.dirname, '../..', file), 'utf8'));
  expect(policy.conditions[0].conditionThreshold.thresholdValue).toBe(400);

  const elsewhere = await project.run([
    'apply',
    '--project',
    'wellspring-demo-1',
    '--region',
    'europe-west3',
  ]);
  expect(elsewhere.stderr).toContain('give --database wellspring-demo-1:europe-west1:wellspring');
  expect(elsewhere.stderr).not.toContain('new');
  expect(changes(await project.commands())).toEqual([]);
});

test('a workspace is made by the job with the hash of a key that is printed, and is nowhere else', async () => {
  await using project = await openProject();

  const { code, stdout, stderr } = await project.run(['workspace', ...place, '--name', 'Boréal, Atelier']);

  expect({ code, stderr }).toEqual({ code: 0, stderr: 'workspace Boréal, Atelier…\n' });
  const { key, workspace_id: id, functions } = JSON.parse(stdout);
  expect(functions).toBe('https://{service}-123456789.europe-west1.run.app');
  const [command = ''] = changes(await project.commands());
  expect(command).toContain('gcloud run jobs execute wellspring-migrate');
  expect(command).toContain(`--id=${id}`);
  expect(command).toContain(`--key-prefix=${prefixOf(key)}`);
  expect(command).not.toContain(key.slice(16));
  const broken = await project.run(['workspace', ...place, '--name', 'W'], { GCLOUD_FAIL: 'jobs execute' });
  expect(broken.code).toBe(1);
  expect(broken.stdout).not.toContain('wsk_');
});
