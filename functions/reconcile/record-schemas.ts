import { z } from 'zod';
import type { PaymentInvoice, PaymentTransaction } from './payment-records.ts';

// The door for records from outside. It checks shapes; whether an amount or a date can be used is for the matcher,
// which leaves a record out with a reason.

const blankAsNull = (value: unknown) =>
  value === undefined || (typeof value === 'string' && value.trim() === '') ? null : value;

const text = (mend: string) => z.string({ error: mend }).min(1, mend);
const maybeText = (mend: string) => z.preprocess(blankAsNull, z.string({ error: mend }).nullable());
// A JSON number is taken as it is written out; its digits are the amount.
const amountOf = (value: unknown) => (typeof value === 'number' ? String(value) : value);
const amount = (mend: string) => z.preprocess(amountOf, text(mend));
const maybeAmount = (mend: string) =>
  z.preprocess((value) => amountOf(blankAsNull(value)), z.string({ error: mend }).nullable());

const anAmount = 'must be a decimal string such as "-1234.50"';
const aCurrency = 'must be a three-letter currency code such as "EUR"';
const aDate = 'must be a date such as "2026-01-31", or null';
const aText = 'must be a text, or null';

export const TransactionRecord: z.ZodType<PaymentTransaction> = z.object({
  transaction_id: text('must be a text that names the transaction'),
  booking_date: maybeText(aDate),
  value_date: maybeText(aDate),
  amount: amount(anAmount),
  currency: text(aCurrency),
  label: maybeText(aText),
  counterparty_name: maybeText(aText),
  counterparty_iban: maybeText(aText),
  original_amount: maybeAmount(`${anAmount}, or null`),
  original_currency: maybeText(`${aCurrency}, or null`),
});

export const InvoiceRecord: z.ZodType<PaymentInvoice> = z.object({
  invoice_id: text('must be a text that names the invoice'),
  kind: z.preprocess(
    (value) => blankAsNull(value) ?? 'invoice',
    z.enum(['invoice', 'credit_note'], { error: 'must be "invoice" or "credit_note"' }),
  ),
  direction: z.enum(['payable', 'receivable'], { error: 'must be "payable" or "receivable"' }),
  number: maybeText(aText),
  counterparty_id: maybeText(aText),
  counterparty_name: maybeText(aText),
  counterparty_iban: maybeText(aText),
  issue_date: maybeText(aDate),
  due_date: maybeText(aDate),
  currency: text(aCurrency),
  total: amount(anAmount),
});

export interface RecordFault {
  /** Where in the list, and the id when there is one. */
  record: string;
  field: string;
  mend: string;
}

/** The records that have the right shape, and what is wrong with the others. */
export const readRecords = <Row>(
  rows: readonly unknown[],
  schema: z.ZodType<Row>,
  name: 'transaction' | 'invoice',
): { records: Row[]; faults: RecordFault[] } => {
  const records: Row[] = [];
  const faults: RecordFault[] = [];
  rows.forEach((row, at) => {
    const read = schema.safeParse(row);
    if (read.success) {
      records.push(read.data);
      return;
    }
    const id = z.looseObject({ [`${name}_id`]: z.string() }).safeParse(row);
    const [issue] = read.error.issues;
    faults.push({
      record: `${name} ${at}${id.success ? ` (${String(id.data[`${name}_id`])})` : ''}`,
      field: issue?.path.join('.') || 'the record',
      mend: issue && issue.path.length > 0 ? issue.message : 'must be an object',
    });
  });
  return { records, faults };
};
