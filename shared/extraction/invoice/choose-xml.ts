import type { Attachment, DocumentText } from '../document-text.ts';
import { type InvoiceXml, parseInvoiceXml } from './xml/parse-invoice-xml.ts';
import { XML_MAX_BYTES } from './xml/tree.ts';

/** Larger XML is parsed where a memory ceiling holds, and handed in. */
export const XML_INLINE_MAX_BYTES = 1024 * 1024;
/** Attachments that are looked at when none has a known name. */
const OTHERS_MAX = 5;

const KNOWN_NAMES = new Set(['factur-x.xml', 'zugferd-invoice.xml', 'xrechnung.xml']);
const ORDER_NAME = 'order-x.xml';

const nameOf = ({ name }: Attachment) => name.split(/[\\/]/).at(-1)?.trim().toLowerCase() ?? '';

/** A bare XML is its own attachment, whatever it is called. */
export const isBareXml = ({ mediaType }: DocumentText): boolean =>
  /^(?:application|text)\/(?:[\w.-]+\+)?xml$/.test(mediaType);

const candidates = (document: DocumentText): { known: Attachment[]; others: Attachment[] } => {
  if (isBareXml(document)) return { known: document.attachments.slice(0, 1), others: [] };
  const xml = document.attachments.filter((attachment) => nameOf(attachment).endsWith('.xml'));
  return {
    known: xml.filter(
      (attachment) => KNOWN_NAMES.has(nameOf(attachment)) || nameOf(attachment) === ORDER_NAME,
    ),
    others: xml.filter((attachment) => !KNOWN_NAMES.has(nameOf(attachment))).slice(0, OTHERS_MAX),
  };
};

// What is larger than any XML that is read is refused without parsing, which needs no ceiling.
const needsCeiling = ({ byteLength }: Uint8Array): boolean =>
  byteLength > XML_INLINE_MAX_BYTES && byteLength <= XML_MAX_BYTES;

/** XML reading of attachments that were parsed elsewhere, by the bytes themselves. */
export type ParsedXml = ReadonlyMap<Uint8Array, InvoiceXml>;

/**
 * The attachments over 1 MB that `readInvoice` will want, in the order in which they count: run `parseInvoiceXml` on each where a memory ceiling holds
 * and hand the results in as `parsedXml`. Most often empty.
 */
export const xmlToParseApart = (document: DocumentText): Uint8Array[] => {
  const { known, others } = candidates(document);
  return (known.length > 0 ? known : others).map(({ bytes }) => bytes).filter(needsCeiling);
};

/** The XML that speaks for a document. `null` when it has none. */
export interface ChosenXml {
  name: string;
  xml: InvoiceXml;
}

const read = ({ name, bytes }: Attachment, parsed: ParsedXml | undefined): ChosenXml => {
  const ready = parsed?.get(bytes);
  if (ready) return { name, xml: ready };
  // Nobody parsed it elsewhere.
  if (needsCeiling(bytes)) {
    return { name, xml: { kind: 'refused', code: 'TOO_LARGE', reason: 'the XML is larger than 1 MB' } };
  }
  return { name, xml: parseInvoiceXml(bytes) };
};

/**
 * Which XML counts: one with a known name first, whatever it holds; else the first other whose root is an invoice's.
 * An order-x.xml makes the document an order.
 */
export const chooseXml = (document: DocumentText, parsed?: ParsedXml): ChosenXml | null => {
  const { known, others } = candidates(document);
  const named = known.map((attachment) => read(attachment, parsed));
  const invoice = named.find(({ xml }) => xml.kind === 'invoice') ?? named[0];
  if (invoice) return invoice;
  return (
    others.map((attachment) => read(attachment, parsed)).find(({ xml }) => xml.kind === 'invoice') ?? null
  );
};
