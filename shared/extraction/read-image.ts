import { LOGO_CHILD_MEMORY_MAX_BYTES, LOGO_CLOCK_MS } from './limits.ts';
import { createParserPool, type ParserPool } from './parser-pool.ts';
import type { Raster } from './parser-protocol.ts';

export type { Raster } from './parser-protocol.ts';

/** How a picture is read. */
export interface ReadImageOptions {
  /** Ends the work within a second; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** The parser children to use; default: one child for the process, apart from those that read documents. */
  pool?: ParserPool;
}

// Not the children of documents: a logo never waits for a scan.
let imagePool: ParserPool | undefined;

/**
 * Checks a foreign picture by its bytes and answers it as PNG, JPEG or WebP, or why it is none. It is decoded in a
 * child process with a memory ceiling and a clock. Rejects when aborted, or when this installation cannot start a child.
 */
export const readImage = (bytes: Uint8Array, { signal, pool }: ReadImageOptions = {}): Promise<Raster> => {
  imagePool ??= createParserPool({
    children: 1,
    documentClockMs: LOGO_CLOCK_MS,
    memoryMaxBytes: LOGO_CHILD_MEMORY_MAX_BYTES,
  });
  return (pool ?? imagePool).rasterise(bytes, { signal });
};
