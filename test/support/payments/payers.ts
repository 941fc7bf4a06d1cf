import type { TestCompany } from './companies.ts';
import type { Issued } from './invoices.ts';
import { quoteNumber } from './labels.ts';
import type { Random } from './random.ts';

export interface Payment {
  company: TestCompany;
  day: number;
  /** In the invoice's currency, positive. */
  cents: number;
  /** The other way round: a refund. */
  back?: boolean;
  reference: string;
  covers: { issued: Issued; kind: string }[];
}

export const payDay = (random: Random, { company, issued, due }: Issued) =>
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

export const paymentsFor = (
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
