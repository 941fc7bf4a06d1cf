import { expect, test } from 'vitest';
import { countGaps, sumByCurrency } from '../../../functions/monthly_close/count-gaps.ts';
import { gapTotal } from '../../../functions/monthly_close/report-month.ts';

const total = (currency: string | null, amount: string, base_amount: string | null, without_rate = 0) => ({
  ...{ mode: 'upload' as const, currency, transactions: 2, amount, base_amount, without_rate },
});

test.each([
  ['nothing missing is nothing', [], { gap_total: '0.00' }],
  [
    'every rate known is one sum, rounded at the end',
    [total('EUR', '10.00', '10.00'), total('USD', '0.01', '0.00499'), total('GBP', '0.01', '0.00001')],
    { gap_total: '10.01' },
  ],
  [
    'a missing rate is no sum and a reason',
    [total('EUR', '10.00', '10.00'), total('USD', '5.00', '4.00', 1), total(null, '1.00', null, 2)],
    { gap_total: null, gap_total_reason: 'no rate to EUR for 3 expenses in USD, an unknown currency' },
  ],
])('%s', (_what, totals, expected) => {
  expect(gapTotal(totals, 'EUR')).toEqual(expected);
});

test('totals are per currency whatever the way, with no currency last', () => {
  const rows = [
    total(null, '1', null),
    total('USD', '2.5', null),
    total('EUR', '1', '1'),
    total('USD', '2', null),
  ];

  expect(sumByCurrency(rows)).toEqual([
    { currency: 'EUR', transactions: 2, amount: '1.00' },
    { currency: 'USD', transactions: 4, amount: '4.50' },
    { currency: null, transactions: 2, amount: '1.00' },
  ]);
});

test('gaps without a way count under none', () => {
  expect(
    countGaps([
      { mode: 'agent', transactions: 2 },
      { mode: null, transactions: 5 },
    ]),
  ).toEqual({ agent: 2, connect: 0, upload: 0 });
});
