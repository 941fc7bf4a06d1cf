import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/**
 * Imports that bring more than anybody asks for, narrowed to what is used. Each costs every cold start some
 * milliseconds; without one of them everything works as before.
 */
const narrowed: readonly { why: string; filter: RegExp; contents: string; resolveDir?: string }[] = [
  {
    why: 'its index brings the clients of a dozen databases',
    filter: /^rate-limiter-flexible$/,
    contents: `exports.RateLimiterMemory = require('./lib/RateLimiterMemory.js');
exports.RateLimiterRes = require('./lib/RateLimiterRes.js');`,
    resolveDir: dirname(require.resolve('rate-limiter-flexible')),
  },
  {
    why: "zod's messages in fifty languages, of which callers are shown none but English",
    filter: /^\.\.\/locales\/index\.js$/,
    contents: 'module.exports = {};',
  },
];

/** Replaces the imports above while bundling. */
export const lighterImports: Plugin = {
  name: 'lighter-imports',
  setup({ onResolve, onLoad }) {
    for (const [index, { filter, contents, resolveDir }] of narrowed.entries()) {
      const namespace = `narrowed-${index}`;
      onResolve({ filter }, ({ path, namespace: from }) => (from === namespace ? null : { path, namespace }));
      onLoad({ filter: /.*/, namespace }, () => ({
        contents,
        loader: 'js',
        ...(resolveDir ? { resolveDir } : {}),
      }));
    }
  },
};
