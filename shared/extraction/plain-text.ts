import type { DocumentText } from './document-text.ts';
import { DOCUMENT_MAX_PAGES, PAGE_MAX_RUNS } from './limits.ts';
import { linesOfRuns, pageOf, type Run } from './page-lines.ts';

// Plain text has no places. It gets those of a typewriter, ten characters to the inch and six lines to the inch, so
// that what reads columns on a page reads them here too.
const CHARACTER = 7.2;
const LINE = 12;
const TAB = 8;

/** Plain text as a document: a form feed starts a page, columns stay where spaces put them. */
export const plainTextDocument = (text: string): DocumentText => {
  const sheets = text.replace(/^\ufeff/, '').split('\f');
  const pages = sheets.slice(0, DOCUMENT_MAX_PAGES).map((sheet, index) => {
    const rows = sheet.split(/\r\n|\n|\r/).map(expandTabs);
    const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0) * CHARACTER;
    return pageOf(index + 1, { width, height: rows.length * LINE }, 'text', linesOfRuns(runsOf(rows)));
  });
  return {
    mediaType: 'text/plain',
    pageCount: sheets.length,
    truncated: sheets.length > DOCUMENT_MAX_PAGES,
    pages,
    attachments: [],
  };
};

const expandTabs = (row: string): string => {
  let expanded = '';
  for (const part of row.split('\t')) {
    expanded += expanded === '' ? part : ' '.repeat(TAB - (expanded.length % TAB)) + part;
  }
  return expanded;
};

/** As many as a page may have: a text of words only would be millions of them. */
function runsOf(rows: readonly string[]): Run[] {
  const runs: Run[] = [];
  for (const [index, row] of rows.entries()) {
    for (const match of row.matchAll(/\S+/g)) {
      if (runs.length === PAGE_MAX_RUNS) return runs;
      runs.push({
        text: match[0],
        turn: 0,
        along: match.index * CHARACTER,
        baseline: (index + 0.8) * LINE,
        length: match[0].length * CHARACTER,
        size: LINE * 0.8,
        confidence: 1,
      });
    }
  }
  return runs;
}
