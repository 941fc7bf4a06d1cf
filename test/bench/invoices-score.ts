import { readFile } from 'node:fs/promises';
import type { DocumentText } from '../../shared/extraction/document-text.ts';
import type { InvoiceReading } from '../../shared/extraction/invoice/invoice.ts';
import { readInvoice } from '../../shared/extraction/invoice/read-invoice.ts';
import type { ParserPool } from '../../shared/extraction/parser-pool.ts';
import { plainTextDocument } from '../../shared/extraction/plain-text.ts';
import { readDocument } from '../../shared/extraction/read-document.ts';

type Stated = { [key: string]: string | number | Stated | Stated[] };

/** A record of the sample index: a document and the values its source states. */
export interface InvoiceSample {
  id: string;
  file: string;
  kind: string;
  text_file?: string;
  expected?: Stated;
}

/** Right and stated, by field. */
export type Score = Record<string, { right: number; stated: number; wrong: string[] }>;

const samples = new URL('../../../shared/data/invoices/', import.meta.url);

/** The sample records; null where the folder is not there. */
export const findInvoiceSamples = async (): Promise<InvoiceSample[] | null> => {
  try {
    return JSON.parse(await readFile(new URL('index.json', samples), 'utf8')) as InvoiceSample[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** The document as the workers read it; null when it cannot be read at all. */
export const readSampleDocument = async (
  { file }: InvoiceSample,
  pool: ParserPool,
): Promise<DocumentText | null> => {
  const read = await readDocument(new Uint8Array(await readFile(new URL(file, samples))), { pool });
  return read.ok ? read.document : null;
};

/** The text that is known to be on the page, without recognition. */
export const trueText = async ({ text_file }: InvoiceSample): Promise<DocumentText> =>
  plainTextDocument(await readFile(new URL(text_file ?? '', samples), 'utf8'));

const flat = (tree: Stated, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    if (Array.isArray(value)) return value.flatMap((row, index) => flat(row, `${prefix}${key}.${index}.`));
    return typeof value === 'object' ? flat(value, `${prefix}${key}.`) : [[prefix + key, String(value)]];
  });

const NUMBER = /^-?\d+(?:\.\d+)?$/;
const folded = (text: string) => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();

const isAmount = (path: string) => /amount|total|quantity|price|rate|basis/.test(path);

const same = (path: string, got: string | undefined, want: string) => {
  if (got === undefined) return false;
  if (isAmount(path) && NUMBER.test(got) && NUMBER.test(want)) return Number(got) === Number(want);
  return folded(got) === folded(want);
};

/** Adds one reading to the score: each value the source states, rows of a list under one name. */
export const addToScore = (
  score: Score,
  { id, expected = {} }: InvoiceSample,
  reading: InvoiceReading,
): void => {
  const extracted = reading.status === 'extracted' ? reading : null;
  const got = new Map(
    Object.entries(extracted?.fields ?? {}).map(([path, { value }]) => [path, String(value)]),
  );
  if (extracted) {
    got.set('document_type_code', extracted.document_type_code);
    got.set('syntax', extracted.syntax ?? '');
    got.set('profile', extracted.profile ?? '');
  }
  for (const [path, want] of flat(expected)) {
    const name = path.replace(/\.\d+\./, '.');
    score[name] ??= { right: 0, stated: 0, wrong: [] };
    score[name].stated += 1;
    if (same(name, got.get(path), want)) score[name].right += 1;
    else score[name].wrong.push(`${id} ${path}: ${want} was read as ${got.get(path) ?? 'nothing'}`);
  }
};

/** Reads one document and scores it; a document that cannot be read counts as nothing read. */
export const scoreDocument = (
  score: Score,
  sample: InvoiceSample,
  document: DocumentText | null,
): InvoiceReading => {
  const reading: InvoiceReading = document
    ? readInvoice(document)
    : { status: 'failed', code: 'UNREADABLE', message: 'the file cannot be read' };
  addToScore(score, sample, reading);
  return reading;
};

/** The share of right values of a field; 1 where none is stated. */
export const shareOf = (score: Score, field: string): number => {
  const { right = 0, stated = 0 } = score[field] ?? {};
  return stated === 0 ? 1 : right / stated;
};

/** One line a kind: `invoice_number 14/14, …`. */
export const scoreLine = (score: Score): string =>
  Object.entries(score)
    .map(([field, { right, stated }]) => `${field} ${right}/${stated}`)
    .join(', ');
