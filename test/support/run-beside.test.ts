import { execFile } from 'node:child_process';
import { test } from 'vitest';

const shell = (script: string) => ['/bin/sh', '-c', script];
const ends = (code: number, word: string) => shell(`echo ${word}; exit ${code}`);
const endless = shell('exec sleep 600');

/** In a process of its own, because what it prints and that it does not hang are the facts. */
const together = (check: string[], main: string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    const script = `
      import { runBeside } from ${JSON.stringify(new URL('run-beside.ts', import.meta.url))};
      process.exitCode = await runBeside(${JSON.stringify(check)}, ${JSON.stringify(main)});`;
    const child = execFile(process.execPath, ['--input-type=module', '-e', script], (_error, stdout) => {
      resolve({ code: child.exitCode ?? -1, out: stdout.trim() });
    });
  });

test.concurrent.for([
  ['a check that passes says nothing', ends(0, 'fine'), ends(0, '2 passed'), { code: 0, out: '2 passed' }],
  ['the main command’s failure counts', ends(0, 'fine'), ends(3, '1 failed'), { code: 3, out: '1 failed' }],
] as const)('%s', async ([, check, main, said], { expect }) => {
  expect(await together([...check], [...main])).toEqual(said);
});

test.concurrent('a check that fails ends the main command and has the last word', async ({ expect }) => {
  expect(await together(ends(2, 'wrong'), endless)).toEqual({ code: 2, out: 'wrong' });
});
