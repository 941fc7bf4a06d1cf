import { readFile } from 'node:fs/promises';
import type { ParserPool } from '../../shared/extraction/parser-pool.ts';
import { readDocument } from '../../shared/extraction/read-document.ts';

/** A record of the sample index, as far as reading is concerned. */
export interface SampleRecord {
  id: string;
  file: string;
  kind: string;
  media_type: string;
  text_file?: string;
}

/** What reading one sample gave. */
export interface SampleReading {
  kind: string;
  id: string;
  pages: number;
  milliseconds: number;
  /** Words of the known text that were read, and how many there are. */
  found: number;
  words: number;
  /** The same where spaces and punctuation do not count: `12 ,50` has all of `12,50`. */
  foundUnspaced: number;
  confidence: number;
  code: string | null;
}

const samples = new URL('../../../shared/data/invoices/', import.meta.url);

/** The sample records; null where the folder is not there. */
export const findSamples = async (): Promise<SampleRecord[] | null> => {
  try {
    return JSON.parse(await readFile(new URL('index.json', samples), 'utf8')) as SampleRecord[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** Reads one sample and compares its words with the known text. */
export const readSample = async (record: SampleRecord, pool: ParserPool): Promise<SampleReading> => {
  const bytes = await readFile(new URL(record.file, samples));
  const started = performance.now();
  const result = await readDocument(bytes, { pool });
  const milliseconds = performance.now() - started;
  const pages = result.ok ? result.document.pages : [];
  const truth = record.text_file ? await readFile(new URL(record.text_file, samples), 'utf8') : '';
  return {
    kind: record.kind,
    id: record.id,
    pages: pages.length,
    milliseconds,
    ...wordsFound(truth, pages.map((page) => page.text).join('\n')),
    confidence: pages.reduce((sum, page) => sum + page.confidence, 0) / (pages.length || 1),
    code: result.ok ? null : result.code,
  };
};

/** How many words of `truth` stand in `text`, each as often as it does; case and outer punctuation do not count. */
export const wordsFound = (
  truth: string,
  text: string,
): { found: number; words: number; foundUnspaced: number } => {
  const left = new Map<string, number>();
  for (const word of wordsOf(text)) left.set(word, (left.get(word) ?? 0) + 1);
  const wanted = wordsOf(truth);
  let found = 0;
  for (const word of wanted) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    found += 1;
    left.set(word, count - 1);
  }
  const unspaced = signsOf(text);
  const foundUnspaced = wanted.filter((word) => unspaced.includes(signsOf(word))).length;
  return { found, words: wanted.length, foundUnspaced };
};

const signsOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter((word) => word !== '');
