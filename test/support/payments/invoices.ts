import type { PaymentInvoice } from '../../../functions/reconcile/payment-records.ts';
import { nextNumber, type TestCompany } from './companies.ts';
import type { Random } from './random.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2025-01-01T00:00:00Z');
export const MONTHS = 18;

export const isoDate = (day: number) => new Date(START + day * DAY_MS).toISOString().slice(0, 10);
export const money = (cents: number) =>
  `${cents < 0 ? '-' : ''}${Math.floor(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;

export interface Issued {
  invoice: PaymentInvoice;
  company: TestCompany;
  cents: number;
  issued: number;
  due: number;
}

export const amountFor = (random: Random, company: TestCompany) => {
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

export const issueInvoices = (random: Random, companies: readonly TestCompany[], count: number): Issued[] => {
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

export const creditMaker =
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
