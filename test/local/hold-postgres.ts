import { once } from 'node:events';
import { pathToFileURL } from 'node:url';

// Starts a server as a process of its own would, tells of it in one line of JSON, and stops it when stdin ends.
// The launcher's own path comes first, so that a copy of it elsewhere can be tried; then the data folder, if any.
const [launcher = '', dataDir] = process.argv.slice(2);
const { startPostgres } = (await import(
  pathToFileURL(launcher).href
)) as typeof import('../../local/postgres.ts');
const server = await startPostgres(dataDir ? { dataDir } : {});
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid, version: server.version })}\n`);
process.stdin.resume();
await once(process.stdin, 'end');
await server.stop();
