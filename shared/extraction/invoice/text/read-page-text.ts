import type { DocumentText } from '../../document-text.ts';
import { type Basis, confidenceOf } from '../confidence.ts';
import type { Fields } from '../invoice.ts';
import { decimalMarkOf } from './amounts.ts';
import type { Candidate } from './choose.ts';
import { readCurrency } from './currency.ts';
import { dateOrderOf } from './dates.ts';
import { type DocumentKind, readKind } from './document-kind.ts';
import { findBics, findIbans, findVatIds, type Identifier } from './identifiers.ts';
import { readContacts } from './read-contact.ts';
import { readDates } from './read-dates.ts';
import { readItems } from './read-items.ts';
import { readInvoiceNumber } from './read-number.ts';
import { type OwnCompany, type PageParty, readParties } from './read-parties.ts';
import { readReferences } from './read-references.ts';
import { readTotals } from './read-totals.ts';
import { placeOf, type Segment, sheetOf } from './sheet.ts';
import { namesSums } from './total-roles.ts';

/** What the pages of a document say. */
export interface PageReading {
  fields: Fields;
  kind: DocumentKind;
  ibans: string[];
  /** The page sums something up, whether or not a sum could be read. */
  namesSums: boolean;
  /** Identifiers whose checksum fails, by field path. */
  unproved: string[];
}

export interface PageOptions {
  ownCompany?: OwnCompany | undefined;
  /** ISO country of the reader or the sender, for what the page leaves open. */
  country?: string | undefined;
}

const field = (value: string, basis: Basis, segment: Segment, failed = false) => ({
  value,
  confidence: confidenceOf({ basis, failed, ocrPage: segment.ocrPage }),
  source: segment.source,
  evidence: placeOf(segment),
});

const idField = ({ value, proved, labelled, segment }: Identifier) =>
  field(value, proved ? 'proved' : labelled ? 'labelled' : 'placed', segment, !proved);

/** A map that only takes what was found. */
const collector = () => {
  const fields: Fields = {};
  return {
    fields,
    candidate: (path: string, found: Candidate | null) => {
      if (found) fields[path] = field(found.value, found.basis, found.segment);
    },
    identifier: (path: string, found: Identifier | null | undefined) => {
      if (found) fields[path] = idField(found);
    },
    text: (path: string, value: string | null | undefined, segment: Segment | undefined) => {
      if (value && segment) fields[path] = field(value, 'placed', segment);
    },
  };
};

const debtor = /\b(?:ihrem konto|votre compte|your account|uw rekening|vostro conto|su cuenta|mandat)/;

/** Reads an invoice or receipt from the words of its pages; absent fields were not found. */
export const readPageText = (
  document: DocumentText,
  { ownCompany, country }: PageOptions = {},
): PageReading => {
  const sheet = sheetOf(document);
  const text = document.pages.map((page) => page.text).join('\n');
  const mark = decimalMarkOf(text, country);
  const { issue, due } = readDates(sheet, dateOrderOf(text, country));
  const totals = readTotals(sheet, mark);
  const vatIds = findVatIds(sheet);
  const accounts = findIbans(sheet).filter(
    ({ before, value }) => !debtor.test(before) && value !== ownCompany?.iban,
  );
  const bank = country ?? vatIds[0]?.value.slice(0, 2) ?? accounts[0]?.value.slice(0, 2);
  const currency = readCurrency(sheet, bank);
  const { supplier, customer } = readParties(sheet, vatIds, accounts, ownCompany);

  const found = collector();
  found.candidate('invoice_number', readInvoiceNumber(sheet));
  found.candidate('issue_date', issue);
  found.candidate('due_date', due);
  if (currency) found.fields.currency = currencyField(currency, sheet.rows[0]?.[0]);
  const party = (role: string, { name, vatId, town, email }: PageParty) => {
    found.candidate(`${role}.name`, name);
    found.identifier(`${role}.vat_id`, vatId);
    found.text(`${role}.country`, town?.country ?? vatId?.value.slice(0, 2), town?.segment ?? vatId?.segment);
    found.text(`${role}.postal_code`, town?.postal_code, town?.segment);
    found.text(`${role}.city`, town?.city, town?.segment);
    found.text(`${role}.email`, email?.value, email?.segment);
  };
  party('supplier', supplier);
  party('customer', customer);
  for (const [role, { name, email, phone }] of Object.entries(readContacts(sheet))) {
    found.candidate(`${role}.contact_name`, name);
    found.candidate(`${role}.contact_email`, email);
    found.candidate(`${role}.contact_phone`, phone);
  }
  found.identifier('iban', accounts[0]);
  found.identifier(
    'bic',
    findBics(sheet).find(({ before }) => !debtor.test(before)),
  );
  for (const [path, reference] of Object.entries(readReferences(sheet))) found.candidate(path, reference);
  found.candidate('amount_lines', totals.lines);
  found.candidate('amount_untaxed', totals.net);
  found.candidate('amount_tax', totals.tax);
  found.candidate('total_amount', totals.total);
  found.candidate('amount_prepaid', totals.prepaid);
  found.candidate('amount_due', totals.due);
  totals.taxes.forEach(({ rate, basis, amount, segment }, index) => {
    found.fields[`taxes.${index}.rate`] = field(rate, 'proved', segment);
    found.fields[`taxes.${index}.basis`] = field(basis, 'proved', segment);
    found.fields[`taxes.${index}.amount`] = field(amount, 'proved', segment);
  });
  const sums = [totals.lines?.value, totals.net?.value, totals.total?.value];
  const items = readItems(sheet, mark, sums);
  items.forEach(({ segment, ...item }, index) => {
    found.fields[`items.${index}.id`] = field(String(index + 1), 'placed', segment);
    for (const [key, value] of Object.entries(item)) {
      found.fields[`items.${index}.${key}`] = field(
        value,
        key === 'description' ? 'placed' : 'proved',
        segment,
      );
    }
  });
  const [firstItem] = items;
  if (firstItem) {
    found.fields.item_count = { ...field('', 'proved', firstItem.segment), value: items.length };
  }
  const unproved = [
    ...(accounts[0] && !accounts[0].proved ? ['iban'] : []),
    ...(supplier.vatId && !supplier.vatId.proved ? ['supplier.vat_id'] : []),
  ];
  return {
    fields: found.fields,
    kind: readKind(sheet),
    ibans: accounts.map(({ value }) => value),
    namesSums: namesSums(sheet.rows.flat().map(({ folded }) => folded)),
    unproved,
  };
};

const currencyField = (
  { value, basis, segment }: NonNullable<ReturnType<typeof readCurrency>>,
  first: Segment | undefined,
): Fields[string] => ({
  value,
  confidence: confidenceOf({ basis, ocrPage: (segment ?? first)?.ocrPage }),
  source: segment?.source ?? 'rule',
  evidence: segment ? placeOf(segment) : 'currency of the country',
});
