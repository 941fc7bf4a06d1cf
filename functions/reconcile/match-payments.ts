import { createHash } from 'node:crypto';
import { nameKey } from '../../shared/domain/names.ts';
import { fromThousandths } from './amounts.ts';
import { type Alias, billsByParty, type Evidence, readEvidence } from './evidence.ts';
import { type ExchangeRate, indexRates } from './exchange.ts';
import {
  matchNumberedInstalments,
  matchNumberedParts,
  matchPlainInstalments,
  matchRoundShares,
} from './instalments.ts';
import { type AllocationType, type ExistingLink, openLedger } from './ledger.ts';
import type { Decision, Matching, Method, Proposal } from './matching.ts';
import { matchOneToOne } from './one-to-one.ts';
import {
  type Bill,
  type LeftOut,
  type Movement,
  type PaymentInvoice,
  type PaymentTransaction,
  readBills,
  readMovements,
} from './payment-records.ts';
import type { Features, Habit } from './score.ts';
import { matchSeveral } from './several-invoices.ts';

/** A pair a person declined; with `strong_keys` from the link it was declined on, a change of those lifts it. */
export interface RejectedPair {
  transaction_id: string;
  invoice_id: string;
  strong_keys?: string | null;
}

export interface MatchPayments {
  transactions: readonly PaymentTransaction[];
  invoices: readonly PaymentInvoice[];
  rates?: readonly ExchangeRate[];
  aliases?: readonly Alias[];
  rejectedPairs?: readonly RejectedPair[];
  existingLinks?: readonly ExistingLink[];
}

export interface PaymentLink {
  transaction_id: string;
  invoice_id: string;
  amount: string;
  currency: string;
  /** What it settles in the invoice's currency; null across currencies without a rate. */
  settles: string | null;
  allocation_type: AllocationType;
  decision: Decision;
  score: number;
  method: Method;
  /** Log-odds by feature, and how the amount relates to the invoice. */
  features: Features;
  reasoning: string;
  /** Hash of what identifies the two sides; keep it with a refusal. */
  strong_keys: string;
}

export interface MatchedPayments {
  links: PaymentLink[];
  left_out: LeftOut[];
  unmatched: { transactions: string[]; invoices: string[] };
}

/** Changes when a number, an IBAN, an amount or the remittance text of the pair does. */
const strongKeys = (movement: Movement, bill: Bill): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        [movement.amount, movement.currency, movement.original, movement.iban, movement.source.label],
        [bill.source.number, bill.iban, bill.total, bill.currency],
      ]),
    )
    .digest('hex')
    .slice(0, 32);

const reasoningOf = ({ movement, bill, shape, method }: Proposal, evidence: Evidence | undefined) => {
  const hit = evidence?.hits.get(bill);
  const name = evidence?.names.get(bill.party) ?? 0;
  return [
    `${method.replaceAll('_', ' ')}, amount ${shape.replaceAll('_', ' ')}`,
    hit ? `number in label (${hit})` : null,
    movement.iban && movement.iban === bill.iban ? 'same IBAN' : null,
    name > 0 ? `name ${Math.round(name * 100)} %` : null,
    `${movement.day - bill.due} days from due date`,
  ]
    .filter(Boolean)
    .join('; ');
};

const HABIT_MIN = 3;

/** How each party has been paid so far, from the links that stand. */
const habitsOf = (pairs: readonly { day: number; bill: Bill }[]): Map<string, Habit> => {
  const delays = Map.groupBy(pairs, ({ bill }) => bill.party);
  const habits = new Map<string, Habit>();
  for (const [party, of] of delays) {
    if (of.length < HABIT_MIN) continue;
    const sorted = of.map(({ day, bill }) => day - bill.due).sort((a, b) => a - b);
    const delay = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const spread = sorted.reduce((sum, each) => sum + Math.abs(each - delay), 0) / sorted.length;
    habits.set(party, { delay, spread });
  }
  return habits;
};

const countTwins = (bills: readonly Bill[]) => {
  const keyOf = (bill: Bill) => `${bill.incoming}${bill.total}${bill.currency}`;
  const counts = new Map<string, number>();
  for (const bill of bills) counts.set(keyOf(bill), (counts.get(keyOf(bill)) ?? 0) + 1);
  return (bill: Bill) => counts.get(keyOf(bill)) ?? 1;
};

const partyMovements = (evidence: ReadonlyMap<Movement, Evidence>) => {
  const found = new Map<string, Movement[]>();
  for (const [movement, says] of evidence) {
    for (const party of says.parties) {
      const known = found.get(party);
      if (known) known.push(movement);
      else found.set(party, [movement]);
    }
  }
  return found;
};

/** From strong to weak. Each step sees only what the ones before it left. */
const STEPS: ((matching: Matching) => Proposal[])[] = [
  (matching) => matchOneToOne(matching, 'number_exact'),
  (matching) => matchSeveral(matching, 'numbers'),
  matchNumberedInstalments,
  (matching) => matchOneToOne(matching, 'number_near'),
  (matching) => matchOneToOne(matching, 'exact'),
  (matching) => matchSeveral(matching, 'party'),
  (matching) => matchOneToOne(matching, 'near'),
  matchPlainInstalments,
  matchNumberedParts,
  matchRoundShares,
  (matching) => matchOneToOne(matching, 'over'),
];

const byIds = (a: PaymentLink, b: PaymentLink) =>
  a.transaction_id < b.transaction_id
    ? -1
    : a.transaction_id > b.transaction_id
      ? 1
      : a.invoice_id < b.invoice_id
        ? -1
        : 1;

/**
 * Which payment settles which invoice, and how sure that is. Pure: the same records in any order give the same links,
 * and a run that is given its own links as `existingLinks` finds nothing more.
 */
export const matchPayments = ({
  transactions,
  invoices,
  rates = [],
  aliases = [],
  rejectedPairs = [],
  existingLinks = [],
}: MatchPayments): MatchedPayments => {
  const { records: movements, leftOut: badTransactions } = readMovements(transactions);
  const { records: bills, leftOut: badInvoices } = readBills(invoices, nameKey);
  const movementOf = new Map(movements.map((movement) => [movement.id, movement]));
  const billOf = new Map(bills.map((bill) => [bill.id, bill]));
  const exchange = indexRates(rates, movements);
  const ledger = openLedger(movementOf, billOf, exchange);
  const evidence = readEvidence(movements, bills, aliases);
  const refused = new Map(rejectedPairs.map((pair) => [`${pair.transaction_id}\n${pair.invoice_id}`, pair]));
  const standing: { day: number; bill: Bill }[] = [];

  const stand = (link: ExistingLink) => {
    ledger.apply(link);
    const [movement, bill] = [movementOf.get(link.transaction_id), billOf.get(link.invoice_id)];
    if (movement && bill) standing.push({ day: movement.day, bill });
  };
  for (const link of existingLinks) stand(link);

  const barred = (movement: Movement, bill: Bill) => {
    if (ledger.linked(movement, bill)) return true;
    const pair = refused.get(`${movement.id}\n${bill.id}`);
    return pair !== undefined && (!pair.strong_keys || pair.strong_keys === strongKeys(movement, bill));
  };
  const fixed = {
    evidence,
    exchange,
    ledger,
    twins: countTwins(bills),
    barred,
    movementsOf: partyMovements(evidence),
  };
  /** What is left to match now; a step does not look at the rest. */
  const now = (): Matching => {
    const open = bills.filter((bill) => ledger.open(bill) > 0);
    return {
      ...fixed,
      movements: movements.filter((movement) => ledger.left(movement) > 0),
      bills: open,
      billsOf: billsByParty(open),
      habits: habitsOf(standing),
    };
  };

  const links: PaymentLink[] = [];
  const write = (proposal: Proposal): PaymentLink => ({
    transaction_id: proposal.movement.id,
    invoice_id: proposal.bill.id,
    amount: fromThousandths(proposal.amount),
    currency: proposal.currency,
    settles: proposal.settles === null ? null : fromThousandths(proposal.settles),
    allocation_type: proposal.allocation,
    decision: proposal.decision,
    score: proposal.score,
    method: proposal.method,
    features: proposal.features,
    reasoning: reasoningOf(proposal, evidence.get(proposal.movement)),
    strong_keys: strongKeys(proposal.movement, proposal.bill),
  });

  // Each link frees its rivals of doubt, so the steps are repeated until a whole pass finds nothing.
  for (let before = -1; before < links.length; ) {
    before = links.length;
    for (const step of STEPS) {
      const found = step(now()).map(write);
      for (const link of found) stand(link);
      links.push(...found);
    }
  }

  const linked = [...existingLinks, ...links];
  const [paying, paid] = [
    new Set(linked.map((link) => link.transaction_id)),
    new Set(linked.map((link) => link.invoice_id)),
  ];
  return {
    links: links.sort(byIds),
    left_out: [...badTransactions, ...badInvoices],
    unmatched: {
      transactions: movements.filter(({ id }) => !paying.has(id)).map(({ id }) => id),
      invoices: bills.filter(({ id }) => !paid.has(id)).map(({ id }) => id),
    },
  };
};
