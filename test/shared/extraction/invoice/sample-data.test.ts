import { afterAll, describe, expect, it } from 'vitest';
import type { DocumentText } from '../../../../shared/extraction/document-text.ts';
import { createParserPool } from '../../../../shared/extraction/parser-pool.ts';
import { wordsFound } from '../../../bench/extraction-samples.ts';
import {
  findInvoiceSamples,
  type InvoiceSample,
  readSampleDocument,
  type Score,
  scoreDocument,
  scoreLine,
  shareOf,
  trueText,
} from '../../../bench/invoices-score.ts';

const samples = await findInvoiceSamples();
const pool = createParserPool({ children: 1 });
afterAll(() => pool.close());

const ofKind = (kind: string) => (samples ?? []).filter((sample) => sample.kind === kind);

// Parsing a PDF costs a fifth of a second. `npm run bench -- invoices` reads all of them.
const oneOfEachProfile = (records: InvoiceSample[]) =>
  [...Map.groupBy(records, ({ expected }) => expected?.profile).values()].flatMap(([first]) => first ?? []);

const measure = async (kind: string, records = ofKind(kind)): Promise<Score> => {
  const score: Score = {};
  for (const sample of records) {
    const document = await readSampleDocument(sample, pool);
    scoreDocument(score, sample, document);
    if (sample.text_file) await addWords(score, sample, document);
  }
  console.log(`${kind}: ${scoreLine(score)}`);
  return score;
};

/** Counts the known words of a sample as one more field. */
const addWords = async (score: Score, sample: InvoiceSample, document: DocumentText | null) => {
  const textOf = (read: DocumentText | null) => (read?.pages ?? []).map((page) => page.text).join('\n');
  const { found, words } = wordsFound(textOf(await trueText(sample)), textOf(document));
  score.words ??= { right: 0, stated: 0, wrong: [] };
  score.words.right += found;
  score.words.stated += words;
};

const shares = (score: Score, least: Record<string, number>) =>
  Object.entries(least).filter(([field, share]) => shareOf(score, field) < share || !score[field]);

const title =
  samples === null
    ? 'invoices of ../shared/data (skipped: the folder is not there)'
    : 'invoices of the sample folder';

describe.skipIf(samples === null)(title, () => {
  it.each([
    ['xml', ofKind('xml')],
    ['hybrid_pdf', oneOfEachProfile(ofKind('hybrid_pdf'))],
  ])(
    'of kind %s are read without a mistake',
    async (kind, records) => {
      const score = await measure(kind, records);

      expect(Object.values(score).flatMap(({ wrong }) => wrong)).toEqual([]);
      expect(score.total_amount?.stated).toBeGreaterThan(0);
    },
    60_000,
  );

  it.each([
    [
      'stripped_pdf',
      {
        words: 0.97,
        invoice_number: 1,
        issue_date: 1,
        currency: 1,
        total_amount: 1,
        amount_untaxed: 1,
        amount_tax: 1,
        due_date: 0.85,
        'supplier.vat_id': 1,
        'supplier.name': 0.75,
        'customer.name': 0.9,
        iban: 1,
      },
    ],
    [
      'plain_pdf',
      {
        words: 0.97,
        invoice_number: 1,
        issue_date: 1,
        currency: 1,
        total_amount: 1,
        amount_untaxed: 0.75,
        'supplier.vat_id': 1,
        iban: 1,
      },
    ],
  ])(
    'of kind %s are read from the page',
    async (kind, least) => {
      const score = await measure(kind);

      expect(shares(score, least)).toEqual([]);
    },
    60_000,
  );

  it('gives the total and day of receipts from their true text', async () => {
    const score: Score = {};
    for (const sample of ofKind('scan_image')) scoreDocument(score, sample, await trueText(sample));
    console.log(`true text of scan_image: ${scoreLine(score)}`);

    expect(shares(score, { total_amount: 0.88, issue_date: 0.96 })).toEqual([]);
  });

  // One document each, for time: a page costs seconds. `npm run bench -- invoices` recognises them all.
  it.each([
    [
      'scan_pdf',
      (at: number) => at === 6,
      { words: 0.85, invoice_number: 0.9, issue_date: 0.95, currency: 0.95, total_amount: 0.9 },
    ],
    ['scan_image', (at: number) => at === 15, { total_amount: 1, issue_date: 1 }],
  ])(
    'of kind %s are read through recognition',
    async (kind, picks, least) => {
      const score = await measure(
        kind,
        ofKind(kind).filter((_, at) => picks(at)),
      );

      expect(shares(score, least)).toEqual([]);
    },
    240_000,
  );

  it('ends bad files with a code and without values', async () => {
    for (const sample of ofKind('bad')) {
      const reading = scoreDocument({}, sample, await readSampleDocument(sample, pool));

      expect(['halted', 'failed']).toContain(reading.status);
      expect(reading).not.toHaveProperty('invoice');
    }
  });
});
