import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** The folder in the bundle with what V8 has compiled. Without it, or with another Node, a start only takes longer. */
const CACHE = './compile-cache';

/** What `serve.js` does before anything else is loaded. */
export const startWithCache = (
  main: string,
): string => `// What was compiled when this was built is read from beside it.
process.getBuiltinModule('node:module').enableCompileCache({ directory: new URL('${CACHE}', import.meta.url).pathname, portable: true });
await import('./${main}');
`;

/** Starts a function once and loads what the others have, so that Node writes down what it compiled. */
export async function fillCompileCache(folder: string, target: string): Promise<void> {
  const chunks = (await readdir(folder)).filter((name) => /-[A-Z0-9]{8}\.js$/.test(name));
  const script = `await import('./serve.js');
for (const name of ${JSON.stringify(chunks)}) await import('./' + name);
process.kill(process.pid, 'SIGTERM');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    // Nobody listens at this address, and nobody is asked to: a start connects to nothing.
    env: {
      ...{ PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn' },
      ...{ FUNCTION_TARGET: target, DATABASE_URL: 'postgres://build@127.0.0.1:1/build' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], said, failed] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  if (code !== 0) throw new Error(`the bundle does not start, exit ${code}: ${failed || said}`);
}
