import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  absoluteAmount,
  addAmounts,
  amountsAgree,
  compareAmounts,
  divideAmounts,
  formatAmount,
  fromMinorUnits,
  multiplyAmounts,
  negateAmount,
  parseAmount,
  subtractAmounts,
  sumAmounts,
  toMinorUnits,
} from '../../../shared/domain/money.ts';

const cents = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });

describe('money', () => {
  test.each([
    ['12.50', '12.5'],
    ['0012', '12'],
    [' 7 ', '7'],
    ['-0.00', '0'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+3.10', '3.1'],
    ['100', '100'],
    ['-109.98', '-109.98'],
  ])('reads %s as %s', (text, amount) => {
    expect(parseAmount(text)).toBe(amount);
  });

  test.each(['', '.', '-', '1,5', '1e3', '0x10', 'NaN', '1 000', '--1', '1.2.3', '9'.repeat(31)])(
    'refuses %j',
    (text) => {
      expect(parseAmount(text)).toBeNull();
    },
  );

  test('adds what floats cannot', () => {
    expect(addAmounts('0.1', '0.2')).toBe('0.3');
    expect(addAmounts('9007199254740993', '0.01')).toBe('9007199254740993.01');
    expect(addAmounts()).toBe('0');
  });

  test('rounds half away from zero', () => {
    expect(formatAmount('2.345')).toBe('2.35');
    expect(formatAmount('-2.345')).toBe('-2.35');
    expect(formatAmount('-0.004')).toBe('0.00');
    expect(formatAmount('7')).toBe('7.00');
    expect(formatAmount('7.5', 0)).toBe('8');
  });

  test('compares by value and with a tolerance', () => {
    expect(compareAmounts('1.0', '1')).toBe(0);
    expect(compareAmounts('-2', '1')).toBe(-1);
    expect(compareAmounts('0.1', '0.09')).toBe(1);
    expect(amountsAgree('10.00', '10.02', '0.02')).toBe(true);
    expect(amountsAgree('10.00', '10.021', '0.02')).toBe(false);
  });

  test('throws on a text that is no amount', () => {
    expect(() => addAmounts('1', 'one')).toThrow(RangeError);
  });

  test('knows the minor units of currencies without decimals', () => {
    expect(toMinorUnits('1234', 0)).toBe(1234n);
    expect(toMinorUnits('-0.05')).toBe(-5n);
    expect(fromMinorUnits(-5n)).toBe('-0.05');
  });

  test('goes to minor units and back without loss', () => {
    fc.assert(fc.property(cents, (units) => toMinorUnits(fromMinorUnits(units)) === units));
  });

  test.for([
    ['1', '3', '0.3333333333'],
    ['2', '-3', '-0.6666666667'],
    ['-1', '8', '-0.125'],
    ['120.50', '0.5', '241'],
    ['0', '7', '0'],
  ] as const)('%s divided by %s is %s', ([left, right, quotient]) => {
    expect(divideAmounts(left, right)).toBe(quotient);
    expect(() => divideAmounts(left, '0.00')).toThrow('division by zero');
  });

  test('sums as integers do', () => {
    fc.assert(
      fc.property(fc.array(cents), (all) => {
        const sum = addAmounts(...all.map((units) => fromMinorUnits(units)));
        return sum === fromMinorUnits(all.reduce((total, units) => total + units, 0n));
      }),
    );
  });

  test('subtracting is adding the opposite, and a product keeps every digit', () => {
    fc.assert(
      fc.property(cents, cents, (left, right) => {
        const [a, b] = [fromMinorUnits(left), fromMinorUnits(right)];
        expect(subtractAmounts(a, b)).toBe(fromMinorUnits(left - right));
        expect(multiplyAmounts(a, b)).toBe(fromMinorUnits(left * right, 4));
        expect(absoluteAmount(negateAmount(a))).toBe(absoluteAmount(a));
        expect(compareAmounts(a, b)).toBe(left < right ? -1 : left > right ? 1 : 0);
      }),
    );
  });
});

test('a sum has no limit of terms', () => {
  expect(sumAmounts(Array.from({ length: 200_000 }, () => '0.01'))).toBe('2000');
  expect(sumAmounts([])).toBe('0');
});
