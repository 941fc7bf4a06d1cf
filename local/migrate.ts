import { parseArgs } from 'node:util';
import { runCommand } from './command-line.ts';

const help = `npm run migrate

Applies the files of sql/ that the database has not had yet, in order, and prints
{"applied": ["0001_…sql", …], "total": N} on stdout. Safe to run twice, and from several places at once.

  DATABASE_URL   the database, as its owner: postgres://user:password@host:5432/name
`;

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
  const result = await migrate(url, { log: say });
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return 0;
};

await runCommand(main);
