import { isValidIBAN } from 'ibantools';
import { compareAmounts, parseAmount } from '../../domain/money.ts';
import type { DocumentText } from '../document-text.ts';
import { checkFields } from './checks.ts';
import { type ChosenXml, chooseXml, isBareXml, type ParsedXml } from './choose-xml.ts';
import { confidenceOf, OCR_DOUBT_BELOW } from './confidence.ts';
import { assembleInvoice, type Conflict, type Fields, type InvoiceReading } from './invoice.ts';
import { decimalMarkOf, findAmounts } from './text/amounts.ts';
import { vatIdValidity } from './text/identifiers.ts';
import { type PageReading, readPageText } from './text/read-page-text.ts';
import type { OwnCompany } from './text/read-parties.ts';
import type { InvoiceXml } from './xml/parse-invoice-xml.ts';

export interface ReadInvoiceOptions {
  /** The workspace's own company, which is never the supplier of a purchase. */
  ownCompany?: OwnCompany;
  /** ISO country that decides what the page leaves open: order of dates, decimal mark, currency. */
  country?: string;
  /** Results for the attachments that `xmlToParseApart` names. */
  parsedXml?: ParsedXml;
}

type Parsed = Extract<InvoiceXml, { kind: 'invoice' }>;

/** An amount or number of the page that contradicts the XML this surely is worth a person's look. */
const CONFLICT_CONFIDENCE = 0.8;

const xmlFields = ({ name, facts }: { name: string; facts: Parsed['facts'] }): Fields => {
  const items = new Set(
    Object.keys(facts)
      .filter((path) => path.startsWith('items.'))
      .map((path) => path.split('.')[1]),
  );
  const confidence = confidenceOf({ basis: 'structured' });
  const fields = Object.entries(facts).map(
    ([path, { value, at }]) =>
      [path, { value, confidence, source: 'xml' as const, evidence: `${name} ${at}` }] as const,
  );
  return {
    ...Object.fromEntries(fields),
    item_count: { value: items.size, confidence, source: 'xml', evidence: `${name} lines` },
  };
};

const unprovedXml = ({ facts }: Parsed): string[] => {
  const iban =
    facts.iban && /^[A-Z]{2}\d\d/.test(facts.iban.value) && !isValidIBAN(facts.iban.value) ? ['iban'] : [];
  const vat = ['supplier.vat_id', 'customer.vat_id'].filter(
    (path) => facts[path] && vatIdValidity(facts[path].value) === 'invalid',
  );
  return [...iban, ...vat];
};

const bare = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();

/**
 * Where page and XML disagree on number or total. A value of the XML that stands anywhere on the page is no conflict:
 * then only our reading of the page may be wrong.
 */
const conflictsOf = (document: DocumentText, xml: Parsed, page: PageReading): Conflict[] => {
  const text = document.pages.map((each) => each.text).join('\n');
  const amounts = findAmounts(text, decimalMarkOf(text)).map(({ value }) => value);
  const onPage = {
    invoice_number: (value: string) => bare(text).includes(bare(value)),
    total_amount: (value: string) => {
      const total = parseAmount(value);
      return total !== null && amounts.some((amount) => compareAmounts(amount, total) === 0);
    },
  };
  return (['invoice_number', 'total_amount'] as const).flatMap((field): Conflict[] => {
    const stated = xml.facts[field]?.value;
    const read = page.fields[field];
    if (stated === undefined || !read || read.confidence < CONFLICT_CONFIDENCE || onPage[field](stated))
      return [];
    return [{ field, xml: stated, page: String(read.value) }];
  });
};

const documentFlags = (document: DocumentText): string[] => [
  ...(document.truncated ? ['document_truncated'] : []),
  ...(document.pages.some(({ source, confidence }) => source === 'ocr' && confidence < OCR_DOUBT_BELOW)
    ? ['poorly_recognised']
    : []),
];

const hasText = (document: DocumentText) => document.pages.some(({ lines }) => lines.length > 0);

const fromXml = (
  document: DocumentText,
  name: string,
  xml: Parsed,
  options: ReadInvoiceOptions,
): InvoiceReading => {
  const { fields, flags } = checkFields(xmlFields({ name, facts: xml.facts }), unprovedXml(xml));
  const conflicts = hasText(document) ? conflictsOf(document, xml, readPageText(document, options)) : [];
  return {
    status: 'extracted',
    document_type_code: xml.document_type_code ?? '380',
    syntax: xml.syntax,
    ...(xml.profile ? { profile: xml.profile } : {}),
    invoice: assembleInvoice(fields),
    ibans: xml.ibans.map(({ value }) => value),
    fields,
    quality_flags: [
      ...flags,
      ...conflicts.map(({ field }) => `${field}_conflicts_with_page`),
      ...(xml.documents > 1 ? ['several_invoices_in_file'] : []),
      ...documentFlags(document),
    ],
    conflicts,
  };
};

const notAnInvoice = (message: string): InvoiceReading => ({
  status: 'halted',
  code: 'not_an_invoice',
  message,
});

const fromPages = (document: DocumentText, options: ReadInvoiceOptions, flags: string[]): InvoiceReading => {
  if (!hasText(document))
    return { status: 'halted', code: 'no_text', message: 'the document has no readable text' };
  const page = readPageText(document, options);
  if (page.kind.other) return notAnInvoice(`the document is ${page.kind.other}`);
  const { fields, flags: failed } = checkFields(page.fields, page.unproved);
  if (page.kind.segment === null && !(page.namesSums && fields.issue_date)) {
    return notAnInvoice('the page does not call itself an invoice or receipt');
  }
  return {
    status: 'extracted',
    document_type_code: page.kind.code,
    invoice: assembleInvoice(fields),
    ibans: page.ibans,
    fields,
    quality_flags: [...flags, ...failed, ...documentFlags(document)],
    conflicts: [],
  };
};

const fromChosen = (
  document: DocumentText,
  { name, xml }: ChosenXml,
  options: ReadInvoiceOptions,
): InvoiceReading => {
  if (xml.kind === 'invoice') return fromXml(document, name, xml, options);
  if (xml.kind === 'other')
    return notAnInvoice(`the XML is no invoice: its root is ${xml.root.slice(0, 60)}`);
  if (isBareXml(document)) return { status: 'failed', code: xml.code, message: xml.reason };
  const tooLarge = xml.code === 'TOO_LARGE';
  return fromPages(document, options, [tooLarge ? 'attached_xml_too_large' : 'attached_xml_unreadable']);
};

/**
 * Reads an invoice from a document's text and attachments: embedded XML first, the words of the page second, checks
 * third. Pure: the same document gives the same reading. Never throws on what a document holds.
 */
export const readInvoice = (document: DocumentText, options: ReadInvoiceOptions = {}): InvoiceReading => {
  const chosen = chooseXml(document, options.parsedXml);
  return chosen ? fromChosen(document, chosen, options) : fromPages(document, options, []);
};
