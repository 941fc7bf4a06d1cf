import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeBundle } from './bundle/make-bundle.ts';
import { runCommand } from './command-line.ts';

const FOLDER = join(resolve(import.meta.dirname, '..'), '.local/bundle');

const help = `npm run bundle [-- --out FOLDER]

Bundles the functions as they are deployed: one folder that serves any of them,

  FUNCTION_TARGET=ocr_extract node serve.js

with node_modules in it or above it for the packages that package.json there names. Prints manifest.json on stdout:
what each function reads before its first request, in files and bytes.

  --out FOLDER   written anew (.local/bundle)
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: FOLDER },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const started = performance.now();
  const folder = resolve(values.out);
  const manifest = await makeBundle(folder);
  process.stdout.write(`${JSON.stringify(manifest)}\n`);
  const { files, bytes } = manifest.total;
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stderr.write(
    `${relative('.', folder) || '.'}: ${Object.keys(manifest.functions).length} functions in ${files} files, ` +
      `${(bytes / 1e6).toFixed(1)} MB, after ${seconds} s\n`,
  );
  return 0;
}

await runCommand(main);
