import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toThousandths } from '../../../functions/reconcile/amounts.ts';
import { matchPayments, type PaymentLink } from '../../../functions/reconcile/match-payments.ts';
import { inventPayments, type TestPayments } from '../../support/payments.ts';

const invented = fc
  .integer({ min: 1, max: 1_000_000 })
  .map((seed) => inventPayments({ seed, invoices: 60, transactions: 90 }));
const few = { numRuns: 8 };
const CENT = 10;

const thousandths = (text: string | null) => toThousandths(text ?? '') ?? Number.NaN;

const sums = (
  links: readonly PaymentLink[],
  keyOf: (link: PaymentLink) => string,
  amountOf: (link: PaymentLink) => number,
) => {
  const total = new Map<string, number>();
  for (const link of links) total.set(keyOf(link), (total.get(keyOf(link)) ?? 0) + amountOf(link));
  return total;
};

/** What a link takes of its payment; a credit note set off in it gives back. */
const taken = ({ transactions, invoices }: TestPayments) => {
  const outgoing = new Map(transactions.map((each) => [each.transaction_id, each.amount.startsWith('-')]));
  const paysOut = new Map(
    invoices.map((each) => [each.invoice_id, (each.direction === 'payable') === (each.kind === 'invoice')]),
  );
  return (link: PaymentLink) =>
    (outgoing.get(link.transaction_id) === paysOut.get(link.invoice_id) ? 1 : -1) * thousandths(link.amount);
};

describe('matchPayments on invented data', () => {
  it('never takes more of a payment than it has', () => {
    fc.assert(
      fc.property(invented, (data) => {
        const { links } = matchPayments(data);

        const left = new Map<string, number>(
          data.transactions.flatMap((each) => [
            [`${each.transaction_id} ${each.currency}`, Math.abs(thousandths(each.amount))] as const,
            [
              `${each.transaction_id} ${each.original_currency}`,
              Math.abs(thousandths(each.original_amount)),
            ] as const,
          ]),
        );
        const used = sums(links, (link) => `${link.transaction_id} ${link.currency}`, taken(data));
        for (const [key, amount] of used)
          expect(amount, key).toBeLessThanOrEqual((left.get(key) ?? 0) + CENT);
      }),
      few,
    );
  });

  it('never settles more of an invoice than it is over', () => {
    fc.assert(
      fc.property(invented, (data) => {
        const { links } = matchPayments(data);

        const totals = new Map(data.invoices.map((each) => [each.invoice_id, thousandths(each.total)]));
        const settled = sums(
          links,
          (link) => link.invoice_id,
          (link) => (link.settles === null ? 0 : thousandths(link.settles)),
        );
        for (const [id, amount] of settled)
          expect(amount, id).toBeLessThanOrEqual((totals.get(id) ?? 0) + CENT);
      }),
      few,
    );
  });

  it('does not depend on the order of the records', () => {
    fc.assert(
      fc.property(invented, (data) => {
        const turned = { transactions: data.transactions.toReversed(), invoices: data.invoices.toReversed() };

        expect(matchPayments(turned)).toEqual(matchPayments(data));
      }),
      few,
    );
  });

  it('changes nothing when its links stand', () => {
    fc.assert(
      fc.property(invented, (data) => {
        const { links } = matchPayments(data);

        expect(matchPayments({ ...data, existingLinks: links }).links).toEqual([]);
      }),
      few,
    );
  });

  it('proposes no declined pair', () => {
    fc.assert(
      fc.property(invented, (data) => {
        const rejectedPairs = matchPayments(data).links;
        const declined = new Set(rejectedPairs.map((link) => `${link.transaction_id} ${link.invoice_id}`));

        const { links } = matchPayments({ ...data, rejectedPairs });

        expect(links.filter((link) => declined.has(`${link.transaction_id} ${link.invoice_id}`))).toEqual([]);
      }),
      few,
    );
  });

  it('pairs each link once', () => {
    fc.assert(
      fc.property(invented, (data) => {
        const pairs = matchPayments(data).links.map((link) => `${link.transaction_id} ${link.invoice_id}`);

        expect(new Set(pairs).size).toBe(pairs.length);
      }),
      few,
    );
  });
});
