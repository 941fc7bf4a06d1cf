import { expect, test, vi } from 'vitest';
import type { TestModule } from 'vitest/node';
import { ClosingLine } from './closing-line.ts';

const moduleOf = (ok: boolean, ...states: string[]) =>
  ({
    ok: () => ok,
    children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) },
  }) as unknown as TestModule;

test.for<[string, TestModule[], unknown[], string]>([
  ['counts tests', [moduleOf(false, 'passed', 'failed', 'skipped')], [], '1 passed, 1 failed'],
  [
    'counts a file whose set-up failed',
    [moduleOf(false, 'skipped'), moduleOf(false)],
    [],
    '0 passed, 2 failed',
  ],
  [
    'counts what failed outside of any test',
    [moduleOf(true, 'passed')],
    [new Error('late')],
    '1 passed, 1 failed',
  ],
])('%s', ([, modules, errors, line]) => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  let written: string;
  try {
    new ClosingLine().onTestRunEnd(modules, errors);
    written = String(write.mock.calls.at(-1)?.[0]);
  } finally {
    write.mockRestore();
  }

  expect(written.trim()).toBe(line);
});
