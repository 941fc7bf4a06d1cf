import type { AmountShape } from './amount-fit.ts';
import type { Evidence } from './evidence.ts';
import type { Exchange } from './exchange.ts';
import type { AllocationType, Ledger } from './ledger.ts';
import type { Bill, Movement } from './payment-records.ts';
import type { Features, Habit } from './score.ts';

export type Method = 'one_to_one' | 'several_invoices' | 'instalments' | 'part_payment' | 'overpayment';
export type Decision = 'auto' | 'review';

/** A pair one step of the matcher chose, before it is written out. */
export interface Proposal {
  movement: Movement;
  bill: Bill;
  amount: number;
  currency: string;
  /** What it settles of the invoice, in the invoice's currency; null when no rate says so. */
  settles: number | null;
  allocation: AllocationType;
  shape: AmountShape;
  decision: Decision;
  score: number;
  features: Features;
  method: Method;
}

/** Everything a step reads: the records that are not used up, what they say, and what is left of them now. */
export interface Matching {
  movements: readonly Movement[];
  bills: readonly Bill[];
  billsOf: ReadonlyMap<string, readonly Bill[]>;
  /** Movements that may come from a party by name or IBAN. */
  movementsOf: ReadonlyMap<string, readonly Movement[]>;
  evidence: ReadonlyMap<Movement, Evidence>;
  exchange: Exchange;
  ledger: Ledger;
  habits: ReadonlyMap<string, Habit>;
  /** Invoices with the same amount, currency and direction. */
  twins(bill: Bill): number;
  /** A person declined the pair and nothing strong about it has changed, or it is linked already. */
  barred(movement: Movement, bill: Bill): boolean;
}

export const WINDOW_BEFORE_ISSUE = 10;
export const WINDOW_AFTER_DUE = 120;

export const inWindow = (movement: Movement, bill: Bill): boolean =>
  movement.day >= bill.issued - WINDOW_BEFORE_ISSUE && movement.day <= bill.due + WINDOW_AFTER_DUE;
