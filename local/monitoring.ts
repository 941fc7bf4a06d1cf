import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './command-line.ts';

const help = `node local/monitoring.ts --connections N --out FOLDER

Writes the files of deploy/monitoring as they are deployed: each with a checksum of what it says, by which an apply sees
what differs, and with alerts that know how many connections the database allows. Prints "kind, name, checksum, file" of
each for deploy.sh, with tabs between.

  --help   this text
`;

const source = resolve(import.meta.dirname, '../deploy/monitoring');
/** Of the connections of the database; the rest is for people, migrations, and the time until somebody looks. */
const CONNECTIONS_ALERT_PERCENT = 80;

interface MonitoringFile {
  displayName?: string;
  description?: string;
  conditions?: { conditionThreshold?: { thresholdValue: number } }[];
  [key: string]: unknown;
}

const checksum = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** What is deployed of a file, and under which name it is looked for. */
const render = (file: string, connections: number) => {
  const [kind = ''] = file.split(/[-.]/);
  const content = JSON.parse(readFileSync(join(source, file), 'utf8')) as MonitoringFile;
  if (file === 'alert-database-connections.json') {
    const threshold = content.conditions?.[0]?.conditionThreshold;
    if (!threshold) throw new Error(`${file} has no threshold`);
    threshold.thresholdValue = Math.floor((connections * CONNECTIONS_ALERT_PERCENT) / 100);
  }
  const revision = checksum(JSON.stringify(content));
  if (kind === 'metric') {
    const description = `${content.description} (${revision})`;
    const name = `wellspring_${basename(file, '.json').slice('metric-'.length)}`;
    return { kind, name, mark: description, content: { ...content, description } };
  }
  const labels = kind === 'alert' ? 'userLabels' : 'labels';
  return { kind, name: content.displayName, mark: revision, content: { ...content, [labels]: { revision } } };
};

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: '400' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (!values.out) throw new Error('--out is missing: the folder to write to');
  mkdirSync(values.out, { recursive: true });
  for (const file of readdirSync(source).sort()) {
    const { kind, name, mark, content } = render(file, Number(values.connections));
    const to = join(values.out, file);
    // Renamed into place: another run may be reading it.
    writeFileSync(`${to}.${process.pid}`, `${JSON.stringify(content, null, 2)}\n`);
    renameSync(`${to}.${process.pid}`, to);
    process.stdout.write(`${[kind, name, mark, to].join('\t')}\n`);
  }
  return 0;
});
