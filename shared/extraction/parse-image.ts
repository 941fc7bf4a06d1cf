import type { Page } from './document-text.ts';
import { DOCUMENT_MAX_PAGES } from './limits.ts';
import { countImagePages, type PageImage, PageTooLargeError, readImagePage } from './page-image.ts';
import {
  type PageProgress,
  type ParseRequest,
  type ParseResult,
  type Unreadable,
  unreadable,
} from './parser-protocol.ts';
import { recognisePage } from './recognise-page.ts';
import { recogniserFor } from './recogniser.ts';

/** Text of a picture file, page by page. */
export const parseImage = async (
  { bytes, mediaType, languages, languageData }: ParseRequest,
  onPage: (progress: PageProgress) => void,
): Promise<ParseResult> => {
  const pageCount = await orFault(() => countImagePages(bytes));
  if (typeof pageCount !== 'number') return pageCount;
  const engine = await recogniserFor(languages, languageData);
  const pages: Page[] = [];
  for (let number = 1; number <= Math.min(pageCount, DOCUMENT_MAX_PAGES); number += 1) {
    const image = await orFault(() => readImagePage(bytes, number - 1));
    if (!isImage(image)) return image;
    pages.push(await recognisePage(engine, image, number));
    onPage({ number, pageCount });
  }
  return {
    ok: true,
    document: { mediaType, pageCount, truncated: pageCount > pages.length, pages, attachments: [] },
  };
};

// What sharp cannot decode is the file's fault; whatever recognition throws later is not.
const orFault = async <T>(decode: () => Promise<T>): Promise<T | Unreadable> => {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof PageTooLargeError) return unreadable('TOO_LARGE', error.message);
    return unreadable('UNREADABLE', 'the picture is damaged');
  }
};

const isImage = (value: PageImage | Unreadable): value is PageImage => 'png' in value;
