import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { startVitest } from 'vitest/node';
import { ClosingLine } from '../support/closing-line.ts';

/** What npm run test:browser does: the tests that need a browser, which npm test leaves out. */

const findChromium = (): string | null => {
  const named = process.env.CHROMIUM;
  if (named) return existsSync(named) ? named : null;
  for (const name of ['chromium', 'chromium-browser']) {
    const path = spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim();
    if (path) return path;
  }
  return null;
};

const chromium = findChromium();
if (chromium === null) {
  process.stderr.write(
    'no Chromium: the browser tests are skipped. Install it (apt install chromium), or name one: CHROMIUM=/path/to/chromium npm run test:browser\n',
  );
  process.stdout.write('\n0 passed, 0 failed\n');
} else {
  const vitest = await startVitest('test', process.argv.slice(2), {
    config: false,
    root: resolve(import.meta.dirname, '../..'),
    include: ['test/browser/**/*.browser.ts'],
    watch: false,
    pool: 'forks',
    maxWorkers: 1,
    reporters: ['verbose', new ClosingLine()],
    env: { CHROMIUM: chromium },
    // A browser on a busy machine takes its time; what hangs ends all the same.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  });
  await vitest.close();
}
