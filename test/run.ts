import { spawnSync } from 'node:child_process';
import { runBeside } from './support/run-beside.ts';

// What `npm test` runs. Types take a core for seconds in which the tests are still starting their server.
const projects = ['--project', 'unit', '--project', 'integration'];
const lint = spawnSync('npm', ['run', '-s', 'lint'], { stdio: 'inherit' });
process.exitCode =
  lint.status === 0
    ? await runBeside(['npm', 'run', '-s', 'types'], ['vitest', 'run', ...projects, ...process.argv.slice(2)])
    : 1;
