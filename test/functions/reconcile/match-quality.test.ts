import { describe, expect, it } from 'vitest';
import { matchPayments } from '../../../functions/reconcile/match-payments.ts';
import { inventPayments, rateLinks } from '../../support/payments.ts';

describe('matchPayments, quality', () => {
  it.each([101, 102, 103])('is right about what it applies and finds most pairs, seed %i', (seed) => {
    const data = inventPayments({ seed, invoices: 600, transactions: 840 });

    const quality = rateLinks(matchPayments(data).links, data.truth);

    expect(quality.autoPrecision).toBeGreaterThanOrEqual(0.98);
    expect(quality.f1).toBeGreaterThanOrEqual(0.88);
  });
});
