import type { XmlSyntax } from '../invoice.ts';
import type { Fact, Facts } from './facts.ts';
import { readCii } from './read-cii.ts';
import { readFatturaPa } from './read-fatturapa.ts';
import { readUbl } from './read-ubl.ts';
import { parseXmlTree, type XmlElement, XmlRefused } from './tree.ts';

/** What a piece of XML turned out to be; plain data, so that a child process can send it. */
export type InvoiceXml =
  | {
      kind: 'invoice';
      syntax: XmlSyntax;
      profile: string | null;
      document_type_code: string | null;
      /** By field path, such as `supplier.name`. */
      facts: Record<string, Fact>;
      ibans: Fact[];
      /** Documents in the file; only the first is read. */
      documents: number;
    }
  | { kind: 'other'; root: string }
  | { kind: 'refused'; code: 'UNREADABLE' | 'TOO_LARGE'; reason: string };

const readers: Record<string, { syntax: XmlSyntax; read: (root: XmlElement) => Facts }> = {
  CrossIndustryInvoice: { syntax: 'CII', read: readCii },
  CrossIndustryDocument: { syntax: 'CII-1.0', read: readCii },
  Invoice: { syntax: 'UBL', read: readUbl },
  CreditNote: { syntax: 'UBL', read: readUbl },
  FatturaElettronica: { syntax: 'FatturaPA', read: readFatturaPa },
};

const isFact = (entry: Facts[number]): entry is [string, Fact] => entry[1] !== undefined;

const invoiceXml = (root: XmlElement): InvoiceXml => {
  const reader = Object.hasOwn(readers, root.name) ? readers[root.name] : undefined;
  if (!reader) return { kind: 'other', root: root.name };

  const found = reader.read(root).filter(isFact);
  const ibans = found.filter(([path]) => path === 'ibans').map(([, fact]) => fact);
  const { profile, document_type_code, ibans: _, ...facts } = Object.fromEntries(found);
  const [iban] = ibans;
  return {
    kind: 'invoice',
    syntax: reader.syntax,
    profile: profile?.value ?? null,
    document_type_code: document_type_code?.value ?? null,
    facts: iban ? { ...facts, iban } : facts,
    ibans: ibans.filter(({ value }, index) => ibans.findIndex((other) => other.value === value) === index),
    documents: Math.max(1, root.children.filter(({ name }) => name === 'FatturaElettronicaBody').length),
  };
};

/**
 * What a bare or attached XML states, without judging it. Never throws on bad input: `refused` says why the XML is
 * not read (broken, DOCTYPE, over 5 MB, too deep), `other` names a root that is no invoice. Over 1 MB call it where a
 * memory ceiling holds.
 */
export const parseInvoiceXml = (bytes: Uint8Array): InvoiceXml => {
  try {
    return invoiceXml(parseXmlTree(bytes));
  } catch (error) {
    if (error instanceof XmlRefused) return { kind: 'refused', code: 'UNREADABLE', reason: error.message };
    throw error;
  }
};
