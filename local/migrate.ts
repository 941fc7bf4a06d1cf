import { migrate } from '../shared/db/migrate.ts';

const help = `npm run migrate

Applies the files of sql/ that the database has not had yet, in order, and prints
{"applied": ["0001_…sql", …], "total": N} on stdout. Safe to run twice, and from several places at once.

  DATABASE_URL   the database, as its owner: postgres://user:password@host:5432/name
`;

const say = (sentence: string) => process.stderr.write(`${sentence}\n`);

/** What stops a user, in words: connection failures carry their reason in different places. */
const reason = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(reason).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
};

const main = async (): Promise<number> => {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stderr.write(help);
    return 0;
  }
  const url = process.env.DATABASE_URL;
  if (!url) {
    say('migrate: DATABASE_URL is not set. For a running local stack: eval "$(npm run -s env)"');
    return 1;
  }
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    say('migrate: DATABASE_URL is not an address like postgres://user:password@host:5432/name');
    return 1;
  }
  try {
    const result = await migrate(url, { log: say });
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  } catch (error) {
    say(`migrate: ${reason(error)}`);
    return 1;
  }
};

process.exitCode = await main();
