import { createRequire } from 'node:module';

// The parsers whose own declarations need a browser's types, which this program has none of. They are loaded past the
// compiler, and the part of them that is used is written down here. Only the parser child imports this.
const require = createRequire(import.meta.url);

/** A PDF transform: [a b c d e f]. */
export type Matrix = [number, number, number, number, number, number];

/** A page of pdf.js. */
export interface PdfPage {
  getViewport(options: { scale: number }): { width: number; height: number; transform: Matrix };
  streamTextContent(): ReadableStream<{ items: object[] }>;
  cleanup(): boolean;
}

/** An open PDF of pdf.js; `loadingTask.destroy()` frees it. */
export interface Pdf {
  numPages: number;
  getPage(number: number): Promise<PdfPage>;
  getAttachments(): Promise<Map<string, { filename: string }> | null>;
  getAttachmentContent(key: string): Promise<Uint8Array | null>;
  loadingTask: { destroy(): Promise<void> };
}

/** pdf.js, for text layers and attachments. */
export const unpdf: {
  getDocumentProxy(bytes: Uint8Array, options: Record<string, unknown>): Promise<Pdf>;
} = require('unpdf');

/** A PDF opened by pdfium; pages count from 0. */
export interface PdfiumDocument {
  getPage(index: number): {
    getOriginalSize(): { originalWidth: number; originalHeight: number };
    render(options: {
      scale: number;
      colorSpace: 'Gray';
      renderFormFields: boolean;
    }): Promise<{ data: Uint8Array; width: number; height: number }>;
  };
  destroy(): void;
}

/** pdfium, for pictures of pages. */
export const {
  PDFiumLibrary,
}: {
  PDFiumLibrary: { init(): Promise<{ loadDocument(bytes: Uint8Array): Promise<PdfiumDocument> }> };
} = require('@hyzyla/pdfium');

/** A tesseract in a thread of its own. */
export interface TesseractWorker {
  setParameters(parameters: Record<string, string>): Promise<unknown>;
  recognize(
    image: Buffer,
    options: Record<string, never>,
    output: { text: boolean; tsv: boolean },
  ): Promise<{ data: { confidence: number; tsv: string | null } }>;
  terminate(): Promise<unknown>;
}

/** tesseract.js, for recognition. */
export const tesseract: {
  OEM: { LSTM_ONLY: number };
  PSM: { AUTO: string; SINGLE_COLUMN: string; SINGLE_BLOCK: string; SPARSE_TEXT: string };
  createWorker(
    languages: string[],
    engine: number,
    options: { langPath: string; gzip: boolean; cacheMethod: string; errorHandler: (error: unknown) => void },
  ): Promise<TesseractWorker>;
} = require('tesseract.js');
