import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const path = fileURLToPath(new URL('../../../local/emulator/main.ts', import.meta.url));

const run = (...args: string[]) => {
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

const text = async (stream: NodeJS.ReadableStream): Promise<string> => {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
};

it('prints one line when it is ready, answers, and stops on SIGTERM', { timeout: 30_000 }, async () => {
  const child = run('--grpc-port', '0', '--rest-port', '0', '--seed', '5');
  const lines = createInterface({ input: child.stdout });

  const [line] = (await once(lines, 'line')) as [string];
  const ready = JSON.parse(line) as { rest: string; seed: number };
  const stats = await fetch(`${ready.rest}/emulator/stats`);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');

  expect(ready).toMatchObject({ ready: true, pid: child.pid, seed: 5, issuer: ready.rest });
  expect(stats.status).toBe(200);
  expect(code).toBe(0);
});

it.each([
  [['--help'], 0, 'stdout', '--grpc-port'],
  [['--grpc-port', 'x'], 1, 'stderr', '--grpc-port takes a whole number'],
  [['--nonsense'], 1, 'stderr', '--nonsense'],
] as const)('answers %j with code %i', { timeout: 30_000 }, async (args, expected, stream, part) => {
  const child = run(...args);

  const [words, [code]] = await Promise.all([text(child[stream]), once(child, 'exit')]);

  expect(code).toBe(expected);
  expect(words).toContain(part);
});
