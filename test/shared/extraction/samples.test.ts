import { afterAll, describe, expect, it } from 'vitest';
import { createParserPool } from '../../../shared/extraction/parser-pool.ts';
import { findSamples, readSample } from '../../bench/extraction-samples.ts';

const samples = await findSamples();
const pool = createParserPool({ children: 1 });
afterAll(() => pool.close());

/**
 * Every n-th of a kind: enough to notice a step back; `npm run bench` reads them all. Receipts are held to their fields
 * in invoice/sample-data.test.ts.
 */
const some = (kind: string, step: number) =>
  (samples ?? []).filter((record) => record.kind === kind).filter((_, at) => at % step === 1);

const title = samples === null ? 'sample documents (skipped: their folder is not there)' : 'sample documents';

describe.skipIf(samples === null)(title, () => {
  it.each([
    ['plain_pdf', 2, 0.97],
    ['stripped_pdf', 4, 0.97],
    ['scan_pdf', 7, 0.85],
  ] as const)(
    'of kind %s give nearly all their words',
    async (kind, step, least) => {
      const readings = [];
      for (const record of some(kind, step)) readings.push(await readSample(record, pool));

      const found = readings.reduce((sum, reading) => sum + reading.found, 0);
      const words = readings.reduce((sum, reading) => sum + reading.words, 0);
      expect(words).toBeGreaterThan(0);
      expect(found / words).toBeGreaterThanOrEqual(least);
    },
    120_000,
  );
});
