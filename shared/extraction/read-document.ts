import type { DocumentText } from './document-text.ts';
import { languageDataFolder, recognitionLanguages } from './language-data.ts';
import { DOCUMENT_MAX_BYTES } from './limits.ts';
import { createParserPool, type ParserPool } from './parser-pool.ts';
import { type PageProgress, type ParseResult, unreadable } from './parser-protocol.ts';
import { plainTextDocument } from './plain-text.ts';
import { decodeText, sniffType } from './sniff-type.ts';

/** How a document is read. */
export interface ReadDocumentOptions {
  /** Ends the work within a second; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Languages to recognise, best first, as ISO 639-1 codes; only those with data count. Default: English, French. */
  languages?: readonly string[];
  /** Told after each page. */
  onPage?: (progress: PageProgress) => void;
  /** The parser children to use; default: one pool for the process. */
  pool?: ParserPool;
}

/** A document's text, or why there is none. */
export type ReadResult = ParseResult;

const parsedTypes = new Set(['application/pdf', 'image/png', 'image/jpeg', 'image/webp', 'image/tiff']);

let sharedPool: ParserPool | undefined;
let folder: Promise<string> | undefined;

const languageData = (): Promise<string> => {
  folder ??= languageDataFolder().catch((error: unknown) => {
    folder = undefined;
    throw error;
  });
  return folder;
};

/**
 * Reads a document's text and attachments from its bytes, whatever it is called. Foreign files are parsed in a child
 * process with a memory ceiling and a clock; what is wrong with the file is a result, not an error. Rejects when
 * aborted, or when this installation cannot parse at all.
 */
export const readDocument = async (
  bytes: Uint8Array,
  { signal, languages = ['en', 'fr'], onPage, pool }: ReadDocumentOptions = {},
): Promise<ReadResult> => {
  signal?.throwIfAborted();
  if (bytes.length === 0) return unreadable('UNREADABLE', 'the file is empty');
  if (bytes.length > DOCUMENT_MAX_BYTES) return unreadable('TOO_LARGE', `the file has ${bytes.length} bytes`);

  const mediaType = await sniffType(bytes);
  if (mediaType === 'application/xml') return { ok: true, document: xmlDocument(bytes) };
  if (mediaType === 'text/plain') return { ok: true, document: plainTextDocument(decodeText(bytes) ?? '') };
  if (mediaType === null || !parsedTypes.has(mediaType)) {
    return unreadable('UNSUPPORTED_TYPE', `files of type ${mediaType ?? 'unknown'} are not read`);
  }
  sharedPool ??= createParserPool();
  return (pool ?? sharedPool).parse(
    { bytes, mediaType, languages: recognitionLanguages(languages), languageData: await languageData() },
    { signal, onPage },
  );
};

/** Ends the idle parser children of this process; they end with it in any case. The next document starts new ones. */
export const closeDocumentReader = (): void => {
  sharedPool?.close();
  sharedPool = undefined;
};

/** An XML file is its own attachment: it has no pages, and whoever reads embedded XML reads it the same way. */
const xmlDocument = (bytes: Uint8Array): DocumentText => ({
  mediaType: 'application/xml',
  pageCount: 0,
  truncated: false,
  pages: [],
  attachments: [{ name: 'document.xml', bytes }],
});
