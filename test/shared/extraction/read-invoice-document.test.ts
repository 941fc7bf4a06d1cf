import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { DocumentText } from '../../../shared/extraction/document-text.ts';
import { XML_INLINE_MAX_BYTES } from '../../../shared/extraction/invoice/choose-xml.ts';
import { XML_MAX_BYTES } from '../../../shared/extraction/invoice/xml/tree.ts';
import { XML_VALUES_MAX } from '../../../shared/extraction/limits.ts';
import { packDocument, unpackDocument } from '../../../shared/extraction/pack-document.ts';
import {
  createParserPool,
  type ParserPool,
  type ParserPoolSettings,
} from '../../../shared/extraction/parser-pool.ts';
import { readDocument } from '../../../shared/extraction/read-document.ts';
import { readInvoiceDocument } from '../../../shared/extraction/read-invoice-document.ts';
import { documentText, xmlDocument } from '../../support/document-text.ts';
import { drawRows, invoiceRows, makePdf } from '../../support/documents.ts';
import { ciiXml, longCiiXml } from '../../support/invoice-xml.ts';

const pools: ParserPool[] = [];
const makePool = (settings: ParserPoolSettings = {}): ParserPool => {
  const pool = createParserPool({ children: 1, ...settings });
  pools.push(pool);
  return pool;
};
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

/** For what needs no limits of its own. */
const pool = createParserPool({ children: 1 });
afterAll(() => pool.close());

const MEGABYTE = 1024 * 1024;
/** 1.5 MB, and its total is 2100. */
const large = longCiiXml(1750);
/** Elements of four bytes, as many as an XML that is read may hold: half a gigabyte once they are a tree. */
const tiny = `<Invoice>${'<a/>'.repeat((XML_MAX_BYTES - 32) / 4)}</Invoice>`;
const attached = (...files: [name: string, xml: string][]) =>
  documentText('INVOICE\nInvoice No: INV-77\nInvoice date: 4 March 2024\nTotal due  $108.00', {
    attachments: files.map(([name, xml]) => ({ name, bytes: new TextEncoder().encode(xml) })),
  });
/** As the next worker finds it in the database. */
const stored = (document: DocumentText) => unpackDocument(JSON.parse(JSON.stringify(packDocument(document))));

test('the samples are as large as they claim', () => {
  expect(large.length).toBeGreaterThan(1.5 * XML_INLINE_MAX_BYTES * 0.95);
  expect(tiny.length).toBeGreaterThan(0.99 * XML_MAX_BYTES);
  expect(tiny.length).toBeLessThanOrEqual(XML_MAX_BYTES);
});

describe('an XML over 1 MB', () => {
  test('is read when it is the document, also after it was stored', async () => {
    const reading = await readInvoiceDocument(stored(xmlDocument(large)), { pool });

    expect(reading).toMatchObject({
      status: 'extracted',
      syntax: 'CII',
      quality_flags: [],
      invoice: { invoice_number: 'A-17', total_amount: '2100', item_count: 1750 },
    });
  });

  test('is read when a PDF carries it', async () => {
    const pdf = await makePdf((draw) => {
      drawRows(invoiceRows)(draw);
      const day = new Date(0);
      draw.file(Buffer.from(large), { name: 'factur-x.xml', creationDate: day, modifiedDate: day });
    });
    const read = await readDocument(pdf, { pool });
    if (!read.ok) throw new Error(read.message);

    const reading = await readInvoiceDocument(stored(read.document), { pool });

    expect(reading).toMatchObject({
      status: 'extracted',
      invoice: { total_amount: '2100', items: { length: 1750 } },
    });
  });

  test('that is no invoice halts', async () => {
    const document = xmlDocument(`<catalogue>${'<entry>widget</entry>'.repeat(60_000)}</catalogue>`);

    expect(await readInvoiceDocument(document, { pool })).toMatchObject({
      status: 'halted',
      code: 'not_an_invoice',
    });
  });

  test('that is not well-formed fails', async () => {
    expect(await readInvoiceDocument(xmlDocument(large.slice(0, -30)), { pool })).toMatchObject({
      status: 'failed',
      code: 'UNREADABLE',
    });
  });

  test('with more values than anyone could go on with is refused where it was parsed', async () => {
    const lines = '<InvoiceLine><ID>1</ID></InvoiceLine>'.repeat(XML_VALUES_MAX + 1);

    expect(await readInvoiceDocument(xmlDocument(`<Invoice>${lines}</Invoice>`), { pool })).toMatchObject({
      status: 'failed',
      code: 'TOO_LARGE',
    });
  });
});

describe('a child that parses XML', () => {
  test('dies of tiny elements at its memory ceiling, and the next document gets another', async () => {
    const pool = makePool({ memoryMaxBytes: 200 * MEGABYTE });

    const hostile = await readInvoiceDocument(xmlDocument(tiny), { pool });
    const next = await readInvoiceDocument(xmlDocument(longCiiXml(1150)), { pool });

    expect(hostile).toMatchObject({ status: 'failed', code: 'TOO_LARGE' });
    expect(next).toMatchObject({ status: 'extracted', invoice: { total_amount: '1380' } });
  });

  test('dies at its clock, and an attachment it dies of leaves the page to speak', async () => {
    const pool = makePool({ documentClockMs: 50 });

    const reading = await readInvoiceDocument(attached(['factur-x.xml', tiny]), { pool });

    expect(reading).toMatchObject({
      status: 'extracted',
      invoice: { invoice_number: 'INV-77' },
      quality_flags: expect.arrayContaining(['attached_xml_too_large']),
    });
  });

  test('is not started for what needs no ceiling', async () => {
    const pool = makePool();
    const others: [string, string][] = [['other.xml', large]];

    const small = await readInvoiceDocument(attached(['factur-x.xml', ciiXml()], ...others), { pool });
    const huge = await readInvoiceDocument(xmlDocument(`<a>${'x'.repeat(XML_MAX_BYTES)}</a>`), { pool });

    expect(small).toMatchObject({ status: 'extracted', invoice: { total_amount: '120' } });
    expect(huge).toMatchObject({ status: 'failed', code: 'UNREADABLE' });
    expect(pool.pids()).toEqual([]);
  });

  test('is not asked again once an invoice was found', async () => {
    const asked: number[] = [];
    const parseXml: ParserPool['parseXml'] = (bytes, options) => {
      asked.push(bytes.length);
      return pool.parseXml(bytes, options);
    };

    const document = attached(['a.xml', large], ['b.xml', tiny]);
    const reading = await readInvoiceDocument(document, { pool: { ...pool, parseXml } });

    expect(reading).toMatchObject({ status: 'extracted', invoice: { total_amount: '2100' } });
    expect(asked).toEqual([large.length]);
  });

  test('dies with the signal, and the reading rejects with its reason', async () => {
    await pool.parseXml(Buffer.from('<a/>'));
    const [child = 0] = pool.pids();
    const controller = new AbortController();
    const reason = new Error('the task is over');

    const reading = readInvoiceDocument(xmlDocument(tiny), { pool, signal: controller.signal });
    setImmediate(() => controller.abort(reason));

    await expect(reading).rejects.toBe(reason);
    await expect.poll(() => pool.pids()).not.toContain(child);
  });
});
