import type { PaymentInvoice, PaymentTransaction } from '../../functions/reconcile/payment-records.ts';
import { inventCompanies, nextNumber, type TestCompany } from './payments/companies.ts';
import {
  intermediaryName,
  quoteNumber,
  writeIntermediaryLabel,
  writeLabel,
  writeNoise,
} from './payments/labels.ts';
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

const DAY_MS = 86_400_000;
const START = Date.parse('2025-01-01T00:00:00Z');
const MONTHS = 18;

const isoDate = (day: number) => new Date(START + day * DAY_MS).toISOString().slice(0, 10);
const money = (cents: number) =>
  `${cents < 0 ? '-' : ''}${Math.floor(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;

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

interface Issued {
  invoice: PaymentInvoice;
  company: TestCompany;
  cents: number;
  issued: number;
  due: number;
}

const amountFor = (random: Random, company: TestCompany) => {
  if (company.profile === 'subscription') return company.fixedAmount;
  const size = random.weighted({ small: 3, medium: 5, large: 2 });
  const cents =
    size === 'small'
      ? random.int(900, 15_000)
      : size === 'medium'
        ? random.int(15_000, 400_000)
        : random.int(400_000, 6_000_000);
  return random.chance(0.2) ? Math.max(1000, Math.round(cents / 5000) * 5000) : cents;
};

const issueInvoices = (random: Random, companies: readonly TestCompany[], count: number): Issued[] => {
  const drafts: { company: TestCompany; day: number }[] = [];
  for (let at = 0; drafts.length < count; at++) {
    const company = companies[at % companies.length];
    if (!company) break;
    if (company.profile === 'sporadic') {
      for (let left = random.int(1, 4); left > 0; left--)
        drafts.push({ company, day: random.int(0, 30 * MONTHS) });
    } else {
      const [start, dayOfMonth] = [random.int(0, MONTHS - 6), random.int(0, 27)];
      const months = random.int(4, MONTHS - start);
      for (let month = start; month < start + months; month++) {
        const jitter = company.profile === 'subscription' ? 0 : random.int(-6, 6);
        drafts.push({ company, day: Math.max(0, Math.round(month * 30.4) + dayOfMonth + jitter) });
      }
    }
  }
  return drafts
    .slice(0, count)
    .sort((a, b) => a.day - b.day)
    .map(({ company, day }, at) => {
      const cents = amountFor(random, company);
      const due = day + company.terms;
      return {
        company,
        cents,
        issued: day,
        due,
        invoice: {
          invoice_id: `invoice-${at}`,
          kind: 'invoice',
          direction: company.direction,
          number: random.chance(0.02) ? null : nextNumber(random, company, isoDate(day)),
          counterparty_id: company.id,
          counterparty_name: random.chance(0.99) ? company.name : null,
          counterparty_iban: company.ibanOnInvoice ? company.iban : null,
          issue_date: isoDate(day),
          due_date: random.chance(0.92) ? isoDate(due) : null,
          currency: company.currency,
          total: money(cents),
        },
      };
    });
};

interface Payment {
  company: TestCompany;
  day: number;
  /** In the invoice's currency, positive. */
  cents: number;
  /** The other way round: a refund. */
  back?: boolean;
  reference: string;
  covers: { issued: Issued; kind: string }[];
}

const payDay = (random: Random, { company, issued, due }: Issued) =>
  Math.max(
    issued,
    Math.round(
      due +
        company.delay +
        random.normal() * company.spread * 1.5 +
        (random.chance(0.04) ? random.int(20, 70) : 0),
    ),
  );

const refer = (random: Random, bills: readonly Issued[]) => {
  const [first] = bills;
  if (!first || !random.chance(first.company.quotesNumber)) return '';
  return bills
    .map(({ invoice }) => (invoice.number ? quoteNumber(random, invoice.number) : ''))
    .filter(Boolean)
    .join(random.pick([' ', ', ', ' + ', '/', ' et ']));
};

const split = (random: Random, cents: number, parts: number) => {
  if (random.chance(0.5)) {
    const each = Math.floor(cents / parts);
    return Array.from({ length: parts }, (_, at) => (at === 0 ? cents - each * (parts - 1) : each));
  }
  const weights = Array.from({ length: parts }, () => 0.3 + random.next());
  const sum = weights.reduce((a, b) => a + b, 0);
  const shares = weights.map((weight) => Math.floor((cents * weight) / sum));
  return shares.map((share, at) => (at === 0 ? cents - shares.slice(1).reduce((a, b) => a + b, 0) : share));
};

const SCENARIOS = {
  normal: 64,
  unpaid: 11,
  fee: 4,
  discount: 3,
  surcharge: 1.5,
  instalments: 6,
  deposit: 2,
  merged: 9,
  overpaid: 0.7,
  twice: 0.6,
};

const paymentsFor = (
  random: Random,
  bills: readonly Issued[],
  newCredit: (of: Issued) => Issued,
): Payment[] => {
  const payments: Payment[] = [];
  const done = new Set<Issued>();
  const byCompany = Map.groupBy(bills, ({ company }) => company);
  const one = (issued: Issued, cents: number, kind: string, day = payDay(random, issued)) =>
    payments.push({
      company: issued.company,
      day,
      cents,
      reference: refer(random, [issued]),
      covers: [{ issued, kind }],
    });

  for (const issued of bills) {
    if (done.has(issued)) continue;
    done.add(issued);
    const { company, cents } = issued;
    const scenario = random.weighted(SCENARIOS);
    if (scenario === 'normal') one(issued, cents, scenario);
    if (scenario === 'fee')
      one(
        issued,
        cents -
          Math.min(
            random.pick([350, 500, 750, 1200, 1500, 2500, Math.round(cents * 0.029) + 30]),
            Math.round(cents * 0.1),
          ),
        scenario,
      );
    if (scenario === 'discount')
      one(
        issued,
        cents - Math.round(cents * random.pick([0.02, 0.03, 0.01])),
        scenario,
        issued.issued + random.int(3, 12),
      );
    if (scenario === 'surcharge') one(issued, cents + random.pick([50, 100, 250, 500]), scenario);
    if (scenario === 'overpaid') one(issued, cents + random.int(2000, 20_000), scenario);
    if (scenario === 'twice') {
      one(issued, cents, scenario);
      payments.push({
        company,
        day: payDay(random, issued) + random.int(1, 9),
        cents,
        reference: refer(random, [issued]),
        covers: [],
      });
    }
    if (scenario === 'deposit') one(issued, Math.round(cents * random.pick([0.3, 0.5, 0.4, 0.2])), scenario);
    if (scenario === 'instalments') {
      const parts = split(random, cents, random.int(2, 4));
      const first = payDay(random, issued);
      const gap = random.pick([7, 14, 30]);
      for (const [at, part] of parts.entries()) {
        one(issued, part, scenario, Math.min(issued.due + 118, first + at * gap + random.int(0, 3)));
      }
    }
    if (scenario === 'merged') {
      const others = (byCompany.get(company) ?? [])
        .filter(
          (other) => !done.has(other) && other.issued >= issued.issued && other.issued - issued.issued <= 62,
        )
        .slice(0, random.int(1, 4));
      for (const other of others) done.add(other);
      const all = [issued, ...others];
      const credit = random.chance(0.15) && others.length > 0 ? newCredit(issued) : null;
      const covered =
        credit && credit.cents < all.reduce((sum, each) => sum + each.cents, 0) ? [...all, credit] : all;
      const sum = covered.reduce((total, each) => total + (each === credit ? -each.cents : each.cents), 0);
      const last = all.at(-1) ?? issued;
      payments.push({
        company,
        cents: sum,
        day: Math.max(last.issued, Math.min(payDay(random, last), issued.due + 110)),
        reference: refer(random, covered),
        covers: covered.map((each) => ({
          issued: each,
          kind: all.length > 1 ? (covered.length > all.length ? 'netted' : 'merged') : 'normal',
        })),
      });
    } else if (scenario === 'normal' && random.chance(0.025)) {
      const credit = newCredit(issued);
      if (random.chance(0.7)) {
        payments.push({
          company,
          day: credit.issued + random.int(1, 25),
          cents: credit.cents,
          back: true,
          reference: refer(random, [credit]),
          covers: [{ issued: credit, kind: 'refund' }],
        });
      }
    }
  }
  return payments;
};

const creditMaker =
  (random: Random, credits: Issued[]) =>
  (of: Issued): Issued => {
    const cents = random.chance(0.4)
      ? of.cents
      : Math.max(500, Math.round(of.cents * random.pick([0.1, 0.2, 0.25, 0.37, 0.5])));
    const issued = of.issued + random.int(1, 12);
    const credit: Issued = {
      company: of.company,
      cents,
      issued,
      due: issued,
      invoice: {
        ...of.invoice,
        invoice_id: `credit-${credits.length}`,
        kind: 'credit_note',
        number: `${random.pick(['AV', 'CN', 'GS'])}${nextNumber(random, of.company, isoDate(issued))}`,
        issue_date: isoDate(issued),
        due_date: random.chance(0.5) ? isoDate(issued) : null,
        total: money(cents),
      },
    };
    credits.push(credit);
    return credit;
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
