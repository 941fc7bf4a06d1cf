import { parseArgs } from 'node:util';
import { runCommand } from './command-line.ts';

const help = `npm run migrate

Applies the files of sql/ that the database has not had yet, in order, and prints
{"applied": ["0001_…sql", …], "total": N} on stdout, with "logins": [name, …] where it made some. Safe to run twice, and
from several places at once.

  DATABASE_URL            the database, as its owner: postgres://user:password@host:5432/name
  DATABASE_URL_API        addresses that functions connect with; each login is made, or given that password,
  DATABASE_URL_WORKER     and may switch to wellspring_api, to wellspring_worker, and to both. Those that are
  DATABASE_URL_RESOLVE    not set stay as they are
`;

const loginRoles = {
  DATABASE_URL_API: ['wellspring_api'],
  DATABASE_URL_WORKER: ['wellspring_worker'],
  DATABASE_URL_RESOLVE: ['wellspring_api', 'wellspring_worker'],
} as const;

const say = (sentence: string) => process.stderr.write(`${sentence}\n`);

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set. For a running local stack: eval "$(npm run env)"');
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol))
    throw new Error('DATABASE_URL is not an address like postgres://user:password@host:5432/name');
  const { migrate } = await import('../shared/db/migrate.ts');
  const { makeLogins } = await import('../shared/db/logins.ts');
  const result = await migrate(url, { log: say });
  const wanted = Object.entries(loginRoles).flatMap(([setting, roles]) => {
    const address = process.env[setting];
    return address ? [{ setting, url: address, roles }] : [];
  });
  const made = wanted.length > 0 ? { logins: await makeLogins(url, wanted) } : {};
  for (const name of made.logins ?? []) say(`login ${name} has the password of its address`);
  process.stdout.write(`${JSON.stringify({ ...result, ...made })}\n`);
  return 0;
};

await runCommand(main);
