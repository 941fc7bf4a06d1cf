import type { AmountShape } from './amount-fit.ts';
import type { Evidence } from './evidence.ts';
import { isStrongHit, type NumberHit } from './invoice-numbers.ts';
import { NAME_FLOOR } from './party-names.ts';
import type { Bill, Movement } from './payment-records.ts';

// Features add up as log-odds: each says how much more often it is seen on true pairs than on chance ones. The sum is
// turned into a probability at the end, so that single strong evidence and several weak ones can be weighed.

/** Log-odds of a pair about which only the window and the direction are known. */
const PRIOR = -7;

const AMOUNT: Record<AmountShape, number> = {
  exact: 5.2,
  discount: 3.4,
  fee: 3,
  surcharge: 2.8,
  rate: 3.8,
  near_rate: 2.6,
  unknown_rate: 0.5,
  partial: 0.3,
  over: -1,
};

const NUMBER: Record<NumberHit, number> = { whole: 6, digits: 5.2, tail: 4, short: 2, scrap: 1 };

/** The label names another invoice of the party, or a number that looks like its numbers and is none of them. */
const OTHER_NUMBER = -3;
const OTHER_SHAPE = -1.5;

const IBAN_EQUAL = 5;
const IBAN_OTHER = -1;
const NAME_FULL = 4;
const NAME_NONE = 0.3;
const OTHER_NAME = -3;
const NO_INVOICE = -4;
const FEE_WORD = 0.8;

export interface Features {
  amount: number;
  number: number;
  iban: number;
  name: number;
  date: number;
  hints: number;
}

/** How a party has been paid so far: days from the due date, and how far they spread. */
export interface Habit {
  delay: number;
  spread: number;
}

/** Log-odds of the days: best around due date or issue, falling the later it gets. */
export const dateOdds = (day: number, bill: Bill, habit: Habit | undefined): number => {
  const [sinceIssue, late] = [day - bill.issued, day - bill.due];
  const before = sinceIssue < 0 ? -0.6 + 0.15 * sinceIssue : 0;
  if (habit) {
    const off = Math.abs(late - habit.delay) / Math.max(3, habit.spread);
    return Math.max(-2.5, 1.5 - 0.5 * off) + before;
  }
  // Transfers are made for the due date, cards and direct debits are charged at issue.
  const near = Math.max(0.8 * Math.exp(-Math.abs(late) / 4), 0.4 * Math.exp(-Math.abs(sinceIssue) / 4));
  return near + before + (late <= 10 ? 0.6 : Math.max(-2.4, 0.6 - (late - 10) / 30));
};

/** Many invoices of one amount make that amount say less. */
const commonAmount = (twins: number) => Math.min(2, 0.5 * Math.log(Math.max(1, twins)));

export const nameOf = (evidence: Evidence, bill: Bill): number => evidence.names.get(bill.party) ?? 0;

/** The movement states the IBAN of the invoice's counterparty. */
export const hasSameIban = (movement: Movement, evidence: Evidence, bill: Bill): boolean =>
  evidence.ibanParties.has(bill.party) && (bill.iban === null || bill.iban === movement.iban);

export interface Scored {
  movement: Movement;
  bill: Bill;
  evidence: Evidence;
  shape: AmountShape;
  twins: number;
  habit: Habit | undefined;
}

const numberOdds = (evidence: Evidence, bill: Bill) => {
  const hit = evidence.hits.get(bill) ?? null;
  if (isStrongHit(hit)) return NUMBER[hit];
  for (const [other, otherHit] of evidence.hits) {
    if (other.party === bill.party && isStrongHit(otherHit)) return OTHER_NUMBER;
  }
  if (hit) return NUMBER[hit];
  return bill.numberShape !== null && evidence.shapes.has(bill.numberShape) ? OTHER_SHAPE : 0;
};

export const readFeatures = ({ movement, bill, evidence, shape, twins, habit }: Scored): Features => {
  const hit = evidence.hits.get(bill) ?? null;
  const name = nameOf(evidence, bill);
  const sameIban = hasSameIban(movement, evidence, bill);
  const otherIban = movement.iban !== null && bill.iban !== null && movement.iban !== bill.iban;
  const contradicted = evidence.named && name < NAME_FLOOR && !sameIban;
  return {
    amount: AMOUNT[shape] - (shape === 'exact' ? commonAmount(twins) : 0),
    number: numberOdds(evidence, bill),
    iban: sameIban ? IBAN_EQUAL : otherIban && !evidence.hints.intermediary ? IBAN_OTHER : 0,
    name: contradicted
      ? OTHER_NAME
      : name < NAME_FLOOR
        ? 0
        : NAME_NONE + (NAME_FULL - NAME_NONE) * ((name - NAME_FLOOR) / (1 - NAME_FLOOR)),
    date: dateOdds(movement.day, bill, habit),
    hints:
      (evidence.hints.noInvoice && !hit ? NO_INVOICE : 0) +
      (evidence.hints.fee && (shape === 'fee' || shape === 'surcharge') ? FEE_WORD : 0),
  };
};

export const oddsOf = (features: Features): number =>
  Object.values(features).reduce((sum: number, part: number) => sum + part, PRIOR);

export const probability = (odds: number): number => 1 / (1 + Math.exp(-odds));

export const logOdds = (share: number): number => Math.log(share / (1 - share));
