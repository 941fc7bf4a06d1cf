import { workerData } from 'node:worker_threads';

// Kills the parser child it runs in: when its memory passes the ceiling (wasm and image memory is outside every limit
// that V8 knows), or when its parent is gone while the main thread is too busy to notice.
const { parent, memoryMaxBytes } = workerData as { parent: number; memoryMaxBytes: number };
const INTERVAL_MS = 20;

setInterval(() => {
  if (process.memoryUsage.rss() > memoryMaxBytes || process.ppid !== parent)
    process.kill(process.pid, 'SIGKILL');
}, INTERVAL_MS);
