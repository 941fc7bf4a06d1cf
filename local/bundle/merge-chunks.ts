import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, type BuildResult, build, type Metafile, type Plugin } from 'esbuild';

/** Smaller ones are worth less than the opening of a file. */
const SMALL_BYTES = 12_000;

type Outputs = Metafile['outputs'];
type First = BuildResult<{ metafile: true; write: false }>;

/** The files that a file loads before it runs, and itself. Names are those of the metafile. */
export function loadedBy(outputs: Outputs, name: string, seen = new Set<string>()): Set<string> {
  const output = outputs[name];
  if (!output || seen.has(name)) return seen;
  seen.add(name);
  for (const { path, kind } of output.imports) if (kind === 'import-statement') loadedBy(outputs, path, seen);
  return seen;
}

/**
 * Writes the files of a build with splitting, and makes one file, `core.js`, of the chunks that `main` loads and of the
 * small ones: the bundler makes a chunk for each set of functions that share something, and a start would open fifty.
 */
export async function mergeChunks(
  first: First,
  { main, options }: { main: string; options: BuildOptions & { absWorkingDir: string } },
): Promise<Metafile> {
  const { outputs } = first.metafile;
  const names = Object.keys(outputs).filter((name) => name.endsWith('.js'));
  const core = coreOf(outputs, names, main);
  const others = names.filter((name) => !core.has(name));
  // One that is also imported when it is needed keeps its name.
  const facades = [...core.keys()].filter((name) => outputs[name]?.entryPoint);
  const buildOf = (entries: readonly string[], used: ReadonlySet<string>) =>
    build({
      ...options,
      splitting: false,
      entryPoints: entries.map((name) => ({
        in: `made:${facades.includes(name) ? `${FACADE}${name}` : name}`,
        out: basename(name, '.js'),
      })),
      plugins: [fromFirst(first, core, used)],
      metafile: true,
    });
  const rest = await buildOf([...others, ...facades], new Set());
  const texts = await Promise.all(
    Object.keys(rest.metafile.outputs)
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFile(join(options.absWorkingDir, name), 'utf8')),
  );
  // An export that only the core itself uses is a name less for Node to link, and what nobody uses goes.
  const merged = await buildOf([CORE], new Set(texts.flatMap(importedFromCore)));
  return { inputs: {}, outputs: { ...rest.metafile.outputs, ...merged.metafile.outputs } };
}

/** The names that a file of the bundler imports from the core, or exports from there. */
const importedFromCore = (text: string): string[] =>
  [...text.matchAll(/(?:import|export)\{([^{}]*)\}from"\.\/core\.js"/g)].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.split(' as ')[0] ?? ''),
  );

const CORE = 'core.js';
const FACADE = 'facade:';

/** Each chunk of the core, with the prefix of its exports. */
function coreOf(outputs: Outputs, names: readonly string[], main: string): Map<string, string> {
  const core = loadedBy(outputs, main);
  core.delete(main);
  const fits = (name: string) => {
    const output = outputs[name];
    if (!output || output.entryPoint || output.bytes > SMALL_BYTES) return false;
    return output.imports.every(
      ({ path, kind, external }) => external || kind !== 'import-statement' || core.has(path),
    );
  };
  for (let size = 0; size !== core.size; ) {
    size = core.size;
    for (const name of names) if (fits(name)) core.add(name);
  }
  return new Map([...core].map((name, index) => [name, `c${index}_`]));
}

const fromFirst = (first: First, core: ReadonlyMap<string, string>, used: ReadonlySet<string>): Plugin => {
  const { outputs } = first.metafile;
  const texts = new Map(first.outputFiles.map(({ path, text }) => [basename(path), text]));
  const nameOf = new Map(Object.keys(outputs).map((name) => [`./${basename(name)}`, name]));
  const reexports = (name: string) => {
    const list = (outputs[name]?.exports ?? []).map(
      (exported) => `${core.get(name)}${exported} as ${exported}`,
    );
    return `export {${list.join(',')}} from './${CORE}';`;
  };
  const contentsOf = (name: string): string => {
    if (name.startsWith(FACADE)) return reexports(name.slice(FACADE.length));
    if (name !== CORE) return texts.get(basename(name)) ?? '';
    return [...core]
      .map(([chunk, prefix]) => {
        const names = (outputs[chunk]?.exports ?? []).filter((exported) => used.has(`${prefix}${exported}`));
        const list = names.map((exported) => `${exported} as ${prefix}${exported}`).join(',');
        return `export {${list}} from './${basename(chunk)}';import './${basename(chunk)}';`;
      })
      .join('\n');
  };
  return {
    name: 'merge-chunks',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^made:/ }, ({ path }) => ({
        path: path.slice('made:'.length),
        namespace: 'made',
      }));
      onResolve({ filter: /.*/ }, ({ path, kind, importer }) => {
        const name = nameOf.get(path);
        if (kind !== 'import-statement' || !name || !core.has(name)) return { path, external: true };
        const insideCore = importer === CORE || core.has(importer);
        return { path: name, namespace: insideCore ? 'made' : 'proxy' };
      });
      onLoad({ filter: /.*/, namespace: 'made' }, ({ path }) => ({
        contents: contentsOf(path),
        loader: 'js',
      }));
      onLoad({ filter: /.*/, namespace: 'proxy' }, ({ path }) => ({
        contents: reexports(path),
        loader: 'js',
      }));
    },
  };
};
