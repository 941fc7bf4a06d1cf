import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Asks Node's own modules for the names that are used and no others. An ES import makes Node read every export of a
 * module, and with those of node:http or node:util a start loads a client of WebSocket, assertions and source maps.
 */
export const onlyUsedBuiltins: Plugin = {
  name: 'only-used-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z_:/]+$/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path)
        ? { path: `node:${path.replace(/^node:/, '')}`, namespace: 'builtin', sideEffects: false }
        : null,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) =>
        /^[A-Za-z_]\w*$/.test(name),
      );
      const exported = names
        .filter((name) => name !== 'default')
        .map((name) => `export const ${name} = /* @__PURE__ */ from('${name}');`);
      return {
        contents: `const builtin = /* @__PURE__ */ process.getBuiltinModule('${path}');
const from = (name) => builtin[name];
export default builtin;
${exported.join('\n')}`,
        loader: 'js',
      };
    });
  },
};
