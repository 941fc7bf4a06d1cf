import { CENT, shapeOf } from './amount-fit.ts';
import { bandedScore, NAME_SURE, PROPOSE_ODDS } from './decide.ts';
import type { Evidence } from './evidence.ts';
import { isStrongHit } from './invoice-numbers.ts';
import { type Decision, inWindow, type Matching, type Proposal } from './matching.ts';
import { sameIbanOrName } from './one-to-one.ts';
import type { Bill, Movement } from './payment-records.ts';
import { dateOdds, oddsOf, readFeatures } from './score.ts';
import { SUBSET_TERMS_MAX, subsetsWithSum } from './subsets.ts';

/** With so many sums per possible amount, a hit by chance is rare enough to apply, or to show. */
const CHANCE_APPLY = 0.002;
const CHANCE_PROPOSE = 0.05;
const CHANCE_PROPOSE_LIKELY = 0.01;
/** Share of a name that may be the name, where the cents agree as well. */
const NAME_LIKELY = 0.5;

interface Purse {
  amount: number;
  currency: string;
}

interface Choice {
  movement: Movement;
  evidence: Evidence;
  purse: Purse;
  bills: Bill[];
  sure: boolean;
}

/** What a movement can spend, in its own currency and in the one it states. */
const pursesOf = (matching: Matching, movement: Movement): Purse[] => {
  const left = matching.ledger.left(movement);
  const { original } = movement;
  if (left === 0) return [];
  const own = { amount: left, currency: movement.currency };
  return original && left === movement.amount ? [own, { ...original }] : [own];
};

/** A credit note of the other direction lowers the payment it is set off in. */
const signOf = (movement: Movement, bill: Bill) => (bill.incoming === movement.incoming ? 1 : -1);

const sumOf = (matching: Matching, movement: Movement, bills: readonly Bill[]) =>
  bills.reduce((sum, bill) => sum + signOf(movement, bill) * matching.ledger.open(bill), 0);

const usable = (matching: Matching, movement: Movement, bill: Bill, purse: Purse) =>
  bill.currency === purse.currency &&
  matching.ledger.open(bill) > 0 &&
  (bill.incoming === movement.incoming || bill.credit) &&
  inWindow(movement, bill) &&
  !matching.barred(movement, bill);

const worthALink = (bills: readonly Bill[], movement: Movement) =>
  bills.length >= 2 && bills.some((bill) => bill.incoming === movement.incoming);

/** The open bills of a party that a movement could cover, those due nearest to it first. */
const poolOf = (
  matching: Matching,
  movement: Movement,
  party: string,
  purse: Purse,
  without: readonly Bill[],
) =>
  (matching.billsOf.get(party) ?? [])
    .filter((bill) => !without.includes(bill) && usable(matching, movement, bill, purse))
    .sort((a, b) => Math.abs(a.due - movement.day) - Math.abs(b.due - movement.day) || (a.id < b.id ? -1 : 1))
    .slice(0, SUBSET_TERMS_MAX);

/** Share of all amounts up to the whole pool that some choice of it adds up to: how likely a sum is mere chance. */
const chanceOf = (terms: readonly number[]) => {
  let sums = new Set([0]);
  for (const term of terms) sums = new Set([...sums, ...[...sums].map((sum) => sum + term)]);
  const whole = terms.reduce((sum, term) => sum + Math.abs(term), 0);
  return (sums.size * CENT) / Math.max(CENT, whole);
};

/** Numbers in the label, all of them, and if they do not add up the ones that complete them. */
const byNumbers = (
  matching: Matching,
  movement: Movement,
  evidence: Evidence,
  purse: Purse,
): Choice | null => {
  const groups = Map.groupBy(
    [...evidence.hits.keys()].filter((bill) => usable(matching, movement, bill, purse)),
    (bill) => bill.party,
  );
  const choices: Choice[] = [];
  for (const [party, hits] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const strong = hits.filter((bill) => isStrongHit(evidence.hits.get(bill) ?? null));
    const named = hits.some((bill) => sameIbanOrName(movement, evidence, bill, NAME_SURE));
    const sure = strong.length >= 2 || (strong.length === 1 && named);
    const add = (bills: Bill[], isSure: boolean) => {
      if (worthALink(bills, movement)) choices.push({ movement, evidence, purse, bills, sure: isSure });
    };
    for (const shown of [hits, strong]) {
      const sum = sumOf(matching, movement, shown);
      if (Math.abs(sum - purse.amount) <= CENT && (named || strong.length >= 2)) {
        add(shown, sure);
      } else if (sum > 0 && strong.length >= 2 && shown === strong) {
        const shape = shapeOf(purse.amount, sum, true);
        if (shape === 'fee' || shape === 'discount' || shape === 'surcharge') add(shown, true);
      }
    }
    if (choices.length > 0) continue;
    const pool = poolOf(matching, movement, party, purse, strong);
    const terms = pool.map((bill) => signOf(movement, bill) * matching.ledger.open(bill));
    const rest = purse.amount - sumOf(matching, movement, strong);
    const [first, second] = strong.length === 0 && !named ? [] : subsetsWithSum(terms, rest);
    if (first && (strong.length > 0 || hits.length > 0)) {
      const bills = [...strong, ...first.map((at) => pool[at]).filter((bill) => bill !== undefined)];
      const chance = chanceOf(terms);
      const alone = second === undefined;
      if (strong.length > 0 && chance <= CHANCE_PROPOSE) add(bills, alone && named && chance <= CHANCE_APPLY);
    }
  }
  const [only, other] = choices.filter((choice) => choice.bills.length > 0);
  return only && (!other || only.bills[0]?.party === other.bills[0]?.party) ? only : null;
};

/** Of several choices with one sum, the one whose dates fit best. */
const daysOdds = (movement: Movement, bills: readonly Bill[]) =>
  bills.reduce((sum, bill) => sum + dateOdds(movement.day, bill, undefined), 0) / bills.length;

/** No number at all: the open bills of the party that the name or the IBAN tells, exact cents only. */
const byParty = (matching: Matching, movement: Movement, evidence: Evidence, purse: Purse): Choice | null => {
  if (evidence.hints.noInvoice) return null;
  const choices = evidence.parties.flatMap((party): Choice[] => {
    const share = evidence.ibanParties.has(party) ? 1 : (evidence.names.get(party) ?? 0);
    const pool = share >= NAME_LIKELY ? poolOf(matching, movement, party, purse, []) : [];
    if (pool.length < 2) return [];
    const terms = pool.map((bill) => signOf(movement, bill) * matching.ledger.open(bill));
    const found = subsetsWithSum(terms, purse.amount, { least: 2 })
      .map((positions) => positions.map((at) => pool[at]).filter((bill) => bill !== undefined))
      .filter((bills) => worthALink(bills, movement));
    const [best] = found.sort((a, b) => daysOdds(movement, b) - daysOdds(movement, a));
    const chance = best ? chanceOf(terms) : 1;
    if (!best || chance > (share >= NAME_SURE ? CHANCE_PROPOSE : CHANCE_PROPOSE_LIKELY)) return [];
    const sure = found.length === 1 && share >= NAME_SURE && chance <= CHANCE_APPLY;
    return [{ movement, evidence, purse, bills: best, sure }];
  });
  const [only, other] = choices;
  return only ? { ...only, sure: only.sure && !other } : null;
};

/** An exact sum speaks for each invoice in it, even one that would not be proposed by itself. */
const SUM_AGREES = 0.5;

/** Payments that gather invoices are late for the oldest ones; beyond this they are too late. */
const DATE_DOUBT_IN_SUM = -1.8;

const linksOf = (matching: Matching, { movement, evidence, purse, bills, sure }: Choice): Proposal[] => {
  const difference = sumOf(matching, movement, bills) - purse.amount;
  // A fee or discount on the whole is booked on the largest invoice, where it weighs least.
  const largest = bills.reduce((best, bill) =>
    matching.ledger.open(bill) > matching.ledger.open(best) ? bill : best,
  );
  const judged = bills.map((bill) => {
    const twins = matching.twins(bill);
    const features = readFeatures({ movement, bill, evidence, shape: 'exact', twins, habit: undefined });
    return { bill, features, odds: oddsOf(features) };
  });
  // One doubtful invoice makes the whole sum doubtful.
  const doubtful = judged.some(
    ({ bill, features }) =>
      !isStrongHit(evidence.hits.get(bill) ?? null) &&
      (movement.day < bill.issued || features.date < DATE_DOUBT_IN_SUM),
  );
  const decision: Decision = sure && !doubtful ? 'auto' : 'review';
  return judged.map(({ bill, features, odds }) => {
    const open = matching.ledger.open(bill);
    const short = bill === largest && difference > CENT ? difference : 0;
    return {
      movement,
      bill,
      amount: open - short,
      currency: purse.currency,
      settles: open,
      allocation: short > 0 ? 'fee_deduction' : open === bill.total ? 'full' : 'partial',
      shape: short > 0 ? 'fee' : 'exact',
      decision,
      score: bandedScore(Math.max(odds, PROPOSE_ODDS + SUM_AGREES), decision),
      features,
      method: 'several_invoices',
    };
  });
};

/** One payment for several invoices of a party, credit notes set off; no bill is given to two payments. */
export const matchSeveral = (matching: Matching, by: 'numbers' | 'party'): Proposal[] => {
  const choose = by === 'numbers' ? byNumbers : byParty;
  const taken = new Set<Bill>();
  const choices = matching.movements.flatMap((movement) => {
    const evidence = matching.evidence.get(movement);
    if (!evidence || (by === 'numbers' && evidence.hits.size === 0)) return [];
    const found = pursesOf(matching, movement)
      .map((purse) => choose(matching, movement, evidence, purse))
      .find((choice) => choice !== null);
    return found ? [found] : [];
  });
  // Sure ones first, then the smaller sets: fewer ways to be wrong.
  return choices
    .sort(
      (a, b) =>
        Number(b.sure) - Number(a.sure) ||
        a.bills.length - b.bills.length ||
        a.movement.day - b.movement.day ||
        (a.movement.id < b.movement.id ? -1 : 1),
    )
    .filter(({ bills }) => {
      if (bills.some((bill) => taken.has(bill))) return false;
      for (const bill of bills) taken.add(bill);
      return true;
    })
    .flatMap((choice) => linksOf(matching, choice));
};
