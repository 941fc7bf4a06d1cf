import { CENT, fitAmount } from './amount-fit.ts';
import { bandedScore, NAME_SURE, PROPOSE_ODDS } from './decide.ts';
import type { Evidence } from './evidence.ts';
import { isStrongHit } from './invoice-numbers.ts';
import { type Decision, inWindow, type Matching, type Proposal } from './matching.ts';
import { sameIbanOrName } from './one-to-one.ts';
import type { Bill, Movement } from './payment-records.ts';
import { oddsOf, readFeatures } from './score.ts';
import { SUBSET_TERMS_MAX, subsetsWithSum } from './subsets.ts';

const INSTALMENTS_MAX = 4;
/** Chance sums per possible amount above which adding up means nothing. */
const CHANCE_PROPOSE = 0.1;

interface Part {
  movement: Movement;
  evidence: Evidence;
  /** In the invoice's currency. */
  paid: number;
  amount: number;
  currency: string;
  numbered: boolean;
}

const partOf = (matching: Matching, movement: Movement, bill: Bill, byRate = false): Part | null => {
  const evidence = matching.evidence.get(movement);
  const left = matching.ledger.left(movement);
  if (!evidence || left === 0 || movement.incoming !== bill.incoming) return null;
  if (!inWindow(movement, bill) || matching.barred(movement, bill)) return null;
  const { paid, amount, currency } = fitAmount(
    movement,
    left,
    bill,
    matching.ledger.open(bill),
    matching.exchange,
  );
  // Without the number, a part of an invoice in another currency is only believed in that currency.
  if (paid === null || (currency !== bill.currency && !byRate)) return null;
  const numbered = isStrongHit(evidence.hits.get(bill) ?? null);
  return paid < matching.ledger.open(bill) - CENT
    ? { movement, evidence, paid, amount, currency, numbered }
    : null;
};

const proposal = (bill: Bill, part: Part, decision: Decision, method: Proposal['method']): Proposal => {
  const features = readFeatures({
    movement: part.movement,
    bill,
    evidence: part.evidence,
    shape: decision === 'auto' ? 'exact' : 'partial',
    twins: 1,
    habit: undefined,
  });
  const odds = Math.max(oddsOf(features), PROPOSE_ODDS + 0.2);
  return {
    movement: part.movement,
    bill,
    amount: part.amount,
    currency: part.currency,
    settles: part.paid,
    allocation: 'partial',
    shape: 'partial',
    decision,
    score: bandedScore(odds, decision),
    features,
    method,
  };
};

const sumOf = (parts: readonly Part[]) => parts.reduce((sum, part) => sum + part.paid, 0);

const byDay = (a: Part, b: Part) =>
  a.movement.day - b.movement.day || (a.movement.id < b.movement.id ? -1 : 1);

const numberedParts = (matching: Matching): Map<Bill, Part[]> => {
  const parts = new Map<Bill, Part[]>();
  for (const movement of matching.movements) {
    for (const [bill, hit] of matching.evidence.get(movement)?.hits ?? []) {
      if (!isStrongHit(hit) || matching.ledger.open(bill) === 0) continue;
      const part = partOf(matching, movement, bill, true);
      if (part) parts.set(bill, [...(parts.get(bill) ?? []), part]);
    }
  }
  return parts;
};

/** A bill's parts go to it only while no other bill has taken the movement. */
const claimer = () => {
  const taken = new Set<Movement>();
  return (parts: readonly Part[]) => {
    if (parts.some(({ movement }) => taken.has(movement))) return false;
    for (const { movement } of parts) taken.add(movement);
    return true;
  };
};

/** Several payments that show an invoice's number and add up to it, with unnumbered ones of the party if need be. */
export const matchNumberedInstalments = (matching: Matching): Proposal[] => {
  const claim = claimer();
  return [...numberedParts(matching)]
    .sort(([a], [b]) => (a.id < b.id ? -1 : 1))
    .flatMap(([bill, numbered]) => {
      const open = matching.ledger.open(bill);
      const shown = [...numbered].sort(byDay).slice(0, SUBSET_TERMS_MAX);
      const terms = shown.map(({ paid }) => paid);
      const [positions, other] = subsetsWithSum(terms, open, { least: 2, tolerance: CENT });
      if (positions) {
        const parts = positions.map((at) => shown[at]).filter((part) => part !== undefined);
        if (!claim(parts)) return [];
        return parts.map((part) => proposal(bill, part, other ? 'review' : 'auto', 'instalments'));
      }
      const rest = open - sumOf(shown);
      if (rest <= CENT) return [];
      const others = (matching.movementsOf.get(bill.party) ?? [])
        .filter((movement) => !shown.some((part) => part.movement === movement))
        .map((movement) => partOf(matching, movement, bill))
        .filter((part) => part !== null)
        .sort(byDay);
      const closing = others.filter((part) => Math.abs(part.paid - rest) <= CENT);
      const [last] = closing;
      if (!last || closing.length > 1 || !claim([...shown, last])) return [];
      return [...shown, last].map((part) =>
        proposal(bill, part, part.numbered ? 'auto' : 'review', 'instalments'),
      );
    });
};

/** Ways to choose two to four of so many. */
const choices = (many: number) =>
  (many * (many - 1)) / 2 +
  (many * (many - 1) * (many - 2)) / 6 +
  (many * (many - 1) * (many - 2) * (many - 3)) / 24;

/** Equal parts but for the cents that do not divide: no chance sum looks like that. */
const isEvenSplit = (parts: readonly Part[]) => {
  const paid = parts.map((part) => part.paid);
  return Math.max(...paid) - Math.min(...paid) <= parts.length * CENT;
};

/** Payments of one party without numbers that add up to one of its invoices. */
export const matchPlainInstalments = (matching: Matching): Proposal[] => {
  const claim = claimer();
  const found = matching.bills.flatMap((bill) => {
    const open = matching.ledger.open(bill);
    if (open === 0) return [];
    const parts = (matching.movementsOf.get(bill.party) ?? [])
      .map((movement) => partOf(matching, movement, bill))
      .filter((part) => part !== null)
      .filter(
        ({ movement, evidence }) =>
          !evidence.hints.noInvoice && sameIbanOrName(movement, evidence, bill, NAME_SURE),
      )
      .sort(byDay)
      .slice(0, SUBSET_TERMS_MAX);
    if (parts.length < 2) return [];
    const chance = (choices(parts.length) * CENT) / open;
    const found = subsetsWithSum(
      parts.map(({ paid }) => paid),
      open,
      { least: 2, most: INSTALMENTS_MAX },
    )
      .map((positions) => positions.map((at) => parts[at]).filter((part) => part !== undefined))
      .filter((of) => chance <= CHANCE_PROPOSE || isEvenSplit(of));
    const [first, second] = found;
    return first ? [{ bill, parts: first, sure: !second }] : [];
  });
  return found
    .sort(
      (a, b) =>
        Number(b.sure) - Number(a.sure) ||
        a.parts.length - b.parts.length ||
        (a.bill.id < b.bill.id ? -1 : 1),
    )
    .filter(({ parts }) => claim(parts))
    .flatMap(({ bill, parts }) => parts.map((part) => proposal(bill, part, 'review', 'instalments')));
};

/** Payments that show an invoice's number and cover a part of it, oldest first while they fit. */
export const matchNumberedParts = (matching: Matching): Proposal[] => {
  const claim = claimer();
  return [...numberedParts(matching)]
    .sort(([a], [b]) => (a.id < b.id ? -1 : 1))
    .flatMap(([bill, parts]) => {
      let rest = matching.ledger.open(bill);
      return [...parts].sort(byDay).flatMap((part) => {
        const odds = oddsOf(readFeatures({ ...part, bill, shape: 'partial', twins: 1, habit: undefined }));
        if (part.paid > rest || odds < PROPOSE_ODDS || !claim([part])) return [];
        rest -= part.paid;
        return [proposal(bill, part, 'review', 'part_payment')];
      });
    });
};

const SHARES = [1 / 2, 1 / 3, 2 / 3, 1 / 4, 3 / 4, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.1, 0.9];
const SHARE_TOLERANCE = 2 * CENT;

/** A round share of the one invoice its party has open, without a number: a deposit or a first instalment. */
export const matchRoundShares = (matching: Matching): Proposal[] => {
  const claim = claimer();
  const shared = new Set<Bill>();
  return matching.movements.flatMap((movement) => {
    const evidence = matching.evidence.get(movement);
    if (!evidence || evidence.hints.noInvoice || matching.ledger.left(movement) === 0) return [];
    const options = evidence.parties.flatMap((party) =>
      (matching.billsOf.get(party) ?? []).flatMap((bill) => {
        if (matching.ledger.open(bill) !== bill.total || !sameIbanOrName(movement, evidence, bill, NAME_SURE))
          return [];
        const part = partOf(matching, movement, bill);
        const round =
          part && SHARES.some((share) => Math.abs(part.paid - bill.total * share) <= SHARE_TOLERANCE);
        return part && round ? [{ bill, part }] : [];
      }),
    );
    const [only, other] = options;
    if (!only || other || shared.has(only.bill) || !claim([only.part])) return [];
    shared.add(only.bill);
    return [proposal(only.bill, only.part, 'review', 'part_payment')];
  });
};
