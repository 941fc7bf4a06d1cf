import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue, workers } from '../../shared/domain/catalogue.ts';
import { changes, commandsOf, isInstalled, openProject, runDeploy } from './run-deploy.ts';

const root = resolve(import.meta.dirname, '../..');
const place = ['--project', 'wellspring-demo-1', '--region', 'europe-west1'];
const few = ['--only', 'logo,sweep'];
const path = (process.env.PATH ?? '').split(':');
const plan = (...args: string[]) => runDeploy(['plan', ...place, ...args], { PATH: '/usr/bin:/bin' });

test('a plan needs no credentials and deploys each function and each queue once', async () => {
  const { code, stdout, stderr } = await plan();

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const commands = commandsOf(stdout);
  expect(stdout.split('\n', 1)).toEqual([
    expect.stringMatching(
      new RegExp(`^# wellspring-demo-1 in europe-west1: \\d+ steps, ${commands.length} commands$`),
    ),
  ]);
  for (const { name, kind } of catalogue) {
    const deploys = commands.filter((command) => command.includes(` --function=${name} `));
    expect(deploys.map((command) => command.includes('--no-traffic'))).toEqual([false, true]);
    const closed = kind === 'worker' || kind === 'scheduled';
    expect(deploys.filter((command) => command.includes(' --no-allow-unauthenticated'))).toHaveLength(
      closed ? 2 : 0,
    );
    expect(deploys.filter((command) => command.includes(' --ingress=internal '))).toHaveLength(
      closed ? 2 : 0,
    );
  }
  expect(commands.filter((command) => /^gcloud tasks queues create/.test(command))).toHaveLength(
    workers.length,
  );
  expect(commands.findIndex((command) => command.includes('jobs execute'))).toBeLessThan(
    commands.findIndex((command) => command.includes('run deploy')),
  );
});

test('a part of it is that part, and what it needs to know of the rest', async () => {
  const groupsOf = async (...args: string[]) => {
    const commands = commandsOf((await plan(...args)).stdout);
    return [...new Set(commands.map((command) => command.split(/ (?:describe|list|create|update) /)[0]))];
  };

  expect(await groupsOf('--queues-only', '--except', 'logo')).toEqual(['gcloud tasks queues']);
  expect((await plan('--queues-only', '--except', 'logo')).stdout).not.toContain('queue logo\n');
  const functions = commandsOf((await plan('--functions-only', '--only', 'logo,sweep')).stdout);
  expect(functions.filter((command) => /^gcloud (sql|tasks|scheduler|iam) /.test(command))).toEqual([]);
  expect(functions.filter((command) => command.startsWith('gcloud secrets versions list '))).toHaveLength(4);
  expect(changes(functions).filter((command) => command.startsWith('gcloud secrets '))).toEqual([]);
});

test('what is missing or wrong is said before anything is done', async () => {
  const said = async (...args: string[]) => {
    const { code, stderr } = await runDeploy(args, { PATH: path.join(':') });
    return `${code} ${stderr.trim().split('\n').at(-1)}`;
  };

  expect(await said('plan', '--region', 'europe-west1')).toContain('2 deploy.sh: --project is missing');
  expect(await said('plan', '--project', 'demo')).toContain('2 deploy.sh: --region is missing');
  expect(await said('plan', ...place, '--only', 'nothing')).toContain('has no function nothing');
  expect(await said('plan', ...place, '--connections', '100')).toContain('and 100 are allowed');
  for (const project of ['shop', 'demonstration-1', 'shop-demos', 'mydemo'])
    expect(await said('destroy', '--project', project, '--region', 'x', '--yes', project)).toContain(
      'destroy is for demo projects',
    );
});

test('settings that no function could start with are all said, before anything is done', async () => {
  await using project = await openProject();
  const file = await project.write(
    'settings',
    [
      ...['AUTH_ISSUER=https://issuer.example', 'MODEL_API_KEY=k', 'STORAGE=gs://mine', 'LOGLEVEL=info'],
      ...['EXTENSION_IDS=short', "FRENCH_COMPANIES_URL='https://a.example/?q=a|b'"],
    ].join('\n'),
  );

  const { code, stderr } = await project.run(['apply', ...place, '--settings', file]);

  expect(code).toBe(2);
  for (const problem of [
    ...['AUTH_JWKS_URL: needed by AUTH_ISSUER', 'MODEL_API_KEY: is a secret', 'STORAGE: is set by deploy.sh'],
    ...['LOGLEVEL: is no setting', 'EXTENSION_IDS.0: ids of 32', 'FRENCH_COMPANIES_URL: may not contain |'],
  ])
    expect(stderr).toContain(problem);
  expect(await project.commands()).toEqual([]);
});

test('a production project is changed only when its id is typed', async () => {
  await using project = await openProject();

  const { code, stderr } = await project.run([
    'apply',
    '--project',
    'shop',
    '--region',
    'x',
    '--queues-only',
  ]);

  expect(code).toBe(2);
  expect(stderr).toContain('not confirmed; nothing was changed');
  expect(await project.commands()).toEqual([]);
});

test('a demo project is taken away only when its id is typed, and keeps its data and its secrets', async () => {
  await using project = await openProject();
  const destroy = (...args: string[]) => project.run(['destroy', ...place, ...args]);
  await project.run(['apply', ...place, '--only', 'logo']);
  await project.commands();

  expect((await destroy()).stderr).toContain('not confirmed; nothing was changed');
  expect(await project.commands()).toEqual([]);
  const { code, stdout } = await destroy('--yes', 'wellspring-demo-1');

  expect(code).toBe(0);
  expect(stdout).toMatch(/^deleted +function logo$/m);
  expect(stdout).toMatch(/^deleted +dashboard Wellspring$/m);
  const deleted = changes(await project.commands()).map((command) => command.split(' delete ')[0]);
  expect(new Set(deleted)).toEqual(
    new Set([
      ...['gcloud tasks queues', 'gcloud run services', 'gcloud run jobs', 'gcloud logging metrics'],
      ...['gcloud alpha monitoring policies', 'gcloud monitoring dashboards'],
      ...['gcloud artifacts repositories', 'gcloud iam service-accounts'],
    ]),
  );
});

test('an interrupted apply is repeated, a second one changes nothing, a rollback serves what was before', async () => {
  await using project = await openProject();

  const broken = await project.run(['apply', ...place, ...few], { GCLOUD_FAIL: 'jobs execute' });
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(/^FAILED +schema and logins$/m);
  const first = await project.commands();
  expect(first.filter((command) => command.includes(' run deploy '))).toEqual([]);

  const mended = await project.run(['apply', ...place, ...few]);
  expect(mended.code).toBe(0);
  expect(mended.stdout).toMatch(/^created +function logo$/m);
  await project.commands();

  const again = await project.run(['apply', ...place, ...few]);
  expect(again.code).toBe(0);
  expect(changes(await project.commands())).toEqual([]);

  const newer = await project.run([
    ...['apply', ...place, '--only', 'logo', '--functions-only'],
    ...['--settings', await project.write('settings', 'WEB_ACCESS=true\n')],
  ]);
  expect(newer.stdout).toMatch(/^updated +function logo$/m);
  const third = await project.commands();
  expect(changes(third).map((command) => command.split(' ').slice(0, 4).join(' '))).toEqual([
    'gcloud run deploy logo',
    'gcloud run services update-traffic',
  ]);

  const back = await project.run(['rollback', ...place, '--only', 'logo']);
  expect(back.code).toBe(0);
  expect(back.stdout).toMatch(/^back +logo to logo-\d+$/m);
});

test('shellcheck has nothing to say', ({ skip }) => {
  if (!isInstalled('shellcheck')) skip('shellcheck is not installed');
  const scripts = ['deploy.sh', 'deploy/steps.sh', 'deploy/database.sh', 'test/deploy/stand-in-gcloud.sh'];

  expect(execFileSync('shellcheck', ['-x', ...scripts], { cwd: root, encoding: 'utf8' })).toBe('');
});
