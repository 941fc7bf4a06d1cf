import type { DocumentText } from './document-text.ts';
import { xmlToParseApart } from './invoice/choose-xml.ts';
import type { InvoiceReading } from './invoice/invoice.ts';
import { type ReadInvoiceOptions, readInvoice } from './invoice/read-invoice.ts';
import type { InvoiceXml } from './invoice/xml/parse-invoice-xml.ts';
import { XML_CLOCK_MS } from './limits.ts';
import { createParserPool, type ParserPool } from './parser-pool.ts';

/** How an invoice is read out of a document. */
export interface ReadInvoiceDocumentOptions extends Omit<ReadInvoiceOptions, 'parsedXml'> {
  /** Ends the work within a second; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** The parser children to use; default: one child for the process, apart from those that read documents. */
  pool?: ParserPool;
}

// Not the children of `readDocument`: an XML never waits for a scan, and a process holds one of these at most.
let xmlPool: ParserPool | undefined;

/**
 * Reads an invoice from a document, as `readInvoice` does, with XML over 1 MB parsed in a child process that has a
 * memory ceiling and a clock. What is wrong with the file is a reading, not an error. Rejects when aborted, or when
 * this installation cannot start a child.
 */
export const readInvoiceDocument = async (
  document: DocumentText,
  { signal, pool, ...options }: ReadInvoiceDocumentOptions = {},
): Promise<InvoiceReading> => {
  signal?.throwIfAborted();
  const parsedXml = new Map<Uint8Array, InvoiceXml>();
  for (const bytes of xmlToParseApart(document)) {
    xmlPool ??= createParserPool({ children: 1, documentClockMs: XML_CLOCK_MS });
    const xml = await (pool ?? xmlPool).parseXml(bytes, { signal });
    parsedXml.set(bytes, xml);
    // The first that is an invoice speaks for the document.
    if (xml.kind === 'invoice') break;
  }
  return readInvoice(document, { ...options, parsedXml });
};
