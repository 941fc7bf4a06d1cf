import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';
import { LongestFirst } from './test/support/longest-first.ts';

// `unit` needs no server: pure cores and pg-mem. `integration` runs on a real Postgres, each file in a database of
// its own, cloned from a migrated template that test/support/global-setup.ts makes once.
const integration = ['test/**/*.integration.test.ts', 'test/chaos/**/*.test.ts'];
// `deploy` starts bash and gcloud hundreds of times, and makes what an image holds: `npm run test:deploy`, beside
// `npm test`.
const deploy = ['test/deploy/**/*.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    pool: 'forks',
    // Loading the code once per worker instead of once per file halves the run; files share no state but modules.
    isolate: false,
    // Node runs our code as it stands, so vite need not read it too. No test replaces a module.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // A worker lives through a hundred files and makes much that is soon forgotten: fewer, larger sweeps.
    execArgv: ['--max-semi-space-size=32'],
    maxWorkers: Math.max(2, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    // For the workers and for every process that a test starts.
    env: { NODE_COMPILE_CACHE: resolve(import.meta.dirname, 'node_modules/.cache/compile') },
    // Generous: a test that hangs should fail, a busy machine should not make one.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'deploy',
          include: deploy,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...integration, ...deploy],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: integration,
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
