import { nameKey } from '../../shared/domain/names.ts';
import { indexNumbers, isStrongHit, labelForms, type NumberHit, shapesOf } from './invoice-numbers.ts';
import { type LabelHints, readHints } from './label-hints.ts';
import { indexPartyNames, NAME_FLOOR } from './party-names.ts';
import type { Bill, Movement } from './payment-records.ts';

/** A name that people of the workspace have confirmed for a counterparty. */
export interface Alias {
  name: string;
  counterparty_id: string;
}

/** What a movement says about whom and what it pays, before amounts and dates. */
export interface Evidence {
  hits: Map<Bill, NumberHit>;
  /** What the numbers in the label look like. */
  shapes: Set<string>;
  /** Share of a party's name found in the label or the counterparty's name, 0–1. */
  names: Map<string, number>;
  /** Parties whose own IBAN the movement states. */
  ibanParties: Set<string>;
  /** Parties by name or IBAN. */
  parties: readonly string[];
  /** The bank names a counterparty, and it is no go-between: another party is unlikely. */
  named: boolean;
  hints: LabelHints;
}

const LABEL_THROUGH_INTERMEDIARY = 0.85;
const NAME_OF_INTERMEDIARY = 0.5;
/** An IBAN that more parties state than this belongs to a collector (factoring, a platform), not to one of them. */
const IBAN_PARTIES_MAX = 2;

const groupBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string | null) => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
};

export const billsByParty = (bills: readonly Bill[]): Map<string, Bill[]> =>
  groupBy(bills, (bill) => bill.party);

/** How sure an account or a name is of a party that other movements with it showed. */
const LEARNED = 0.9;
const LEARNED_AGREEMENT = 0.8;
const NAME_CLEAR = 0.9;
const VOTE_OF_NUMBER = 2;
const VOTE_OF_NAME = 1;
/** A name alone, unlike an account, needs more than one movement to vouch for it. */
const NAME_VOTES_MIN = 2 * VOTE_OF_NUMBER;

const payerKeys = (movement: Movement) => {
  const name = nameKey(movement.source.counterparty_name ?? '');
  return { iban: movement.iban ? `iban ${movement.iban}` : null, name: name ? `name ${name}` : null };
};

const isWhole = (movement: Movement, bill: Bill) =>
  movement.incoming === bill.incoming &&
  [movement, movement.original].some(
    (money) => money?.currency === bill.currency && money.amount === bill.total,
  );

/** The party a movement shows beyond doubt, with the weight of that; by number and amount, or by a name like no other. */
const shownParty = (
  movement: Movement,
  { hits, names, hints }: Evidence,
): { party: string; vote: number } | null => {
  if (hints.intermediary) return null;
  const numbered = new Set(
    [...hits]
      .filter(([bill, hit]) => isStrongHit(hit) && isWhole(movement, bill))
      .map(([bill]) => bill.party),
  );
  const [byNumber] = numbered;
  if (numbered.size === 1 && byNumber) return { party: byNumber, vote: VOTE_OF_NUMBER };
  const [best, second] = [...names].sort(([, a], [, b]) => b - a);
  const clear = best && best[1] >= NAME_CLEAR && (second?.[1] ?? 0) < best[1] * NAME_CLEAR;
  return clear ? { party: best[0], vote: VOTE_OF_NAME } : null;
};

/**
 * A payer's account or trade name that other movements tie to one party speaks for that party where the label is
 * silent. Read from all records at once, so that it depends on no order and on no earlier result.
 */
const addLearnedNames = (evidence: ReadonlyMap<Movement, Evidence>) => {
  const votes = new Map<string, Map<string, number>>();
  for (const [movement, says] of evidence) {
    const shown = shownParty(movement, says);
    if (!shown) continue;
    const { iban, name } = payerKeys(movement);
    for (const key of [iban, shown.vote === VOTE_OF_NUMBER ? name : null]) {
      if (!key) continue;
      const of = votes.get(key) ?? new Map<string, number>();
      votes.set(key, of.set(shown.party, (of.get(shown.party) ?? 0) + shown.vote));
    }
  }
  const learned = (key: string | null, least: number): string | null => {
    const of = [...((key && votes.get(key)) || [])].sort(([, a], [, b]) => b - a);
    const total = of.reduce((sum, [, count]) => sum + count, 0);
    const [top] = of;
    return top && top[1] >= least && top[1] >= total * LEARNED_AGREEMENT ? top[0] : null;
  };
  for (const [movement, says] of evidence) {
    const { iban, name } = payerKeys(movement);
    for (const party of [learned(iban, VOTE_OF_NAME), learned(name, NAME_VOTES_MIN)]) {
      if (party && !says.hints.intermediary)
        says.names.set(party, Math.max(says.names.get(party) ?? 0, LEARNED));
    }
  }
};

/** Reads each movement once; the result depends on the records alone, never on what was matched so far. */
export const readEvidence = (
  movements: readonly Movement[],
  bills: readonly Bill[],
  aliases: readonly Alias[],
): Map<Movement, Evidence> => {
  const numbers = indexNumbers(bills);
  const names = new Map<string, { party: string; name: string }>();
  const addName = (party: string, name: string | null) => {
    if (name) names.set(`${party}\n${nameKey(name)}`, { party, name });
  };
  for (const bill of bills) addName(bill.party, bill.source.counterparty_name);
  for (const alias of [...aliases].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    addName(`id:${alias.counterparty_id}`, alias.name);
  }
  const partyNames = indexPartyNames([...names.values()]);
  const ibans = new Map(
    [...groupBy(bills, (bill) => bill.iban)].map(([iban, of]) => [
      iban,
      new Set(of.map((bill) => bill.party)),
    ]),
  );

  const evidence = new Map<Movement, Evidence>(
    movements.map((movement) => {
      const label = movement.source.label ?? '';
      const name = movement.source.counterparty_name ?? '';
      const hints = readHints(label, name);
      const forms = labelForms(label);
      const found = new Map<string, number>();
      const add = (party: string, share: number) => {
        if (share >= NAME_FLOOR) found.set(party, Math.max(found.get(party) ?? 0, share));
      };
      for (const [party, share] of partyNames.find(name, true)) {
        add(party, share * (hints.intermediary ? NAME_OF_INTERMEDIARY : 1));
      }
      for (const [party, share] of partyNames.find(label, false)) {
        add(party, share * (hints.intermediary ? LABEL_THROUGH_INTERMEDIARY : 1));
      }
      const owners = movement.iban ? ibans.get(movement.iban) : undefined;
      return [
        movement,
        {
          hits: numbers.hits(forms),
          shapes: shapesOf(forms),
          names: found,
          ibanParties: owners && owners.size <= IBAN_PARTIES_MAX ? owners : new Set<string>(),
          parties: [],
          named: name.trim() !== '' && !hints.intermediary,
          hints,
        },
      ];
    }),
  );
  addLearnedNames(evidence);
  for (const says of evidence.values()) {
    says.parties = [...new Set([...says.names.keys(), ...says.ibanParties])].sort();
  }
  return evidence;
};
