import { describe, expect, test } from 'vitest';
import { paymentPosition } from '../../../shared/domain/payment-status.ts';

const paid = (...amounts: (string | null)[]) => amounts.map((amount) => ({ amount, converted: false }));
const converted = (amount: string | null) => [{ amount, converted: true }];

test.each([
  ['100.00', [], 'unpaid', '0', '100'],
  ['100.00', paid('40', '20.5'), 'partial', '60.5', '39.5'],
  ['100.00', paid('99.98'), 'partial', '99.98', '0.02'],
  ['100.00', paid('99.99'), 'paid', '99.99', '0.01'],
  ['100.00', paid('60', '40'), 'paid', '100', '0'],
  ['100.00', paid('100.01'), 'paid', '100.01', '-0.01'],
  ['100.00', paid('100.02'), 'overpaid', '100.02', '-0.02'],
  ['1000.00', converted('996'), 'paid', '996', '4'],
  ['1000.00', converted('994'), 'partial', '994', '6'],
  ['1000.00', converted('1006'), 'overpaid', '1006', '-6'],
] as const)('an invoice of %s with payments %j is %s', (total, allocations, status, sum, due) => {
  expect(paymentPosition(total, allocations)).toEqual({
    payment_status: status,
    paid_amount: sum,
    balance_due: due,
  });
});

describe('is left as it is', () => {
  test.each([null, '0', '0.00', '-12.00'])('with a total of %s', (total) => {
    expect(paymentPosition(total, paid('10'))).toEqual({ halt: 'grand_total_invalid' });
  });

  test('when a payment in another currency has no rate', () => {
    expect(paymentPosition('10', [...paid('5'), ...converted(null)])).toEqual({
      halt: 'allocation_not_convertible',
    });
  });
});
