import { Worker } from 'node:worker_threads';
import type { ChildMessage, JobResult, ParserRequest } from './parser-protocol.ts';

// The child that parses foreign files, one document at a time. The parent starts and ends it (parser-pool.ts); here
// is only what makes sure that it never outlives its parent nor its memory.
const tell = (message: ChildMessage): void => {
  process.send?.(message);
};

process.on('disconnect', () => process.exit());

// A thread, because a parser in an endless loop never lets a timer of this one run.
new Worker(new URL('./parser-watchdog.ts', import.meta.url), {
  workerData: { parent: process.ppid, memoryMaxBytes: Number(process.env.PARSER_MEMORY_MAX_BYTES) },
}).unref();

try {
  const { parseDocument } = await import('./parse-document.ts');
  const { parseLargeXml } = await import('./parse-large-xml.ts');
  const { rasterise } = await import('./rasterise.ts');
  const parse = async (request: ParserRequest): Promise<JobResult> => {
    switch (request.kind) {
      case 'xml':
        return parseLargeXml(request.bytes);
      case 'image':
        return rasterise(request.bytes);
      case 'document':
        return parseDocument(request, (progress) => tell({ kind: 'page', progress }));
    }
  };
  process.on('message', (request: ParserRequest) => {
    parse(request).then(
      (result) => tell({ kind: 'result', result, memoryBytes: process.memoryUsage.rss() }),
      (error) => tell({ kind: 'broken', message: String(error) }),
    );
  });
  tell({ kind: 'ready' });
} catch (error) {
  tell({ kind: 'broken', message: String(error) });
}
