import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Keeps compiled code between runs for whatever is imported from here on: half of a later start's work. Beside the
 * packages, so that a new installation begins anew; where that place cannot be written, nothing is kept.
 */
export const keepCompiled = (): void => {
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url)));
};
