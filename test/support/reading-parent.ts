import { createParserPool } from '../../shared/extraction/parser-pool.ts';

// A process that has one file parsed and then has nothing to do. It tells the process id of its parser child, and
// with an argument lets go of the channel to its own parent, so that only an idle child could keep it alive.
const pool = createParserPool({ children: 1 });
await pool.parseXml(new TextEncoder().encode('<a/>'));
process.send?.(pool.pids()[0]);
if (process.argv.length > 2) process.disconnect?.();
