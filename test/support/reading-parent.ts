import { createParserPool } from '../../shared/extraction/parser-pool.ts';
import { readDocument } from '../../shared/extraction/read-document.ts';
import { makePdf } from './documents.ts';

// A process that reads one document and then has nothing to do. It tells the process id of its parser child, and
// with an argument lets go of the channel to its own parent, so that only an idle child could keep it alive.
const pool = createParserPool({ children: 1 });
await readDocument(await makePdf((pdf) => pdf.text('a document with enough letters to be read')), { pool });
process.send?.(pool.pids()[0]);
if (process.argv.length > 2) process.disconnect?.();
