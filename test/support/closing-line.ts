import type { Reporter, TestModule } from 'vitest/node';

/** Prints `N passed, N failed` as the last line of a run: what `npm test` and `.ci/run` promise. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]) {
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      const failures = states.filter((state) => state === 'failed').length;
      passed += states.filter((state) => state === 'passed').length;
      // A file whose set-up fails has no failed test of its own, and has not passed.
      failed += failures === 0 && !module.ok() ? 1 : failures;
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}
