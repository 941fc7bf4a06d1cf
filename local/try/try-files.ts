import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { listInputFiles } from './input-files.ts';

/** How one worker is tried on files. */
export interface TryFiles<Line> {
  help: string;
  readOne(file: string, bytes: Uint8Array): Promise<Line>;
  /** The line for a person. */
  readable(line: Line): string;
}

/**
 * Runs a worker's code on each file of the arguments, folders walked, one line per file. Answers the exit code: 1 when
 * no file could be read, 2 when none was named. A bad file among good ones is a line like any other.
 */
export async function tryFiles<Line extends { status: string }>(
  args: string[],
  { help, readOne, readable }: TryFiles<Line>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || positionals.length === 0) {
    (values.help ? process.stdout : process.stderr).write(help);
    return values.help ? 0 : 2;
  }
  const files = await listInputFiles(positionals);
  // A function that serves is warm, its reader's child process too; their start is no part of reading a document.
  await readOne('warm-up', warmUpPage);
  let failures = 0;
  for (const file of files) {
    const line = await readOne(file, await readFile(file));
    if (line.status === 'failed') failures += 1;
    process.stdout.write(values.json ? `${JSON.stringify(line)}\n` : readable(line));
  }
  return failures === files.length ? 1 : 0;
}

const warmUpPage = Buffer.from(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 77>>stream
BT /F 12 Tf 20 100 Td (A page with enough letters to have a text layer) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`);
