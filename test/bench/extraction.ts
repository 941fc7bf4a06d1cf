import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createParserPool } from '../../shared/extraction/parser-pool.ts';
import { findSamples, readSample, type SampleReading } from './extraction-samples.ts';

// What reading gets right and what it takes, by kind of sample. Words are compared with the known text of the page.
// Arguments name the kinds, without any all of them are read; `--documents N` reads the first N of each.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { documents: { type: 'string', default: 'Infinity' } },
});
const kinds =
  positionals.length > 0
    ? positionals
    : ['hybrid_pdf', 'plain_pdf', 'stripped_pdf', 'scan_pdf', 'scan_image'];
const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));
const sumOf = (readings: SampleReading[], key: 'found' | 'foundUnspaced' | 'words' | 'pages'): number =>
  readings.reduce((sum, reading) => sum + reading[key], 0);

/** The most memory the child ever held, in bytes; null where the system does not tell. */
const peakOf = async (pid: number | undefined): Promise<number | null> => {
  if (process.platform !== 'linux' || pid === undefined) return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
};

const samples = await findSamples();
const results: Record<string, object> = {};
for (const kind of samples ? kinds : []) {
  const pool = createParserPool({ children: 1, documentsMax: Number.POSITIVE_INFINITY });
  const readings: SampleReading[] = [];
  const records = (samples ?? []).filter((record) => record.kind === kind).slice(0, Number(values.documents));
  const [first] = records;
  // The first document warms the child; it is read once more for the figures.
  if (first) await readSample(first, pool);
  for (const record of records) readings.push(await readSample(record, pool));
  const times = readings
    .map(({ milliseconds, pages }) => milliseconds / Math.max(1, pages))
    .sort((a, b) => a - b);
  const words = sumOf(readings, 'words');
  results[kind] = {
    documents: readings.length,
    pages: sumOf(readings, 'pages'),
    failed: readings.filter(({ code }) => code !== null).length,
    words_found: words === 0 ? null : rounded(sumOf(readings, 'found') / words),
    words_found_unspaced: words === 0 ? null : rounded(sumOf(readings, 'foundUnspaced') / words),
    page_ms_median: rounded(times[times.length >> 1] ?? 0, 0),
    page_ms_max: rounded(times.at(-1) ?? 0, 0),
    child_peak_mb: rounded(((await peakOf(pool.pids()[0])) ?? 0) / 1e6, 0),
  };
  pool.close();
}
console.log(
  JSON.stringify(
    samples
      ? { name: 'extraction', kinds: results }
      : { name: 'extraction', skipped: 'there are no sample documents' },
  ),
);
