import type {
  Attachment,
  DocumentText,
  Line,
  Page,
  TextSource,
  Word,
} from '../../shared/extraction/document-text.ts';

const CHARACTER = 6;
const LINE = 14;

interface Options {
  source?: TextSource;
  /** Of every word, 0–1. */
  confidence?: number;
  attachments?: Attachment[];
  mediaType?: string;
}

const lineOf = (row: string, y: number, confidence: number): Line => ({
  text: row.trim(),
  words: [...row.matchAll(/\S+/g)].map(
    (match): Word => ({
      text: match[0],
      x: 40 + match.index * CHARACTER,
      y,
      width: match[0].length * CHARACTER,
      height: 10,
      confidence,
    }),
  ),
});

/** A document whose pages look like the given texts in a typewriter's letters: columns are where spaces put them. */
export const documentText = (
  pages: string | string[],
  { source = 'text', confidence = 1, attachments = [], mediaType = 'application/pdf' }: Options = {},
): DocumentText => {
  const sheets = [pages].flat();
  return {
    mediaType,
    pageCount: sheets.length,
    truncated: false,
    pages: sheets.map((sheet, index): Page => {
      const lines = sheet
        .split('\n')
        .map((row, at) => lineOf(row, 40 + at * LINE, confidence))
        .filter(({ words }) => words.length > 0);
      const text = lines.map((line) => line.text).join('\n');
      return {
        number: index + 1,
        width: 595,
        height: 842,
        source,
        confidence: lines.length > 0 ? confidence : 0,
        lines,
        text,
      };
    }),
    attachments,
  };
};

/** A bare XML as `readDocument` hands it on. */
export const xmlDocument = (xml: string): DocumentText => ({
  mediaType: 'application/xml',
  pageCount: 0,
  truncated: false,
  pages: [],
  attachments: [{ name: 'document.xml', bytes: new TextEncoder().encode(xml) }],
});
