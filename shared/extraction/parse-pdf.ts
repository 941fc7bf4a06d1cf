import type { DocumentText, Page } from './document-text.ts';
import { DOCUMENT_MAX_PAGES, PDF_FILTERS_MAX } from './limits.ts';
import { openPdfForRendering, type PageImage } from './page-image.ts';
import { linesOfRuns, pageOf } from './page-lines.ts';
import type { Pdf } from './parser-libraries.ts';
import { type PageProgress, type ParseRequest, type ParseResult, unreadable } from './parser-protocol.ts';
import { openPdf, readAttachments, readTextLayer } from './pdf-text.ts';
import { recognisePage } from './recognise-page.ts';
import { recogniserFor } from './recogniser.ts';
import { longestFilterChain, needsRecognition, signsIn } from './text-layer.ts';

/** Text and attachments of a PDF: the text layer where it says something, recognition on the other pages. */
export const parsePdf = async (
  request: ParseRequest,
  onPage: (progress: PageProgress) => void,
): Promise<ParseResult> => {
  const filters = longestFilterChain(request.bytes);
  if (filters > PDF_FILTERS_MAX) return unreadable('TOO_LARGE', `a stream passes through ${filters} filters`);

  const opened = await openOrFault(request);
  if ('ok' in opened) return opened;
  try {
    return { ok: true, document: await readPages(request, opened, onPage) };
  } finally {
    await opened.pdf.loadingTask.destroy();
  }
};

interface Opened {
  pdf: Pdf;
  document: DocumentText;
}

const openOrFault = async ({ bytes, mediaType }: ParseRequest): Promise<Opened | ParseResult> => {
  try {
    // pdf.js takes the bytes over and wants no Buffer; rendering needs them again.
    const pdf = await openPdf(new Uint8Array(bytes));
    const { attachments, truncated } = await readAttachments(pdf);
    const document = {
      mediaType,
      pageCount: pdf.numPages,
      truncated: truncated || pdf.numPages > DOCUMENT_MAX_PAGES,
      pages: [],
      attachments,
    };
    return { pdf, document };
  } catch (error) {
    return faultOf(error);
  }
};

const readPages = async (
  request: ParseRequest,
  { pdf, document }: Opened,
  onPage: (progress: PageProgress) => void,
): Promise<DocumentText> => {
  const renderer = lazily(() => openPdfForRendering(request.bytes));
  try {
    for (let number = 1; number <= Math.min(document.pageCount, DOCUMENT_MAX_PAGES); number += 1) {
      const { page, truncated } = await readTextPage(pdf, number);
      const read = needsRecognition(page) ? await recognised(request, page, renderer.get) : page;
      document.pages.push(read);
      document.truncated ||= truncated;
      onPage({ number, pageCount: document.pageCount });
    }
  } finally {
    (await renderer.opened())?.close();
  }
  return document;
};

// One damaged page must not hide the others: it stays without text, and recognition has a try at it.
const readTextPage = async (pdf: Pdf, number: number): Promise<{ page: Page; truncated: boolean }> => {
  try {
    const layer = await readTextLayer(pdf, number);
    return { page: pageOf(number, layer, 'text', linesOfRuns(layer.runs)), truncated: layer.truncated };
  } catch {
    return { page: pageOf(number, { width: 0, height: 0 }, 'text', []), truncated: false };
  }
};

const recognised = async (
  { languages, languageData }: ParseRequest,
  page: Page,
  open: () => ReturnType<typeof openPdfForRendering>,
): Promise<Page> => {
  let image: PageImage;
  try {
    image = await (await open()).render(page.number);
  } catch {
    // pdfium cannot draw what pdf.js could open: the page's text layer, such as it is, is all there is.
    return page;
  }
  const engine = await recogniserFor(languages, languageData);
  const seen = await recognisePage(engine, image, page.number);
  // A nearly empty page may be just that, and its own text is better than a picture of it.
  return signsIn(seen.text).letters > signsIn(page.text).letters || page.text === '' ? seen : page;
};

const lazily = <T>(
  make: () => Promise<T>,
): { get: () => Promise<T>; opened: () => Promise<T | undefined> } => {
  let made: Promise<T> | undefined;
  return {
    get: () => {
      made ??= make();
      return made;
    },
    opened: async () => made?.catch(() => undefined),
  };
};

const faultOf = (error: unknown): ParseResult => {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') return unreadable('ENCRYPTED', 'the PDF is protected by a password');
  if (name === 'RangeError' && /alloc|length/i.test(String(error))) {
    return unreadable('TOO_LARGE', 'the PDF needs more memory than a document may');
  }
  return unreadable('UNREADABLE', `the PDF is damaged (${name})`);
};
