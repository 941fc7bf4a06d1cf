import type { DocumentText, UnreadableCode } from './document-text.ts';
import type { InvoiceXml } from './invoice/xml/parse-invoice-xml.ts';

/** One document to parse. `languageData` is the folder with the recognition data. */
export interface ParseRequest {
  bytes: Uint8Array;
  mediaType: string;
  /** Tesseract's language codes, such as `eng`. */
  languages: string[];
  languageData: string;
}

/** What the parent sends: a document to read, the XML of an invoice, or a picture to check. */
export type ParserRequest =
  | ({ kind: 'document' } & ParseRequest)
  | { kind: 'xml' | 'image'; bytes: Uint8Array };

/** How far a document has come. */
export interface PageProgress {
  number: number;
  pageCount: number;
}

/** The end of a parse: a document, or the reason why there is none. */
export type ParseResult = { ok: true; document: DocumentText } | Unreadable;

/** A document that cannot be read, and why, in words without anything from the document. */
export interface Unreadable {
  ok: false;
  code: UnreadableCode;
  message: string;
}

/** A picture that was decoded to its end, in a format that is shown everywhere, or why there is none. */
export type Raster =
  | {
      ok: true;
      bytes: Uint8Array;
      mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
      /** Of `bytes`, in pixels. */
      width: number;
      height: number;
      /** Drawn from a vector picture, so its size says nothing. */
      isVector: boolean;
    }
  | { ok: false; reason: string };

/** The end of a job, of the kind that was asked for. */
export type JobResult = ParseResult | InvoiceXml | Raster;

/** What the child sends; a result is of the kind that was asked for. `broken` means that the child itself cannot work, whatever the document. */
export type ChildMessage =
  | { kind: 'ready' }
  | { kind: 'page'; progress: PageProgress }
  | { kind: 'result'; result: JobResult; memoryBytes: number }
  | { kind: 'broken'; message: string };

/** The result of a document that cannot be read. */
export const unreadable = (code: UnreadableCode, message: string): Unreadable => ({
  ok: false,
  code,
  message,
});
