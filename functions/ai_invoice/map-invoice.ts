import type { InvoiceItem } from '../../shared/db/invoice-items.ts';
import type { EnrichableInvoiceField } from '../../shared/db/invoices.ts';
import type { Proposal } from '../../shared/domain/field-writes.ts';
import { absoluteAmount, compareAmounts, formatAmount, parseAmount } from '../../shared/domain/money.ts';
import type { Item } from '../../shared/extraction/invoice/invoice.ts';
import type { Fact, InvoiceFacts } from './facts.ts';
import { type PartyDraft, partyOf } from './party.ts';

/** An invoice in the columns of the tables, before it meets what is there. */
export interface MappedInvoice {
  fields: Partial<Record<EnrichableInvoiceField, Proposal & { value: string }>>;
  items: { rows: InvoiceItem[]; confidence: number; source: string };
  supplier: PartyDraft | null;
  customer: PartyDraft | null;
  payment: { ibans: string[]; bic: string | null; payee: string | null; confidence: number; source: string };
  flags: string[];
}

/** Longest text of a column that is indexed or shown in a list. */
const TEXT_MAX = 120;
const LINE_ID_MAX = 50;
/** numeric(12,2). */
const AMOUNT_LIMIT = '10000000000';
/** numeric(18,6). */
const PRICE_LIMIT = '1000000000000';
/** Lines of an invoice that are kept. */
const ITEMS_MAX = 1_000;

/** Types that the column knows; FatturaPA has its own, and the rest of UNTDID 1001 counts as an invoice. */
const typeCodes: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['380', '381', '383', '384', '386', '389'].map((code) => [code, code])),
  // The other kinds of credit note of EN 16931.
  ...Object.fromEntries(
    ['81', '83', '261', '262', '296', '308', '396', '420', '458', '532'].map((code) => [code, '381']),
  ),
  TD02: '386',
  TD03: '386',
  TD04: '381',
  TD05: '383',
  TD08: '381',
  TD09: '383',
};

const within = (amount: string, limit: string) => compareAmounts(absoluteAmount(amount), limit) < 0;

const money = (value: string | number | undefined): string | null => {
  const amount = value === undefined ? null : parseAmount(String(value));
  if (amount === null || !within(amount, AMOUNT_LIMIT)) return null;
  const rounded = formatAmount(amount);
  return within(rounded, AMOUNT_LIMIT) ? rounded : null;
};

const decimal = (value: string | undefined, digits: number): string | null => {
  const amount = value === undefined ? null : parseAmount(value);
  return amount !== null && within(amount, PRICE_LIMIT) ? formatAmount(amount, digits) : null;
};

/** The columns that the facts stand for. */
export function mapInvoice(invoice: InvoiceFacts): MappedInvoice {
  const { facts } = invoice;
  const flags: string[] = [];
  const fields: MappedInvoice['fields'] = {};
  const put = (field: EnrichableInvoiceField, fact: Fact | undefined, value: string | null) => {
    if (fact && value !== null) fields[field] = { value, confidence: fact.confidence, source: fact.source };
  };
  const text = (field: EnrichableInvoiceField, ...paths: string[]) => {
    const fact = paths.map((path) => facts[path]).find((found) => found !== undefined);
    put(field, fact, fact ? String(fact.value).slice(0, TEXT_MAX).toWellFormed() : null);
  };
  const amount = (field: EnrichableInvoiceField, ...paths: string[]) => {
    const fact = paths.map((path) => facts[path]).find((found) => found !== undefined);
    const value = money(fact?.value);
    if (fact && value === null) flags.push(`${field}_out_of_range`);
    put(field, fact, value);
  };

  text('invoice_number', 'invoice_number');
  text('reference_number', 'payment_reference', 'purchase_order');
  text('issue_date', 'issue_date');
  text('due_date', 'due_date');
  text('local_currency', 'currency');
  amount('grand_total', 'total_amount');
  amount('items_total', 'amount_untaxed', 'amount_lines');
  amount('tax_total', 'amount_tax');
  fields.document_type_code = {
    value: typeCodes[invoice.document_type_code] ?? '380',
    ...(invoice.structured ? { confidence: 1, source: 'xml' } : { confidence: 0.8, source: 'text' }),
  };

  const itemFacts = Object.entries(facts).filter(([path]) => path.startsWith('items.'));
  const iban = facts.iban;
  return {
    fields,
    items: {
      rows: itemRows(invoice.items.slice(0, ITEMS_MAX)),
      confidence: itemFacts.reduce((least, [, { confidence }]) => Math.min(least, confidence), 1),
      source: itemFacts[0]?.[1].source ?? 'text',
    },
    supplier: partyOf(facts, 'supplier'),
    customer: partyOf(facts, 'customer'),
    payment: {
      ibans: invoice.ibans.filter((each) => each.length <= 34),
      bic:
        facts.bic && /^[A-Z0-9]{8}([A-Z0-9]{3})?$/.test(String(facts.bic.value))
          ? String(facts.bic.value)
          : null,
      payee: facts.payee_name ? String(facts.payee_name.value).slice(0, TEXT_MAX).toWellFormed() : null,
      confidence: iban?.confidence ?? 0,
      source: iban?.source ?? 'text',
    },
    flags,
  };
}

/** Lines keep the ids of the document while those tell them apart; else they are numbered. */
function itemRows(items: readonly Item[]): InvoiceItem[] {
  const ids = items.map(({ id }) => id?.trim().slice(0, LINE_ID_MAX).toWellFormed() ?? '');
  const own = ids.every((id) => id !== '') && new Set(ids).size === ids.length;
  return items.map((item, index) => ({
    line_id: (own ? ids[index] : undefined) ?? String(index + 1),
    name: item.description ?? null,
    quantity: decimal(item.quantity, 6),
    unit: item.unit_code ?? null,
    unit_price: decimal(item.unit_price, 6),
    line_total: money(item.total),
    tax_rate: rate(item.vat_rate),
  }));
}

const rate = (value: string | undefined): string | null => {
  const amount = value === undefined ? null : parseAmount(value);
  return amount !== null && within(amount, '1000') ? formatAmount(amount, 4) : null;
};
