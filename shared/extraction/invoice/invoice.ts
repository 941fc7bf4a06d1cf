/**
 * What reading an invoice yields. Every value lives once, in `fields`, under its path (`supplier.name`,
 * `items.0.total`) with how sure it is and where it stands; `invoice` is the same values in their shape.
 */

/** Where a value comes from: embedded XML, the text layer, optical recognition, or arithmetic on other values. */
export type FieldSource = 'xml' | 'text' | 'ocr' | 'rule';

/** `evidence` says where: attachment and path, page and box, or the rule. `confidence` is 0–1. */
export interface Field {
  value: string | number;
  confidence: number;
  source: FieldSource;
  evidence: string;
}

/** Fields by path. */
export type Fields = Record<string, Field>;

export interface Party {
  name?: string;
  trading_name?: string;
  vat_id?: string;
  tax_number?: string;
  registration_id?: string;
  country?: string;
  postal_code?: string;
  city?: string;
  email?: string;
  address?: string;
  /** Whom to ask, as it is written: a person, a department, or the company once more. */
  contact_name?: string;
  contact_email?: string;
  contact_phone?: string;
}

/** One row of the tax breakdown; amounts and rate are decimal strings. */
export interface Tax {
  category?: string;
  rate?: string;
  basis?: string;
  amount?: string;
}

export interface Item {
  id?: string;
  description?: string;
  quantity?: string;
  unit_code?: string;
  unit_price?: string;
  price_base_quantity?: string;
  total?: string;
  vat_rate?: string;
}

/** Absent means not found. Dates are ISO days, amounts decimal strings, IBAN and BIC without spaces. */
export interface Invoice {
  invoice_number?: string;
  issue_date?: string;
  due_date?: string;
  currency?: string;
  supplier?: Party;
  customer?: Party;
  payee_name?: string;
  iban?: string;
  bic?: string;
  payment_reference?: string;
  purchase_order?: string;
  buyer_reference?: string;
  amount_lines?: string;
  amount_untaxed?: string;
  amount_tax?: string;
  total_amount?: string;
  amount_prepaid?: string;
  amount_due?: string;
  taxes?: Tax[];
  items?: Item[];
  item_count?: number;
}

/** A field on which the XML and the page disagree; the invoice keeps the XML's value and a person decides. */
export interface Conflict {
  field: 'invoice_number' | 'total_amount';
  xml: string;
  page: string;
}

/** An invoice was read. `syntax` and `profile` are set when it came from XML. */
export interface ExtractedInvoice {
  status: 'extracted';
  /** UNTDID 1001 (380 invoice, 381 credit note …); FatturaPA keeps its TDxx. */
  document_type_code: string;
  syntax?: XmlSyntax;
  profile?: string;
  invoice: Invoice;
  /** Every IBAN of the supplier's side, in the document's order; the first is `invoice.iban`. */
  ibans: string[];
  fields: Fields;
  quality_flags: string[];
  conflicts: Conflict[];
}

/** Read well, and there is nothing to extract. */
export interface HaltedReading {
  status: 'halted';
  code: 'not_an_invoice' | 'no_text';
  message: string;
}

/** Cannot be read at all. */
export interface FailedReading {
  status: 'failed';
  code: 'UNREADABLE' | 'TOO_LARGE';
  message: string;
}

export type InvoiceReading = ExtractedInvoice | HaltedReading | FailedReading;

export type XmlSyntax = 'CII' | 'CII-1.0' | 'UBL' | 'FatturaPA';

type Tree = { [key: string]: Tree | string | number };

const place = (tree: Tree, path: string[], value: string | number) => {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  tree[key] ??= {};
  const next = tree[key];
  if (typeof next === 'object') place(next, rest, value);
};

const rows = (tree: Tree | string | number | undefined) =>
  typeof tree === 'object' ? Object.values(tree) : undefined;

/** The invoice the fields spell out; paths with an index (`items.0.total`) become rows in the order given. */
export const assembleInvoice = (fields: Fields): Invoice => {
  const tree: Tree = {};
  for (const [path, { value }] of Object.entries(fields)) place(tree, path.split('.'), value);
  const taxes = rows(tree.taxes);
  const items = rows(tree.items);
  // The paths are written by this folder only, with the keys of Invoice.
  return { ...tree, ...(taxes && { taxes }), ...(items && { items }) } as Invoice;
};
