import { describe, expect, test } from 'vitest';
import type { DocumentText, Page } from '../../../shared/extraction/document-text.ts';
import { packDocument, textOf, unpackDocument } from '../../../shared/extraction/pack-document.ts';

const pageOf = (number: number, ...texts: string[]): Page => {
  const lines = texts.map((text, row) => ({
    text,
    words: text
      .split(' ')
      .map((word, at) => ({ text: word, x: 40 * at, y: 12 * row, width: 36.25, height: 10, confidence: 1 })),
  }));
  return {
    number,
    width: 595,
    height: 842,
    source: 'text',
    confidence: 1,
    lines,
    text: lines.map(({ text }) => text).join('\n'),
  };
};
const documentOf = (parts: Partial<DocumentText> = {}): DocumentText => ({
  mediaType: 'application/pdf',
  pageCount: 1,
  truncated: false,
  pages: [pageOf(1, 'Invoice A-1', 'Total 12.00')],
  attachments: [],
  ...parts,
});
const throughJson = (document: DocumentText) =>
  unpackDocument(JSON.parse(JSON.stringify(packDocument(document))));

test('comes back as it was, words and their places included', () => {
  const document = documentOf({ pageCount: 2, pages: [pageOf(1, 'Invoice A-1'), pageOf(2, 'Page two')] });

  expect(throughJson(document)).toEqual(document);
});

test('keeps attached XML and only the name of other files', () => {
  const xml = new TextEncoder().encode('<?xml version="1.0"?><Invoice/>');
  const attachments = [
    { name: 'factur-x.XML', bytes: xml },
    { name: 'no-ending', bytes: xml },
    { name: 'terms.pdf', bytes: new Uint8Array(10) },
  ];

  const packed = packDocument(documentOf({ attachments }));

  expect(packed.attachments.map(({ name }) => name)).toEqual(['factur-x.XML', 'no-ending', 'terms.pdf']);
  expect(unpackDocument(packed).attachments.map(({ name, bytes }) => [name, new Uint8Array(bytes)])).toEqual([
    ['factur-x.XML', xml],
    ['no-ending', xml],
  ]);
});

test('separates pages by a form feed', () => {
  expect(textOf(documentOf({ pages: [pageOf(1, 'one'), pageOf(2, 'two')] }))).toBe('one\ftwo');
});

describe('what the database would refuse', () => {
  test('is left out of text and words', () => {
    const document = documentOf({ pages: [pageOf(1, 'A\u0000-1 half\ud800')] });

    expect(textOf(document)).toBe('A-1 half\ufffd');
    expect(throughJson(document).pages[0]?.lines[0]?.text).toBe('A-1 half\ufffd');
    expect(JSON.stringify(packDocument(document))).not.toMatch(/\\u0000|\\ud800/);
  });
});

test('takes up less room than its words as plain JSON', () => {
  const line = 'Some words of an invoice line 12.00 EUR';
  const document = documentOf({ pages: [pageOf(1, ...Array.from({ length: 60 }, () => line))] });

  expect(packDocument(document).packed.length).toBeLessThan(JSON.stringify(document.pages).length / 10);
});

test('refuses a payload that is not one of ours', () => {
  expect(() => unpackDocument({ pages: [] })).toThrow();
});
