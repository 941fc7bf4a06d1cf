import { parseArgs } from 'node:util';
import { createParserPool } from '../../shared/extraction/parser-pool.ts';
import {
  findInvoiceSamples,
  readSampleDocument,
  type Score,
  scoreDocument,
  trueText,
} from './invoices-score.ts';

// What reading invoices gets right, by kind of sample, recognition included. `true_text` is the known text of the
// receipts, to tell what recognition costs. Arguments name the kinds, without any all of them are read; `--documents N`
// reads the first N of each, `--wrong` adds what was missed.

const all = ['xml', 'hybrid_pdf', 'stripped_pdf', 'plain_pdf', 'scan_pdf', 'scan_image', 'true_text'];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { documents: { type: 'string', default: 'Infinity' }, wrong: { type: 'boolean', default: false } },
});
const kinds = positionals.length > 0 ? positionals : all;
const samples = await findInvoiceSamples();

const results: Record<string, object> = {};
const pool = createParserPool({ children: 1 });
for (const kind of samples ? kinds : []) {
  const isTrueText = kind === 'true_text';
  const records = (samples ?? [])
    .filter((sample) => sample.kind === (isTrueText ? 'scan_image' : kind))
    .slice(0, Number(values.documents));
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
  results[kind] = {
    documents: records.length,
    seconds: Number(((performance.now() - started) / 1000).toFixed(1)),
    fields: Object.fromEntries(fields),
    ...(values.wrong ? { wrong: Object.values(score).flatMap(({ wrong }) => wrong) } : {}),
  };
}
pool.close();
console.log(
  JSON.stringify(
    samples
      ? { name: 'invoices', kinds: results }
      : { name: 'invoices', skipped: 'there are no sample documents' },
  ),
);
