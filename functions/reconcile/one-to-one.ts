import { type AmountFit, type AmountShape, fitAmount } from './amount-fit.ts';
import { assign, type Edge } from './assign.ts';
import { bandedScore, decide, PROPOSE_ODDS } from './decide.ts';
import type { Evidence } from './evidence.ts';
import { isStrongHit } from './invoice-numbers.ts';
import type { AllocationType } from './ledger.ts';
import { inWindow, type Matching, type Proposal } from './matching.ts';
import type { Bill, Movement } from './payment-records.ts';
import { type Features, hasSameIban, oddsOf, readFeatures } from './score.ts';

/** Steps from strong to weak; each is assigned before the next one sees what is left. */
export type Tier = 'number_exact' | 'number_near' | 'exact' | 'near' | 'over';

interface Pair extends Edge {
  movement: Movement;
  bill: Bill;
  evidence: Evidence;
  fit: AmountFit;
  features: Features;
  odds: number;
}

const EXACT = new Set<AmountShape>(['exact', 'discount', 'rate']);
const NEAR = new Set<AmountShape>(['fee', 'surcharge', 'near_rate', 'unknown_rate']);

const belongs = (tier: Tier, shape: AmountShape, strong: boolean) => {
  if (tier === 'number_exact') return strong && EXACT.has(shape);
  if (tier === 'number_near') return strong && NEAR.has(shape);
  if (tier === 'over') return strong && shape === 'over';
  // Without a number, a pair across currencies needs a rate to say anything.
  return tier === 'exact'
    ? shape === 'exact'
    : shape === 'discount' || shape === 'rate' || (NEAR.has(shape) && shape !== 'unknown_rate');
};

/** Invoices a movement may pay: its numbers, then those of the parties it names. Never all of them. */
const candidatesOf = (matching: Matching, movement: Movement, evidence: Evidence, tier: Tier): Bill[] => {
  const found = [...evidence.hits.keys()];
  if (tier !== 'exact' && tier !== 'near') return found;
  for (const party of evidence.parties) {
    for (const bill of matching.billsOf.get(party) ?? []) {
      if (bill.incoming === movement.incoming && inWindow(movement, bill) && !evidence.hits.has(bill))
        found.push(bill);
    }
  }
  return found;
};

const pairOf = (
  matching: Matching,
  movement: Movement,
  evidence: Evidence,
  bill: Bill,
  tier: Tier,
): Pair | null => {
  const open = matching.ledger.open(bill);
  if (bill.incoming !== movement.incoming || open === 0 || !inWindow(movement, bill)) return null;
  const fit = fitAmount(movement, matching.ledger.left(movement), bill, open, matching.exchange);
  if (!belongs(tier, fit.shape, isStrongHit(evidence.hits.get(bill) ?? null))) return null;
  if (matching.barred(movement, bill)) return null;
  const features = readFeatures({
    movement,
    bill,
    evidence,
    shape: fit.shape,
    twins: matching.twins(bill),
    habit: matching.habits.get(bill.party),
  });
  const odds = oddsOf(features);
  const gain = odds - PROPOSE_ODDS;
  return gain > 0
    ? { left: movement.id, right: bill.id, gain, movement, bill, evidence, fit, features, odds }
    : null;
};

/** How a link is booked: what it takes of the payment and what it settles of the invoice. */
export const allocate = (
  fit: AmountFit,
  bill: Bill,
  open: number,
): { amount: number; settles: number | null; allocation: AllocationType } => {
  const { shape, amount, paid } = fit;
  const whole = open === bill.total;
  if (shape === 'over')
    return { amount: Math.round((amount * open) / (paid ?? open)), settles: open, allocation: 'overpayment' };
  if (shape === 'surcharge') return { amount: open, settles: open, allocation: whole ? 'full' : 'partial' };
  if (shape === 'fee' || shape === 'discount') return { amount, settles: open, allocation: 'fee_deduction' };
  if (shape === 'partial') return { amount, settles: paid, allocation: 'partial' };
  if (shape === 'exact')
    return { amount: Math.min(amount, open), settles: open, allocation: whole ? 'full' : 'partial' };
  return { amount, settles: open, allocation: whole ? 'full' : 'partial' };
};

/** Pairs one movement with one invoice by the best total of a tier. */
export const matchOneToOne = (matching: Matching, tier: Tier): Proposal[] => {
  const pairs = matching.movements.flatMap((movement) => {
    const evidence = matching.evidence.get(movement);
    if (!evidence) return [];
    return candidatesOf(matching, movement, evidence, tier)
      .map((bill) => pairOf(matching, movement, evidence, bill, tier))
      .filter((pair) => pair !== null);
  });
  return assign(pairs).map(({ edge, margin }) => {
    const { movement, bill, evidence, fit, features, odds } = edge;
    const decision = decide({ movement, bill, evidence, shape: fit.shape, features, margin });
    return {
      movement,
      bill,
      currency: fit.currency,
      ...allocate(fit, bill, matching.ledger.open(bill)),
      shape: fit.shape,
      decision,
      score: bandedScore(odds, decision),
      features,
      method: tier === 'over' ? 'overpayment' : 'one_to_one',
    };
  });
};

export const sameIbanOrName = (movement: Movement, evidence: Evidence, bill: Bill, share: number): boolean =>
  hasSameIban(movement, evidence, bill) || (evidence.names.get(bill.party) ?? 0) >= share;
