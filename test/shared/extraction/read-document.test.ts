import { afterAll, describe, expect, it } from 'vitest';
import type { DocumentText } from '../../../shared/extraction/document-text.ts';
import { createParserPool } from '../../../shared/extraction/parser-pool.ts';
import { type ReadDocumentOptions, readDocument } from '../../../shared/extraction/read-document.ts';
import { contentPdf, drawRows, invoiceRows, makePdf, makeScan } from '../../support/documents.ts';

const pool = createParserPool({ children: 1 });
afterAll(() => pool.close());

// One language throughout, because a recogniser starts anew for other ones.
const read = (bytes: Uint8Array, options: ReadDocumentOptions = {}) =>
  readDocument(bytes, { pool, languages: ['en'], ...options });
const readable = async (bytes: Uint8Array, options?: ReadDocumentOptions): Promise<DocumentText> => {
  const result = await read(bytes, options);
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result.document;
};

describe('the text layer of a PDF', () => {
  it('becomes lines whose columns stay visible, with places from the top left', async () => {
    const { mediaType, pageCount, pages } = await readable(await makePdf(drawRows(invoiceRows)));

    expect({ mediaType, pageCount }).toEqual({ mediaType: 'application/pdf', pageCount: 1 });
    const [page] = pages;
    expect(page).toMatchObject({ number: 1, source: 'text', confidence: 1, width: 595.28, height: 841.89 });
    expect(page?.text).toMatch(/^Bill to {8,}Ship to$/m);
    expect(page?.text).toMatch(/^Oak boards, planed {8,}12 {8,}240\.00$/m);
    const total = page?.lines.flatMap((line) => line.words).find((word) => word.text === '275.50');
    expect(total?.x).toBeCloseTo(470, 0);
    expect(total?.y).toBeGreaterThan(305);
    expect(total?.y).toBeLessThan(315);
  });

  it('is read upright when the page is turned and cut to its crop box', async () => {
    const bytes = await makePdf((pdf) => {
      const page = pdf.page.dictionary.data as Record<string, unknown>;
      page.Rotate = 90;
      page.CropBox = [0, 400, 595.28, 841.89];
      pdf.text('cut off below the crop box', 50, 700, { lineBreak: false });
      // A page that is shown turned is drawn turned the other way.
      pdf
        .rotate(-90, { origin: [100, 300] })
        .text('a label that is shown upright', 100, 300, { lineBreak: false });
    });

    const [page] = (await readable(bytes)).pages;

    expect(page?.text).toBe('a label that is shown upright');
    expect(page).toMatchObject({ width: 441.89, height: 595.28 });
    const [first, second] = page?.lines[0]?.words ?? [];
    expect(second?.x).toBeGreaterThan(first?.x ?? Number.POSITIVE_INFINITY);
    expect(second?.y).toBe(first?.y);
  });

  it('comes with the attached files and their bytes', async () => {
    const xml = Buffer.from('<Invoice>7</Invoice>');
    const bytes = await makePdf((pdf) => {
      drawRows(invoiceRows)(pdf);
      pdf.file(xml, { name: 'factur-x.xml', creationDate: new Date(0), modifiedDate: new Date(0) });
    });

    const { attachments } = await readable(bytes);

    expect(attachments.map(({ name }) => name)).toEqual(['factur-x.xml']);
    expect(Buffer.from(attachments[0]?.bytes ?? []).equals(xml)).toBe(true);
  });

  it('tells its progress and stops at fifty pages', async () => {
    const bytes = await makePdf((pdf) => {
      for (let number = 1; number <= 52; number += 1) {
        if (number > 1) pdf.addPage();
        pdf.text(`page ${number} has enough text to stand for itself`);
      }
    });
    const seen: number[] = [];

    const document = await readable(bytes, { onPage: ({ number }) => seen.push(number) });

    expect(document).toMatchObject({ pageCount: 52, truncated: true });
    expect(document.pages).toHaveLength(50);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });
});

describe('recognition', () => {
  it('reads a slightly turned picture and puts its words where they stand', async () => {
    const { pages, mediaType } = await readable(await makeScan({ degrees: 1.2, format: 'jpeg' }));

    expect(mediaType).toBe('image/jpeg');
    const [page] = pages;
    expect(page).toMatchObject({ source: 'ocr' });
    expect(page?.confidence).toBeGreaterThan(0.8);
    expect(page?.text).toContain('2024-0815');
    expect(page?.text).toMatch(/^Total {3,}275\.50$/m);
    const total = page?.lines.flatMap((line) => line.words).find((word) => word.text === '275.50');
    expect(total?.x).toBeGreaterThan(460);
    expect(total?.x).toBeLessThan(485);
    expect(total?.confidence).toBeGreaterThan(0.5);
  });

  it('is used for the pages of a PDF that have no text, and for no other', async () => {
    const scan = await makeScan({ dpi: 150 });
    const bytes = await makePdf((pdf) => {
      drawRows(invoiceRows)(pdf);
      pdf.addPage().image(scan, 0, 0, { width: 595 });
    });

    const { pages } = await readable(bytes);

    expect(pages.map(({ source }) => source)).toEqual(['text', 'ocr']);
    expect(pages[1]?.text).toContain('Musterweg');
  });

  it('finds nothing on blank pages, which is no failure', async () => {
    const { pages } = await readable(await makePdf((pdf) => pdf.addPage()));

    expect(pages).toHaveLength(2);
    expect(pages[0]).toMatchObject({ text: '', lines: [], confidence: 0 });
  });

  it('keeps the few words of a page that has no more', async () => {
    const { pages } = await readable(await makePdf(drawRows([[50, 50, 'Page 2 of 2']])));

    expect(pages[0]?.text).toBe('Page 2 of 2');
  });
});

describe('files that are no pages', () => {
  it('are passed on whole when they are XML', async () => {
    const bytes = Buffer.from('\ufeff<?xml version="1.0"?><Invoice/>');

    expect(await readable(bytes)).toEqual({
      mediaType: 'application/xml',
      pageCount: 0,
      truncated: false,
      pages: [],
      attachments: [{ name: 'document.xml', bytes }],
    });
  });

  it('become a page when they are plain text', async () => {
    const { mediaType, pages } = await readable(Buffer.from('Gebühr\t12,00\nZeile zwei', 'latin1'));

    expect(mediaType).toBe('text/plain');
    expect(pages[0]?.text).toBe('Gebühr  12,00\nZeile zwei');
  });

  it.each([
    ['HTML', '<!DOCTYPE html><html><body>Invoice</body></html>'],
    ['HTML without a doctype', '<html lang="en"><head></head></html>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['a zip or office file', 'PK\u0003\u0004\u0014\u0000\u0000\u0000\u0008\u0000abcdefghijklmnopqrst'],
    ['RTF', '{\\rtf1 Invoice}'],
    ['anything else', '\u0001\u0002\u0000\u0003 binary'],
  ])('are refused when they are %s', async (_, content) => {
    expect(await read(Buffer.from(content, 'latin1'))).toMatchObject({ ok: false, code: 'UNSUPPORTED_TYPE' });
  });
});

describe('files that cannot be read', () => {
  it.each([
    ['an empty file', async () => Buffer.of(), 'UNREADABLE'],
    ['a cut PDF', async () => (await makePdf(drawRows(invoiceRows))).subarray(0, 15), 'UNREADABLE'],
    [
      'a PDF of noise',
      async () => Buffer.from(`%PDF-1.7\n${'\u0001\u0099'.repeat(500)}`, 'latin1'),
      'UNREADABLE',
    ],
    ['a cut picture', async () => (await makeScan({ format: 'png' })).subarray(0, 900), 'UNREADABLE'],
    ['a PDF with a password', () => makePdf(drawRows(invoiceRows), { userPassword: 'secret' }), 'ENCRYPTED'],
    ['a file over 25 MB', async () => Buffer.alloc(25 * 1024 * 1024 + 1, ' '), 'TOO_LARGE'],
    [
      'a stream behind many filters',
      async () => contentPdf(Buffer.from('x'), `/Filter [${'/FlateDecode '.repeat(9)}]`),
      'TOO_LARGE',
    ],
    ['a picture of too many pixels', async () => hugePng(), 'TOO_LARGE'],
  ])('%s is a result, not an error', async (_, make, code) => {
    expect(await read(await make())).toMatchObject({ ok: false, code, message: expect.stringMatching(/\w/) });
  });

  it('are few: an owner password alone keeps nobody from reading', async () => {
    const bytes = await makePdf(drawRows(invoiceRows), { ownerPassword: 'secret' });

    expect((await readable(bytes)).pages[0]?.text).toContain('2024-0815');
  });

  it('leave the next document alone', async () => {
    await read(Buffer.from('%PDF-1.7\nbroken'));

    expect((await readable(await makePdf(drawRows(invoiceRows)))).pages[0]?.text).toContain('Total');
  });
});

/** A PNG that claims 30,000 by 30,000 pixels in its header. */
const hugePng = async (): Promise<Buffer> => {
  const { crc32 } = await import('node:zlib');
  const png = await makeScan({ dpi: 72 });
  png.writeUInt32BE(30_000, 16);
  png.writeUInt32BE(30_000, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
};
