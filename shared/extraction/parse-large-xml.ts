import { type InvoiceXml, parseInvoiceXml } from './invoice/xml/parse-invoice-xml.ts';
import { XML_VALUES_MAX } from './limits.ts';

/** Parses the XML of one invoice, whatever its size; runs inside the parser child only. */
export const parseLargeXml = (bytes: Uint8Array): InvoiceXml => {
  const xml = parseInvoiceXml(bytes);
  const tooMany = xml.kind === 'invoice' && Object.keys(xml.facts).length + xml.ibans.length > XML_VALUES_MAX;
  return tooMany
    ? { kind: 'refused', code: 'TOO_LARGE', reason: `the XML states more than ${XML_VALUES_MAX} values` }
    : xml;
};
