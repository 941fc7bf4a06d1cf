import type { Stack } from './stack.ts';
import { DEFAULT_DATA_DIR } from './stack-file.ts';

export interface ReadyBlockOptions {
  /** Null when nothing is kept. */
  dataDir: string | null;
  /** Whether keys are listened to. */
  interactive: boolean;
}

/** What a person sees when the stack is ready: where everything is, and what to do next. */
export function readyBlock(
  { description, folder, logFile }: Pick<Stack, 'description' | 'folder' | 'logFile'>,
  { dataDir, interactive }: ReadyBlockOptions,
): string {
  const { functions, cloud_tasks, database_url, token, ms } = description;
  // The other commands look where data is kept by default.
  const data = dataDir === DEFAULT_DATA_DIR ? '' : ` -- --data ${dataDir ?? folder}`;
  const where = [
    ['Functions', functions],
    ['Cloud Tasks', `gRPC ${cloud_tasks.grpc}   REST ${cloud_tasks.rest}`],
    ['Postgres', database_url],
    ['Data', dataDir ?? `${folder} (removed at the end)`],
    ['Log', logFile],
  ];
  const next = [
    [`npm run demo${data}`, 'a document from upload to a matched invoice'],
    [`eval "$(npm run env${data})"`, 'these settings and a token in your shell'],
    ['npm run try -- ai_invoice FILE', 'read an invoice of your own, without the stack'],
  ];
  return `
  Wellspring is ready (${(ms / 1_000).toFixed(1)} s)

${table(where)}

  Demo token   ${token}

  In another terminal
${table(next)}

  ${interactive ? 'd  run the demo here   q  stop' : 'Ctrl-C stops it; what is under way goes on at the next start.'}

`;
}

function table(rows: string[][]): string {
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', value]) => `    ${name.padEnd(width)}   ${value}`).join('\n');
}
