import type { DocumentText, Page } from './document-text.ts';
import {
  DOCUMENT_MAX_PAGES,
  PDF_FILTERS_MAX,
  TEXT_LAYER_MAX_UNPRINTABLE,
  TEXT_LAYER_MIN_CHARACTERS,
} from './limits.ts';
import { linesOfRuns, pageOf } from './page-lines.ts';
import { type PageProgress, type ParseRequest, type ParseResult, unreadable } from './parser-protocol.ts';
import { openPdf, readAttachments, readTextLayer } from './pdf-text.ts';

/** Text and attachments of a PDF. */
export const parsePdf = async (
  request: ParseRequest,
  onPage: (progress: PageProgress) => void,
): Promise<ParseResult> => {
  const filters = filtersInARow(request.bytes);
  if (filters > PDF_FILTERS_MAX) return unreadable('TOO_LARGE', `a stream passes through ${filters} filters`);
  try {
    return { ok: true, document: await readPdf(request, onPage) };
  } catch (error) {
    return faultOf(error);
  }
};

const readPdf = async (
  request: ParseRequest,
  onPage: (progress: PageProgress) => void,
): Promise<DocumentText> => {
  // pdf.js takes the bytes over and wants no Buffer; rendering needs them again.
  const pdf = await openPdf(new Uint8Array(request.bytes));
  try {
    const pageCount = pdf.numPages;
    const { attachments, truncated } = await readAttachments(pdf);
    const document: DocumentText = {
      mediaType: request.mediaType,
      pageCount,
      truncated: truncated || pageCount > DOCUMENT_MAX_PAGES,
      pages: [],
      attachments,
    };
    for (let number = 1; number <= Math.min(pageCount, DOCUMENT_MAX_PAGES); number += 1) {
      const layer = await readTextLayer(pdf, number);
      document.pages.push(pageOf(number, layer, 'text', linesOfRuns(layer.runs)));
      document.truncated ||= layer.truncated;
      onPage({ number, pageCount });
    }
    return document;
  } finally {
    await pdf.loadingTask.destroy();
  }
};

/** Whether a page's text layer says too little, or too little that can be read, to stand for the page. */
export const needsRecognition = ({ text }: Pick<Page, 'text'>): boolean => {
  const visible = text.replaceAll(/\s/g, '');
  const letters = visible.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  const unprintable = visible.match(/[\p{Cc}\p{Co}\p{Cn}\ufffd]/gu)?.length ?? 0;
  return letters < TEXT_LAYER_MIN_CHARACTERS || unprintable > visible.length * TEXT_LAYER_MAX_UNPRINTABLE;
};

/** The longest chain of filters that any stream of the file names. */
export const filtersInARow = (bytes: Uint8Array): number => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let most = 0;
  for (const [, names = ''] of file.matchAll(/\/(?:Filter|F)\s*\[([^\]]{0,4000})\]/g)) {
    most = Math.max(most, names.split('/').length - 1);
  }
  return most;
};

const faultOf = (error: unknown): ParseResult => {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') return unreadable('ENCRYPTED', 'the PDF is protected by a password');
  if (name === 'RangeError' && /alloc|length/i.test(String(error))) {
    return unreadable('TOO_LARGE', 'the PDF needs more memory than a document may');
  }
  return unreadable('UNREADABLE', 'the PDF is damaged');
};
