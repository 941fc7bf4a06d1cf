import { runBeside } from './support/run-beside.ts';

// What `npm test` runs. Lint and types take a core for the seconds in which the tests are still making their server.
const projects = ['--project', 'unit', '--project', 'integration'];
process.exitCode = await runBeside(
  ['npm', 'run', '-s', 'check'],
  ['vitest', 'run', ...projects, ...process.argv.slice(2)],
);
