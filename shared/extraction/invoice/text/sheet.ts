import type { DocumentText, Page, TextSource, Word } from '../../document-text.ts';
import { foldLabel } from './fold.ts';

/** Words that stand together on a line, parted from the next by a wide gap: a label, a cell, a sentence. */
export interface Segment {
  text: string;
  /** The text folded for labels, of the same length. */
  folded: string;
  x: number;
  right: number;
  y: number;
  bottom: number;
  page: number;
  /** Index of its row in `Sheet.rows`, and its place in it. */
  row: number;
  column: number;
  source: TextSource;
  /** Mean confidence of its page when that was recognised. */
  ocrPage: number | undefined;
}

/** All pages of a document as rows of segments, in reading order. */
export interface Sheet {
  rows: Segment[][];
  /** The folded text of all rows, a line feed between rows and three spaces between segments. */
  folded: string;
  pages: Pick<Page, 'number' | 'width' | 'height'>[];
}

/** No label, name or amount is longer; patterns over endless words would take endless time. */
const SEGMENT_MAX = 400;

/** Splits a line where its text has two spaces or more: the contract of `Line.text`. */
const cells = (text: string, words: Word[]): Word[][] => {
  const groups: Word[][] = [];
  let end = 0;
  for (const word of words) {
    const at = text.indexOf(word.text, end);
    const group = groups.at(-1);
    if (group && at - end < 2) group.push(word);
    else groups.push([word]);
    if (at >= 0) end = at + word.text.length;
  }
  return groups;
};

const segmentOf = (words: Word[], page: Page): Omit<Segment, 'row' | 'column'> => {
  const text = words
    .map((word) => word.text)
    .join(' ')
    .slice(0, SEGMENT_MAX);
  return {
    text,
    folded: foldLabel(text),
    x: Math.min(...words.map(({ x }) => x)),
    right: Math.max(...words.map(({ x, width }) => x + width)),
    y: Math.min(...words.map(({ y }) => y)),
    bottom: Math.max(...words.map(({ y, height }) => y + height)),
    page: page.number,
    source: page.source,
    ocrPage: page.source === 'ocr' ? page.confidence : undefined,
  };
};

/** The document's pages as rows of segments. */
export const sheetOf = (document: Pick<DocumentText, 'pages'>): Sheet => {
  const rows = document.pages
    .flatMap((page) =>
      page.lines.map((line) => cells(line.text, line.words).map((words) => segmentOf(words, page))),
    )
    .filter((row) => row.length > 0)
    .map((row, index) => row.map((segment, column) => ({ ...segment, row: index, column })));
  return {
    rows,
    folded: rows.map((row) => row.map(({ folded }) => folded).join('   ')).join('\n'),
    pages: document.pages.map(({ number, width, height }) => ({ number, width, height })),
  };
};

/** Where a segment stands, for `evidence`: `page 1 [72,100,60,12]` with x, y, width and height in points. */
export const placeOf = ({ page, x, y, right, bottom }: Segment): string =>
  `page ${page} [${[x, y, right - x, bottom - y].map(Math.round).join(',')}]`;

/** True when the two share a part of their width, or start at the same left edge. */
export const sharesColumn = (a: Segment, b: Segment): boolean =>
  (a.x < b.right && b.x < a.right) || Math.abs(a.x - b.x) < (a.bottom - a.y) * 0.8;

/** Segments below `from` in its column, row by row, on its page and not farther down than `rows` rows. */
export const below = (sheet: Sheet, from: Segment, rows: number): Segment[] =>
  sheet.rows
    .slice(from.row + 1, from.row + 1 + rows)
    .filter((row) => row[0]?.page === from.page)
    .flatMap((row) => row.find((segment) => sharesColumn(from, segment)) ?? []);
