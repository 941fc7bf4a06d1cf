// Installs what is missing and refuses to go on under a Node that cannot run this project.
// Plain JavaScript without dependencies: it runs before anything is installed, on whatever Node is outside.
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** The first package of the lockfile that is not installed as it says; those of other platforms may be absent. */
const missing = () => {
  const wanted = read('package-lock.json');
  let installed;
  try {
    installed = read('node_modules/.package-lock.json');
  } catch {
    return 'node_modules';
  }
  return Object.keys(wanted).find(
    (path) =>
      path !== '' &&
      (installed[path] ? installed[path].version !== wanted[path].version : !wanted[path].optional),
  );
};

const lacking = missing();
if (lacking && lstatSync('node_modules', { throwIfNoEntry: false })?.isSymbolicLink()) {
  process.stderr.write(
    `wellspring: ${lacking} is not installed as package-lock.json says, and node_modules is a link: install where it leads to.\n`,
  );
  process.exit(1);
}
if (lacking) {
  process.stderr.write('wellspring: installing dependencies (npm ci) …\n');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(command, [...args, 'ci', '--loglevel=error'], {
    // npm's own words go to stderr, so that a command's stdout stays free for JSON.
    stdio: ['inherit', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write(
      `wellspring: npm ci did not finish${error ? ` (${error.message})` : ''}; mend what it says above and start again.\n`,
    );
    process.exit(1);
  }
}

// The package `node` brings Node 24 into node_modules/.bin, where npm scripts find it first. Its install script
// makes that link, so an install with --ignore-scripts leaves the outer Node in charge.
const version = spawnSync('node', ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? 'none';
if (Number(/^v(\d+)/.exec(version)?.[1] ?? 0) < 24) {
  const rebuilt = spawnSync(
    process.env.npm_execpath ? process.execPath : 'npm',
    [
      ...(process.env.npm_execpath ? [process.env.npm_execpath] : []),
      'rebuild',
      'node',
      '--ignore-scripts=false',
      '--loglevel=error',
    ],
    { stdio: ['inherit', 2, 2] },
  );
  const again = spawnSync('node', ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? 'none';
  if (rebuilt.status !== 0 || Number(/^v(\d+)/.exec(again)?.[1] ?? 0) < 24) {
    process.stderr.write(
      `wellspring: needs Node 24 or newer, found ${again}. The packages were installed without their install scripts: run "npm rebuild node --ignore-scripts=false", or put Node 24 on your PATH.\n`,
    );
    process.exit(1);
  }
}
