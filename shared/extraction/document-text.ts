/**
 * What reading a document yields, before anyone asks what it says: pages of text with the place of every word, and
 * the files attached to it. `ocr_extract` makes it, `ai_invoice` reads it.
 */

/** Where a page's words come from: the text layer of the file, or optical recognition. */
export type TextSource = 'text' | 'ocr';

/** A word and its box in PDF points (1/72 inch), origin at the page's top left. `confidence` is 0–1. */
export interface Word {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  confidence: number;
}

/** Words that stand on one line, left to right; `text` joins them, with wider gaps kept as several spaces. */
export interface Line {
  text: string;
  words: Word[];
}

export interface Page {
  /** From 1. */
  number: number;
  /** In PDF points. */
  width: number;
  height: number;
  source: TextSource;
  /** Mean of the words' confidence, 0–1; 0 for a page without words. */
  confidence: number;
  /** In reading order, top to bottom. */
  lines: Line[];
  /** The lines joined by line feeds. */
  text: string;
}

/** A file inside the document, such as `factur-x.xml`. */
export interface Attachment {
  name: string;
  bytes: Uint8Array;
}

export interface DocumentText {
  /** From the bytes, never from a name or a header. */
  mediaType: string;
  /** Pages of the document, whether read or not. */
  pageCount: number;
  /** True when pages beyond the limit were not read. */
  truncated: boolean;
  pages: Page[];
  attachments: Attachment[];
}

/** Why a document cannot be read at all; each is a `failed` task with this code. */
export type UnreadableCode = 'UNSUPPORTED_TYPE' | 'TOO_LARGE' | 'UNREADABLE' | 'ENCRYPTED';
