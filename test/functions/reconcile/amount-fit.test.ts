import { describe, expect, it } from 'vitest';
import { type AmountShape, shapeOf } from '../../../functions/reconcile/amount-fit.ts';
import { fromThousandths, toThousandths } from '../../../functions/reconcile/amounts.ts';

const shape = (paid: string, open: string, early = true) =>
  shapeOf(toThousandths(paid) ?? 0, toThousandths(open) ?? 0, early);

describe('shapeOf', () => {
  it.each<[paid: string, open: string, expected: AmountShape]>([
    ['100.00', '100.00', 'exact'],
    ['99.99', '100.00', 'exact'],
    ['980.00', '1000.00', 'discount'],
    ['970.00', '1000.00', 'discount'],
    ['985.50', '1000.00', 'fee'],
    ['970.10', '1000.00', 'fee'],
    ['9700.50', '10000.00', 'fee'],
    ['75.00', '100.00', 'partial'],
    ['500.00', '1000.00', 'partial'],
    ['1015.00', '1000.00', 'surcharge'],
    ['110.00', '100.00', 'over'],
    ['1300.00', '1000.00', 'over'],
  ])('sees %s for %s as %s', (paid, open, expected) => {
    expect(shape(paid, open)).toBe(expected);
  });

  it('believes in no cash discount after the due date', () => {
    expect(shape('980.00', '1000.00', false)).toBe('fee');
  });
});

describe('thousandths', () => {
  it.each([
    ['12.5', '12.50'],
    ['-0.01', '-0.01'],
    ['7', '7.00'],
    ['3.125', '3.125'],
    ['9999999999.99', '9999999999.99'],
  ])('keeps %s exact', (text, written) => {
    expect(fromThousandths(toThousandths(text) ?? Number.NaN)).toBe(written);
  });

  it.each(['', 'NaN', '1e5', '1.0001', '99999999999999', '1,50', 'Infinity'])('refuses "%s"', (text) => {
    expect(toThousandths(text)).toBeNull();
  });
});
