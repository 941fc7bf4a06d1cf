import { type ChildProcess, spawn } from 'node:child_process';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

const endOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });

/**
 * Runs `check` without a word beside `main`, which has the terminal, and answers the exit code of the two. A check that
 * fails ends `main`, whose result nobody needs any more, and has the last word.
 */
export const runBeside = async (check: Command, main: Command): Promise<number> => {
  const checking = spawn(check[0], check.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  const running = spawn(main[0], main.slice(1), { stdio: 'inherit' });
  const stop = () => {
    checking.kill();
    running.kill();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);

  let words = '';
  for (const stream of [checking.stdout, checking.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (words += chunk));
  }
  const checked = endOf(checking).then((code) => {
    if (code !== 0) running.kill();
    return code;
  });
  const [checkCode, mainCode] = await Promise.all([checked, endOf(running)]);
  process.off('SIGTERM', stop).off('SIGINT', stop);
  if (checkCode !== 0) process.stdout.write(`\n${words}`);
  return checkCode || mainCode;
};
