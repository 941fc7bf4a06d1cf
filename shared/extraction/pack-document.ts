import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { DocumentText, Page } from './document-text.ts';
import { DOCUMENT_MAX_BYTES } from './limits.ts';

/**
 * A read document as `document_extractions.metadata` holds it: what a person may want to see stands open, the words
 * with their places and the attached XML are compressed. Whoever has it need not open the file again.
 */
export const PackedDocument = z.object({
  media_type: z.string(),
  page_count: z.int(),
  truncated: z.boolean(),
  pages: z.array(
    z.object({
      number: z.int(),
      width: z.number(),
      height: z.number(),
      source: z.enum(['text', 'ocr']),
      confidence: z.number(),
    }),
  ),
  attachments: z.array(z.object({ name: z.string(), bytes: z.int() })),
  /** Base64 of gzip of JSON: lines of each page, and the XML files. */
  packed: z.string(),
});
export type PackedDocument = z.output<typeof PackedDocument>;

/** A word as `[text, x, y, width, height, confidence]`: names would double the size. */
type PackedWord = [string, number, number, number, number, number];

interface Packed {
  pages: { text: string; words: PackedWord[] }[][];
  xml: { name: string; base64: string }[];
}

/** Largest unpacked payload: words take up more room than the file they were read from. */
const UNPACKED_MAX_BYTES = 8 * DOCUMENT_MAX_BYTES;
/** Larger XML is refused by whoever reads it; one byte more than that is enough to be refused. */
const XML_KEPT_BYTES = 5 * 1024 * 1024 + 1;

// A jsonb string and a text column both refuse NUL and half surrogate pairs, and PDFs hold them.
const clean = (text: string) => text.replaceAll('\u0000', '').toWellFormed();
const hundredths = (value: number) => Math.round(value * 100) / 100;

/** The document's pages as one text, with a form feed between pages. */
export const textOf = ({ pages }: Pick<DocumentText, 'pages'>): string =>
  clean(pages.map(({ text }) => text).join('\f'));

/** Packs a document; attachments other than XML are named, not kept. */
export function packDocument(document: DocumentText): PackedDocument {
  const packed: Packed = {
    pages: document.pages.map(({ lines }) =>
      lines.map((line) => ({
        text: clean(line.text),
        words: line.words.map(({ text, x, y, width, height, confidence }) => [
          clean(text),
          ...([x, y, width, height, confidence].map(hundredths) as [number, number, number, number, number]),
        ]),
      })),
    ),
    xml: document.attachments.filter(isXml).map(({ name, bytes }) => ({
      name: clean(name),
      base64: Buffer.from(bytes.subarray(0, XML_KEPT_BYTES)).toString('base64'),
    })),
  };
  return {
    media_type: document.mediaType,
    page_count: document.pageCount,
    truncated: document.truncated,
    pages: document.pages.map(({ number, width, height, source, confidence }) => ({
      number,
      width: hundredths(width),
      height: hundredths(height),
      source,
      confidence: hundredths(confidence),
    })),
    attachments: document.attachments.map(({ name, bytes }) => ({
      name: clean(name),
      bytes: bytes.byteLength,
    })),
    packed: gzipSync(JSON.stringify(packed)).toString('base64'),
  };
}

const isXml = ({ name, bytes }: DocumentText['attachments'][number]) =>
  /\.xml$/i.test(name) ||
  Buffer.from(bytes.subarray(0, 64)).toString('latin1').trimStart().startsWith('<?xml');

/** The document again, coordinates to a hundredth of a point. Throws when the payload is not one of ours. */
export function unpackDocument(metadata: unknown): DocumentText {
  const { media_type, page_count, truncated, pages, packed } = PackedDocument.parse(metadata);
  const payload = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: UNPACKED_MAX_BYTES });
  const { pages: lines, xml } = JSON.parse(payload.toString()) as Packed; // written by packDocument only
  return {
    mediaType: media_type,
    pageCount: page_count,
    truncated,
    pages: pages.map((page, index): Page => {
      const unpacked = (lines[index] ?? []).map(({ text, words }) => ({
        text,
        words: words.map(([word, x, y, width, height, confidence]) => ({
          text: word,
          x,
          y,
          width,
          height,
          confidence,
        })),
      }));
      return { ...page, lines: unpacked, text: unpacked.map(({ text }) => text).join('\n') };
    }),
    attachments: xml.map(({ name, base64 }) => ({ name, bytes: Buffer.from(base64, 'base64') })),
  };
}
