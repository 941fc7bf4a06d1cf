import { CONFIDENCE_APPLY, CONFIDENCE_PROPOSE } from '../../shared/domain/limits.ts';
import type { AmountShape } from './amount-fit.ts';
import type { Evidence } from './evidence.ts';
import { isStrongHit } from './invoice-numbers.ts';
import type { Decision } from './matching.ts';
import type { Bill, Movement } from './payment-records.ts';
import { type Features, hasSameIban, logOdds, nameOf, oddsOf, probability } from './score.ts';

/** Share of a name that counts as the name. */
export const NAME_SURE = 0.75;

/** Margins in log-odds: what the best total must lose without the pair. The less the evidence, the wider. */
const MARGIN = { number: 1, iban: 1.5, name: 2 };

const FITTING = new Set<AmountShape>(['exact', 'discount', 'fee', 'surcharge', 'rate']);

/** Below this a pair is not proposed. */
export const PROPOSE_ODDS = logOdds(CONFIDENCE_PROPOSE);

/** Days that speak against a pair as much as this leave it to a person unless its number is shown. */
const DATE_DOUBT = -1;

export interface Judged {
  movement: Movement;
  bill: Bill;
  evidence: Evidence;
  shape: AmountShape;
  features: Features;
  margin: number;
}

/** Another number in the label, a payment before the invoice was there, a very late one: likely another month's. */
const isDoubtful = (movement: Movement, bill: Bill, features: Features): boolean =>
  features.number < 0 || features.date < DATE_DOUBT || movement.day < bill.issued;

/** Evidence besides the amount that makes a pair sure: its number, the IBAN, or the name, with no rival near. */
const isSure = ({ movement, bill, evidence, shape, features, margin }: Judged) => {
  if (isStrongHit(evidence.hits.get(bill) ?? null)) return FITTING.has(shape) && margin >= MARGIN.number;
  if (shape !== 'exact' || evidence.hints.noInvoice) return false;
  if (isDoubtful(movement, bill, features)) return false;
  if (hasSameIban(movement, evidence, bill) && margin >= MARGIN.iban) return true;
  return nameOf(evidence, bill) >= NAME_SURE && margin >= MARGIN.name;
};

export const decide = (judged: Judged): Decision =>
  probability(oddsOf(judged.features)) >= CONFIDENCE_APPLY && isSure(judged) ? 'auto' : 'review';

/** The band says what happens to a link, so a link for review never carries a score of the band that is applied. */
export const bandedScore = (odds: number, decision: Decision): number => {
  const score = Math.floor(probability(odds) * 10_000) / 10_000;
  return decision === 'auto' ? Math.max(score, CONFIDENCE_APPLY) : Math.min(score, CONFIDENCE_APPLY - 0.001);
};
