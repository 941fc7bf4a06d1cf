import { readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';
import { Config, readConfig } from '../shared/config.ts';
import { runCommand } from './command-line.ts';

const help = `node local/deploy-settings.ts FILE

Reads settings for a deployment (lines as in .env.example), says all that is wrong with them at once, and prints them as
NAME=value lines, which are what deploy.sh gives to each function.

  --help   this text
`;

/** What deploy.sh sets itself, as it would for some function. */
const OWN = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1/none',
  DATABASE_POOL_SIZE: '2',
  FUNCTION_TARGET: 'logo',
  FUNCTIONS_URL: 'https://{service}-1.europe-west1.run.app',
  GOOGLE_CLOUD_PROJECT: 'p',
  TASKS_LOCATION: 'europe-west1',
  TASKS_SERVICE_ACCOUNT: 'wellspring-invoker@p.iam.gserviceaccount.com',
  SCHEDULER_SERVICE_ACCOUNT: 'wellspring-scheduler@p.iam.gserviceaccount.com',
  STORAGE: 'gs://p-wellspring-documents',
} as const;
/** Of the platform, or of a machine of one's own. */
const FOREIGN = ['PORT', 'HOST', 'CLOUD_TASKS_EMULATOR_HOST', 'STORAGE_SIGNING_KEY', 'WEB_TEST_HOSTS'];

const isKnown = (name: string) => name in Config.shape || name.startsWith('OTEL_');

const problemsOf = (name: string, value: string): string[] => {
  if (name in OWN || FOREIGN.includes(name))
    return [`${name}: is set by deploy.sh or the platform; leave it out`];
  if (!isKnown(name)) return [`${name}: is no setting of Wellspring`];
  if (Config.shape[name as keyof Config]?.meta()?.secret)
    return [`${name}: is a secret; deploy.sh takes it as WELLSPRING_${name}`];
  if (/[|\n\r]/.test(value)) return [`${name}: may not contain | or line ends`];
  if (name === 'AUTH_JWKS_URL' && !value.startsWith('https:'))
    return [`${name}: has to begin with https: there`];
  return [];
};

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h', default: false } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (values.help || !file) {
    process.stdout.write(help);
    return values.help ? 0 : 1;
  }
  const given = Object.entries(parseEnv(readFileSync(file, 'utf8'))).flatMap(([name, value = '']) =>
    value === '' ? [] : [[name, value] as const],
  );
  const problems = given.flatMap(([name, value]) => problemsOf(name, value));
  try {
    readConfig({ ...Object.fromEntries(given), ...OWN });
  } catch (error) {
    problems.push(...(error as Error).message.split('\n  ').slice(1));
  }
  if (problems.length > 0) throw new Error(`${file} is not usable:\n  ${problems.join('\n  ')}`);
  process.stdout.write(given.map(([name, value]) => `${name}=${value}\n`).join(''));
  return 0;
});
