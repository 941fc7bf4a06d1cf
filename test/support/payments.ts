import type { PaymentInvoice, PaymentTransaction } from '../../functions/reconcile/payment-records.ts';
import { inventCompanies, nextNumber, type TestCompany } from './payments/companies.ts';
import {
  amountFor,
  creditMaker,
  type Issued,
  isoDate,
  issueInvoices,
  MONTHS,
  money,
} from './payments/invoices.ts';
import { intermediaryName, writeIntermediaryLabel, writeLabel, writeNoise } from './payments/labels.ts';
import { type Payment, payDay, paymentsFor } from './payments/payers.ts';
import { type Random, seededRandom } from './payments/random.ts';

// Invoices and the payments a bank would show for them, with what really belongs together. It shares no code with the
// matcher, so that it cannot agree with it by construction.

export interface TruePair {
  transaction_id: string;
  invoice_id: string;
  kind: string;
}

export interface TestPayments {
  transactions: PaymentTransaction[];
  invoices: PaymentInvoice[];
  truth: TruePair[];
}

/** Euros for one unit, wandering a little from day to day. */
const rateWalk = (random: Random) => {
  const base: Record<string, number> = { USD: 0.92, GBP: 1.17, CHF: 1.04 };
  const walks = Object.entries(base).map(([currency, start]) => {
    let rate = start;
    return [
      currency,
      Array.from({ length: 31 * (MONTHS + 8) }, () => (rate *= 1 + random.normal() * 0.002)),
    ] as const;
  });
  const byCurrency = new Map(walks);
  return (currency: string, day: number) => byCurrency.get(currency)?.[Math.max(0, day)] ?? 1;
};

/** As the bank shows it, in euros. */
const book = (
  random: Random,
  payment: Payment,
  rateOf: (currency: string, day: number) => number,
  id: string,
): PaymentTransaction => {
  const { company, day, cents, back = false, reference } = payment;
  const outgoing = (company.direction === 'payable') !== back;
  const foreign = company.currency !== 'EUR';
  const booked = foreign
    ? Math.round(cents * rateOf(company.currency, day) * (1 + random.next() * 0.012 * (outgoing ? 1 : -1)))
    : cents;
  const states = foreign && random.chance(0.6);
  const via = company.viaIntermediary && random.chance(0.8);
  return {
    transaction_id: id,
    booking_date: random.chance(0.97) ? isoDate(day) : null,
    value_date: isoDate(day + (random.chance(0.2) ? 1 : 0)),
    amount: money(outgoing ? -booked : booked),
    currency: 'EUR',
    label: via
      ? writeIntermediaryLabel(random, company, reference)
      : writeLabel(random, company, reference, isoDate(day), outgoing),
    counterparty_name: via
      ? random.chance(0.5)
        ? intermediaryName(random)
        : null
      : company.nameAtBank && random.chance(0.9)
        ? company.bankName
        : null,
    counterparty_iban: !via && company.ibanAtBank && random.chance(0.9) ? company.iban : null,
    original_amount: states ? money(outgoing ? -cents : cents) : null,
    original_currency: states ? company.currency : null,
  };
};

const inventNoise = (
  random: Random,
  companies: readonly TestCompany[],
  bills: readonly Issued[],
  strangers: readonly TestCompany[],
  id: string,
): PaymentTransaction => {
  const kind = random.weighted({
    salary: 3,
    own: 2,
    tax: 1.5,
    fee: 2,
    cash: 1,
    shop: 6,
    uninvoiced: 3,
    copied: 3,
  });
  const day = random.int(0, 30 * MONTHS + 60);
  const stranger = random.pick(strangers);
  const known = random.pick(companies);
  const bill = random.pick(bills);
  const company = kind === 'uninvoiced' ? known : stranger;
  const outgoing =
    kind === 'uninvoiced'
      ? known.direction === 'payable'
      : kind === 'copied'
        ? bill.company.direction === 'payable'
        : random.chance(0.8);
  // A stranger's payment of the very amount of an invoice, on a day that would fit it.
  const cents =
    kind === 'copied'
      ? bill.cents
      : kind === 'uninvoiced'
        ? amountFor(random, known)
        : random.chance(0.3)
          ? random.int(1, 60) * 5000
          : random.int(300, 400_000);
  const on = kind === 'copied' ? payDay(random, bill) : day;
  const plain = kind === 'uninvoiced' || kind === 'copied';
  return {
    transaction_id: id,
    booking_date: isoDate(on),
    value_date: null,
    amount: money(outgoing ? -cents : cents),
    currency: 'EUR',
    label: plain
      ? writeLabel(
          random,
          company,
          random.chance(0.4) ? nextNumber(random, { ...company }, isoDate(on)) : '',
          isoDate(on),
          outgoing,
        )
      : writeNoise(random, kind, stranger.bankName),
    counterparty_name: (plain || kind === 'shop') && company.nameAtBank ? company.bankName : null,
    counterparty_iban: plain && company.ibanAtBank ? company.iban : null,
    original_amount: null,
    original_currency: null,
  };
};

const shuffle = <Item>(random: Random, items: Item[]) => {
  for (let at = items.length - 1; at > 0; at--) {
    const other = random.int(0, at);
    const [a, b] = [items[at], items[other]];
    if (a !== undefined && b !== undefined) [items[at], items[other]] = [b, a];
  }
  return items;
};

export interface PaymentSizes {
  seed: number;
  invoices: number;
  /** Filled up with movements that belong to no invoice. */
  transactions: number;
}

export const inventPayments = ({ seed, invoices, transactions }: PaymentSizes): TestPayments => {
  const random = seededRandom(seed);
  const companies = inventCompanies(random, Math.max(5, Math.round(invoices / 5)));
  const strangers = inventCompanies(random, Math.max(10, Math.round(invoices / 12)));
  const rateOf = rateWalk(random);
  const bills = issueInvoices(random, companies, invoices);
  const credits: Issued[] = [];
  const payments = paymentsFor(random, bills, creditMaker(random, credits));
  const truth: TruePair[] = [];
  const booked = payments.map((payment, at) => {
    const transaction = book(random, payment, rateOf, `transaction-${at}`);
    for (const { issued, kind } of payment.covers) {
      truth.push({ transaction_id: transaction.transaction_id, invoice_id: issued.invoice.invoice_id, kind });
    }
    return transaction;
  });
  for (let at = booked.length; at < transactions; at++) {
    booked.push(inventNoise(random, companies, bills, strangers, `noise-${at}`));
  }
  return {
    transactions: shuffle(random, booked),
    invoices: shuffle(
      random,
      [...bills, ...credits].map(({ invoice }) => invoice),
    ),
    truth,
  };
};

export interface MatchQuality {
  autoPrecision: number;
  precision: number;
  recall: number;
  f1: number;
}

/** How proposed pairs compare with the true ones. */
export const rateLinks = (
  links: readonly { transaction_id: string; invoice_id: string; decision: 'auto' | 'review' }[],
  truth: readonly TruePair[],
): MatchQuality => {
  const pairs = new Set(truth.map((pair) => `${pair.transaction_id} ${pair.invoice_id}`));
  const isTrue = (link: { transaction_id: string; invoice_id: string }) =>
    pairs.has(`${link.transaction_id} ${link.invoice_id}`);
  const auto = links.filter(({ decision }) => decision === 'auto');
  const right = links.filter(isTrue).length;
  const [precision, recall] = [right / Math.max(1, links.length), right / Math.max(1, pairs.size)];
  return {
    autoPrecision: auto.filter(isTrue).length / Math.max(1, auto.length),
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  };
};
