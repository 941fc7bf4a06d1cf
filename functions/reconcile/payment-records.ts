import { toThousandths } from './amounts.ts';
import { numberShape } from './invoice-numbers.ts';

/** A bank movement as the matcher reads it: money out is negative, dates are ISO, amounts are decimal strings. */
export interface PaymentTransaction {
  transaction_id: string;
  booking_date: string | null;
  value_date: string | null;
  amount: string;
  currency: string;
  label: string | null;
  counterparty_name: string | null;
  counterparty_iban: string | null;
  original_amount: string | null;
  original_currency: string | null;
}

/** An invoice or credit note as the matcher reads it. */
export interface PaymentInvoice {
  invoice_id: string;
  kind: 'invoice' | 'credit_note';
  direction: 'payable' | 'receivable';
  number: string | null;
  counterparty_id: string | null;
  counterparty_name: string | null;
  counterparty_iban: string | null;
  issue_date: string | null;
  due_date: string | null;
  currency: string;
  total: string;
}

export interface LeftOut {
  id: string;
  reason: string;
}

/** Amounts are thousandths without sign, days are counted from 1970. */
export interface Movement {
  id: string;
  source: PaymentTransaction;
  incoming: boolean;
  day: number;
  amount: number;
  currency: string;
  original: { amount: number; currency: string } | null;
  iban: string | null;
}

export interface Bill {
  id: string;
  source: PaymentInvoice;
  credit: boolean;
  /** True when a payment of it comes in: a receivable invoice, or a supplier's credit note. */
  incoming: boolean;
  issued: number;
  due: number;
  total: number;
  currency: string;
  iban: string | null;
  /** What its number looks like; null when that tells nothing. */
  numberShape: string | null;
  party: string;
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const DAY_MS = 86_400_000;

/** Days since 1970 of an ISO date or timestamp; null when it is no date. */
export const toDay = (text: string | null): number | null => {
  const date = text?.slice(0, 10) ?? '';
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // 30 February reads as 2 March; it is no date.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date ? null : time / DAY_MS;
};

export const plainIban = (iban: string | null): string | null =>
  iban?.replace(/[^a-z0-9]/gi, '').toUpperCase() || null;

const readMovement = (source: PaymentTransaction): Movement | string => {
  const amount = toThousandths(source.amount);
  if (amount === null) return `amount is not a decimal amount: ${source.amount.slice(0, 40)}`;
  if (amount === 0) return 'amount is zero';
  const currency = source.currency.toUpperCase();
  if (!CURRENCIES.has(currency)) return `currency is unknown: ${source.currency.slice(0, 10)}`;
  const day = toDay(source.booking_date) ?? toDay(source.value_date);
  if (day === null) return 'missing_anchor: neither booking_date nor value_date is a date';
  const stated = source.original_amount === null ? null : toThousandths(source.original_amount);
  const statedCurrency = source.original_currency?.toUpperCase() ?? '';
  return {
    id: source.transaction_id,
    source,
    incoming: amount > 0,
    day,
    amount: Math.abs(amount),
    currency,
    original:
      stated && CURRENCIES.has(statedCurrency) && statedCurrency !== currency
        ? { amount: Math.abs(stated), currency: statedCurrency }
        : null,
    iban: plainIban(source.counterparty_iban),
  };
};

const readBill = (source: PaymentInvoice): Omit<Bill, 'party'> | string => {
  const total = toThousandths(source.total);
  if (total === null) return `total is not a decimal amount: ${source.total.slice(0, 40)}`;
  if (total === 0) return 'total is zero';
  const currency = source.currency.toUpperCase();
  if (!CURRENCIES.has(currency)) return `currency is unknown: ${source.currency.slice(0, 10)}`;
  const issued = toDay(source.issue_date) ?? toDay(source.due_date);
  if (issued === null) return 'missing_anchor: neither issue_date nor due_date is a date';
  // Some issuers write a credit note as an invoice with a negative total.
  const credit = source.kind === 'credit_note' || total < 0;
  return {
    id: source.invoice_id,
    source,
    credit,
    incoming: (source.direction === 'receivable') !== credit,
    issued,
    due: Math.max(issued, toDay(source.due_date) ?? issued),
    total: Math.abs(total),
    currency,
    iban: plainIban(source.counterparty_iban),
    numberShape: numberShape(source.number ?? ''),
  };
};

const byId = <T extends { id: string }>(left: T, right: T) =>
  left.id < right.id ? -1 : left.id > right.id ? 1 : 0;

const byText = (left: unknown, right: unknown) => {
  const [a, b] = [JSON.stringify(left), JSON.stringify(right)];
  return a < b ? -1 : a > b ? 1 : 0;
};

const readAll = <Source, Read extends { id: string }>(
  sources: readonly Source[],
  idOf: (source: Source) => string,
  read: (source: Source) => Read | string,
) => {
  // A fixed order of the input makes the result independent of the order it came in.
  const ordered = sources
    .map((source) => ({ id: idOf(source), source }))
    .sort((left, right) => byId(left, right) || byText(left.source, right.source));
  const kept = new Map<string, Read>();
  const leftOut: LeftOut[] = [];
  for (const { id, source } of ordered) {
    const record = kept.has(id) ? 'id appears more than once' : read(source);
    if (typeof record === 'string') leftOut.push({ id, reason: record });
    else kept.set(id, record);
  }
  return { records: [...kept.values()], leftOut };
};

/** Movements by id, and what could not be read with the reason. */
export const readMovements = (transactions: readonly PaymentTransaction[]) =>
  readAll(transactions, (transaction) => transaction.transaction_id, readMovement);

/** Bills by id, each with the party it belongs to, and what could not be read with the reason. */
export const readBills = (
  invoices: readonly PaymentInvoice[],
  nameKeyOf: (name: string) => string,
): { records: Bill[]; leftOut: LeftOut[] } =>
  readAll(
    invoices,
    (invoice) => invoice.invoice_id,
    (source) => {
      const bill = readBill(source);
      if (typeof bill === 'string') return bill;
      const name = nameKeyOf(source.counterparty_name ?? '');
      const party = source.counterparty_id
        ? `id:${source.counterparty_id}`
        : name
          ? `name:${name}`
          : `bill:${bill.id}`;
      return { ...bill, party };
    },
  );
