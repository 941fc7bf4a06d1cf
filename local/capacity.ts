import { parseArgs } from 'node:util';
import { needOf } from './capacity/need.ts';
import { figure, summaryRows } from './capacity/pages.ts';
import { prices } from './capacity/prices.ts';
import { runCommand } from './command-line.ts';

const help = `node local/capacity.ts --workspaces N [--json]

What N workspaces need in instances, connections, queue rates and money, by the catalogue and by the assumptions of
local/capacity/assumptions.ts and prices.ts. It explains docs/capacity.md, and no npm run is needed.

  --workspaces N   how many (default 100)
  --json           one JSON object on stdout, instead of words on stderr
  --help           this text
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      workspaces: { type: 'string', default: '100' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (!/^[1-9]\d{0,6}$/.test(values.workspaces))
    throw new Error(`--workspaces is a number from 1 to 9999999, not "${values.workspaces}"`);
  const need = needOf(Number(values.workspaces));
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ ...need, prices })}\n`);
    return 0;
  }
  const rows = summaryRows.map(([words, read]) => `  ${words.padEnd(36)} ${read(need)}`);
  const queues = need.queues.map(
    ({ queue, needs, allows, suffices }) =>
      `${suffices ? ' ' : '!'} ${queue.padEnd(36)} ${figure(needs.at_a_time)} of ${allows.at_a_time} at a time, ${figure(needs.per_second)} of ${allows.per_second} per second`,
  );
  process.stderr.write(
    `${need.workspaces} workspaces\n\n${rows.join('\n')}\n\n${queues.join('\n')}\n\nPrices: ${prices.source}, ${prices.asOf}; assumptions, not an offer\n`,
  );
  return 0;
}

await runCommand(main);
