import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { loadDoors } from '../functions/index.ts';
import { describeApi } from '../shared/http/openapi/describe-api.ts';
import { runCommand } from './command-line.ts';

const root = resolve(import.meta.dirname, '..');
const DOCUMENT = 'docs/openapi.json';
const CLIENT = 'examples/client/api.ts';

const help = `Describes the API: the document that GET /openapi.json serves, made from the doors' own schemas.

  npm run openapi            writes ${DOCUMENT} and the client made from it, ${CLIENT}
  node local/openapi.ts      prints the document

  --write   write the two files instead of printing
  --help    this text
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const text = `${JSON.stringify(describeApi(await loadDoors()), null, 2)}\n`;
  if (!values.write) {
    process.stdout.write(text);
    return 0;
  }
  await writeFile(join(root, DOCUMENT), text);
  await writeFile(join(root, CLIENT), await generateClient());
  await promisify(execFile)(join(root, 'node_modules/.bin/biome'), ['format', '--write', DOCUMENT, CLIENT], {
    cwd: root,
  });
  process.stderr.write(`wrote ${DOCUMENT} and ${CLIENT}\n`);
  return 0;
}

/** The text of the client. Its first line says which document it was made from; a test compares. */
async function generateClient(): Promise<string> {
  const document = JSON.parse(await readFile(join(root, DOCUMENT), 'utf8')) as object;
  const sha256 = createHash('sha256').update(JSON.stringify(document)).digest('hex');
  // Loaded here: printing the document needs no generator.
  const { generateApi } = await import('swagger-typescript-api');
  const { files } = await generateApi({
    spec: JSON.parse(JSON.stringify(document, plainJson)) as never, // its types know OpenAPI 3.0 only
    output: false,
    fileName: 'api.ts',
    apiClassName: 'WellspringApi',
    httpClientType: 'fetch',
    enumStyle: 'union',
    moduleNameFirstTag: true,
    silent: true,
  });
  const [file] = files;
  if (!file) throw new Error('the generator made no client');
  const code = file.fileContent.replace(/^(?:\/\*.*\*\/\n|\/\/ @ts-nocheck\n)+/, '');
  // Its own code does not pass our strictest options; what imports it is checked against its types all the same.
  return `// @ts-nocheck
// Made from ${DOCUMENT} ${sha256} by npm run openapi. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all assist: generated
${code}`;
}

/** Where a body comes in several forms the client speaks plain JSON: the generator knows how to read no other. */
function plainJson(key: string, value: unknown): unknown {
  const forms = key === 'content' && typeof value === 'object' && value !== null ? value : {};
  return 'application/json' in forms ? { 'application/json': forms['application/json'] } : value;
}

await runCommand(main);
