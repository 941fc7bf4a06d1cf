import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { catalogue } from '../../shared/domain/catalogue.ts';
import { onlyUsedBuiltins } from './builtins.ts';
import { fillCompileCache, startWithCache } from './compile-cache.ts';
import { absent, externals } from './externals.ts';
import { lighterImports } from './lighter-imports.ts';
import { loadedBy, mergeChunks } from './merge-chunks.ts';

const root = resolve(import.meta.dirname, '../..');

/** What one function reads before its first request. */
export interface FunctionSize {
  files: number;
  bytes: number;
}

/** What a bundle holds, as `manifest.json` in it says. */
export interface Manifest {
  /** What can be started: `node serve.js`, `node migrate.js`, and the children and threads of these. */
  entries: readonly string[];
  /** Packages that have to be installed beside it, with their versions. */
  externals: Readonly<Record<string, string>>;
  functions: Readonly<Record<string, FunctionSize>>;
  /** All of the JavaScript. */
  total: FunctionSize;
}

/** A file that is started by its name: as a child process or as a thread. */
const STARTED = /new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g;
const SQL_FOLDER = "new URL('../../sql', import.meta.url)";
/** The program, and the chunk that holds it: `serve.js` itself only turns on the cache of what is compiled. */
const SERVE = 'functions/serve.ts';
const MAIN = 'main';
const banner = "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);";

/**
 * Bundles all functions into one folder, which is emptied first: `serve.js` with what all of them share, a chunk for
 * what some of them need, the migrations with their SQL, and what V8 compiled. Rejects when a file does not compile or
 * the bundle does not start.
 */
export async function makeBundle(folder: string): Promise<Manifest> {
  const sources = await sourceFiles();
  const started = await startedFiles(sources);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const options = {
    absWorkingDir: root,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Names stay as they are: stack traces and errors are read by people.
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  } as const satisfies BuildOptions;
  const fromSources = {
    ...options,
    banner: { js: banner },
    external: [...Object.keys(externals), ...absent],
    plugins: [onlyUsedBuiltins, besideTheBundle, lighterImports],
  };
  const [served, alone] = await Promise.all([
    build({ ...fromSources, sourcemap: 'inline', write: false, entryPoints: [{ in: SERVE, out: MAIN }] }),
    // Processes and threads of their own share nothing with the others, and start with less.
    build({
      ...fromSources,
      entryPoints: ['local/migrate.ts', ...started].map((file) => ({ in: file, out: basename(file, '.ts') })),
    }),
  ]);
  const main = Object.keys(served.metafile.outputs).find((name) => basename(name) === `${MAIN}.js`) ?? MAIN;
  const merged = await mergeChunks(served, { main, options });
  await writeFile(join(folder, 'serve.js'), startWithCache(`${MAIN}.js`));
  const manifest = await describe({ served, merged, alone: alone.metafile }, folder);
  await cp(join(root, 'sql'), join(folder, 'sql'), { recursive: true });
  await writeJson(join(folder, 'manifest.json'), manifest);
  await writeJson(join(folder, 'package.json'), {
    ...{ name: 'wellspring-functions', private: true, type: 'module', main: 'serve.js' },
    ...{ engines: { node: '>=24' }, dependencies: manifest.externals },
  });
  await fillCompileCache(folder, catalogue[0]?.name ?? '');
  return manifest;
}

const sourceFiles = async (): Promise<string[]> => {
  const folders = await Promise.all(
    ['functions', 'shared'].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((file) => join(folder, file)),
    ),
  );
  return folders.flat().filter((file) => file.endsWith('.ts'));
};

/** Found by how they are started, so that a new child or thread cannot be forgotten here. */
const startedFiles = async (sources: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(
    sources.map(async (file) => {
      const text = await readFile(join(root, file), 'utf8');
      return [...text.matchAll(STARTED)].map(([, name]) => join(file, '..', `${name}.ts`));
    }),
  );
  return [...new Set(found.flat())];
};

/** All output is in one folder, whatever folder its source is in: what lies beside a source lies beside the bundle. */
const besideTheBundle: Plugin = {
  name: 'beside-the-bundle',
  setup({ onLoad }) {
    onLoad({ filter: /\/(functions|shared)\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return null;
      const contents = text
        .replace(STARTED, "new URL('./$1.js', import.meta.url)")
        .replace(SQL_FOLDER, "new URL('./sql', import.meta.url)");
      return { contents, loader: 'ts' };
    });
  },
};

async function describe(
  { served, merged, alone }: { served: { metafile: Metafile }; merged: Metafile; alone: Metafile },
  folder: string,
): Promise<Manifest> {
  const outputs = { ...merged.outputs, ...alone.outputs };
  const names = Object.keys(outputs).filter((name) => name.endsWith('.js'));
  const nameAt = (source: string) => {
    const found = Object.entries(served.metafile.outputs).find(([, { entryPoint }]) => entryPoint === source);
    if (!found) throw new Error(`the bundle holds no ${source}`);
    return found[0];
  };
  const sizeOf = (files: Iterable<string>): FunctionSize => {
    const sizes = [...files].map((file) => outputs[file]?.bytes ?? 0);
    return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  };
  // What was merged imports its files by their names beside it.
  const beside = (name: string) => join(relative(root, folder), basename(name));
  const relinked = Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [
      name,
      { ...output, imports: output.imports.map((one) => ({ ...one, path: beside(one.path) })) },
    ]),
  );
  return {
    entries: [
      'serve.js',
      ...Object.entries(alone.outputs).flatMap(([name, { entryPoint }]) =>
        entryPoint && !/-[A-Z0-9]{8}\.js$/.test(name) ? [basename(name)] : [],
      ),
    ],
    externals: await versionsOf(Object.keys(externals)),
    functions: Object.fromEntries(
      catalogue.map(({ name }) => [
        name,
        sizeOf(loadedBy(relinked, nameAt(`functions/${name}/index.ts`), loadedBy(relinked, nameAt(SERVE)))),
      ]),
    ),
    total: sizeOf(names),
  };
}

/** The versions that this project is tested with. */
const versionsOf = async (names: readonly string[]): Promise<Record<string, string>> => {
  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.fromEntries(
    names.map((name) => {
      const version = dependencies[name];
      if (!version) throw new Error(`${name} is left out of the bundle, but is no dependency of the project`);
      return [name, version];
    }),
  );
};

const writeJson = (file: string, value: unknown) => writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
