import { parseArgs } from 'node:util';
import { type EffectiveSetting, effectiveSettings } from '../shared/config.ts';
import { runCommand } from './command-line.ts';

const help = `npm run config -- [--json]

Shows the settings that a function started here and now would have, and where each comes from. Secrets and passwords
are masked. When settings are wrong it says all that is wrong with them, and ends with 1.

  --json   {"settings": [{"name", "value", "from": "environment" or "default"}, …]} on stdout, instead of words on stderr
  --help   this text
`;

const inWords = (value: unknown): string => {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Set ones stand out by a star: they are what is looked for. */
function table(settings: readonly EffectiveSetting[]): string {
  const width = Math.max(...settings.map(({ name }) => name.length));
  const lines = settings.map(
    ({ name, value, from }) =>
      `${from === 'environment' ? '*' : ' '} ${name.padEnd(width)}  ${inWords(value)}`,
  );
  return `${lines.join('\n')}\n\n* from the environment; all others are defaults, – is unset\n`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const settings = effectiveSettings();
  if (values.json) process.stdout.write(`${JSON.stringify({ settings })}\n`);
  else process.stderr.write(table(settings));
  return 0;
}

await runCommand(main);
