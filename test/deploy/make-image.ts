import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The folder of the application in an image. */
export interface Image {
  folder: string;
  /** What `web` in the Procfile starts. */
  web: readonly string[];
  /** What the build printed. */
  built: string;
}

/**
 * Does to `folder` what the buildpack for Node does: uploads what .gcloudignore leaves, installs all packages, runs the
 * script `gcp-build` and removes the packages of development. Packages are linked, not copied.
 */
export async function makeImage(folder: string): Promise<Image> {
  await mkdir(folder, { recursive: true });
  for (const file of await uploaded()) await cp(join(root, file), join(folder, file));
  const packages = join(folder, 'node_modules');
  await symlink(join(root, 'node_modules'), packages);
  const { stdout, stderr } = await run('npm', ['run', '--silent', 'gcp-build'], { cwd: folder });
  await rm(packages);
  for (const name of await productionPackages()) {
    await mkdir(dirname(join(packages, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(packages, name));
  }
  const procfile = await readFile(join(folder, 'Procfile'), 'utf8');
  const web = /^web: (.*)$/m.exec(procfile)?.[1];
  if (!web) throw new Error('the Procfile names no web process');
  return { folder, web: web.split(' '), built: stdout + stderr };
}

async function uploaded(): Promise<string[]> {
  const [{ stdout }, ignored] = await Promise.all([
    run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root }),
    readFile(join(root, '.gcloudignore'), 'utf8'),
  ]);
  const left = new Set(ignored.split('\n'));
  const files = stdout.split('\n').filter((file) => file !== '' && !left.has(file.split('/')[0] ?? ''));
  const there = await Promise.all(
    files.map((file) =>
      readFile(join(root, file)).then(
        () => file,
        () => null,
      ),
    ),
  );
  return there.filter((file) => file !== null);
}

/** The packages on the first level that `npm prune --omit=dev` keeps. */
async function productionPackages(): Promise<string[]> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>;
  };
  return Object.entries(packages).flatMap(([path, { dev, devOptional, optional }]) => {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1];
    return name && !dev && !devOptional && !optional ? [name] : [];
  });
}
