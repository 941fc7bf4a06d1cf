import { createParserPool } from '../../shared/extraction/parser-pool.ts';
import {
  findInvoiceSamples,
  readSampleDocument,
  type Score,
  scoreDocument,
  trueText,
} from './invoices-score.ts';

// What reading invoices gets right, one JSON line per kind of sample, recognition included. `true_text` is the known
// text of the receipts, to tell what recognition costs. Arguments name the kinds; `--wrong` adds what was missed.

const all = ['xml', 'hybrid_pdf', 'stripped_pdf', 'plain_pdf', 'scan_pdf', 'scan_image', 'true_text'];
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const kinds = named.length > 0 ? named : all;
const samples = await findInvoiceSamples();
if (samples === null)
  console.log(JSON.stringify({ name: 'invoices', skipped: 'there are no sample documents' }));

const pool = createParserPool({ children: 1 });
for (const kind of samples ? kinds : []) {
  const isTrueText = kind === 'true_text';
  const records = (samples ?? []).filter((sample) => sample.kind === (isTrueText ? 'scan_image' : kind));
  const score: Score = {};
  const started = performance.now();
  for (const sample of records) {
    scoreDocument(
      score,
      sample,
      isTrueText ? await trueText(sample) : await readSampleDocument(sample, pool),
    );
  }
  const fields = Object.entries(score).map(([field, { right, stated }]) => [field, `${right}/${stated}`]);
  console.log(
    JSON.stringify({
      name: 'invoices',
      kind,
      documents: records.length,
      seconds: Number(((performance.now() - started) / 1000).toFixed(1)),
      fields: Object.fromEntries(fields),
      ...(process.argv.includes('--wrong')
        ? { wrong: Object.values(score).flatMap(({ wrong }) => wrong) }
        : {}),
    }),
  );
}
pool.close();
