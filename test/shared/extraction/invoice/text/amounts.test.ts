import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decimalMarkOf,
  findAmounts,
  readNumber,
} from '../../../../../shared/extraction/invoice/text/amounts.ts';

const values = (text: string, mark: ',' | '.', ocr = false) =>
  findAmounts(text, mark, ocr).map(({ value }) => value);

describe('decimalMarkOf', () => {
  test.each([
    ['1.234,56 and 7,50', ','],
    ['1,234.56 and 7.50', '.'],
    ['1 234,56', ','],
    ["1'234.56", '.'],
    ['05.03.2024 Summe 12,00', ','],
    ['Total 1,234.5', '.'],
  ])('of %s is %s', (text, mark) => {
    expect(decimalMarkOf(text)).toBe(mark);
  });

  test('is the custom of the country where the page shows none', () => {
    expect(decimalMarkOf('Total 12', 'DE')).toBe(',');
    expect(decimalMarkOf('Total 12', 'US')).toBe('.');
    expect(decimalMarkOf('Total 12')).toBe('.');
  });
});

describe('findAmounts', () => {
  test.each([
    ['1.234,56 €', ',', ['1234.56']],
    ['1 234,56', ',', ['1234.56']],
    ["CHF 1'234.50", '.', ['1234.5']],
    ['$4.11', '.', ['4.11']],
    ['RM9.00', '.', ['9']],
    ['12.500', ',', ['12500']],
    ['12,500', ',', ['12.5']],
    ['0,79 €', ',', ['0.79']],
    ['-0,00', ',', ['0']],
    ['€ -9,32', ',', ['-9.32']],
    ['(0.02)', '.', ['-0.02']],
    ['12,00-', ',', ['-12']],
    ['53.00S', '.', ['53']],
    ['20% of 10.00', '.', ['10']],
    ['05.03.2024', ',', []],
    ['A-17.50', '.', []],
    ['7 19,25', ',', ['7', '19.25']],
  ] as const)('reads %s with %s as %j', (text, mark, expected) => {
    expect(values(text, mark)).toEqual(expected);
  });

  test.each([
    ['1O.5O', ['10.5']],
    ['9. 60', ['9.6']],
    ['l2.00', ['12']],
    ['6 00', ['6']],
  ])('reads recognised %s as %j', (text, expected) => {
    expect(values(text, '.', true)).toEqual(expected);
  });

  test('reads back every amount in every style', () => {
    const style = fc.constantFrom<[string, ',' | '.']>(
      [',', '.'],
      ['.', ','],
      [' ', ','],
      ["'", '.'],
      ['', '.'],
      ['', ','],
    );
    fc.assert(
      fc.property(fc.nat(99_999_999), style, (cents, [group, mark]) => {
        const whole = String(Math.trunc(cents / 100)).replace(/\B(?=(\d{3})+$)/g, group);
        const printed = `${whole}${mark}${String(cents % 100).padStart(2, '0')}`;
        expect(Number(readNumber(printed, mark))).toBe(cents / 100);
        expect(values(`Total ${printed} EUR`, mark).map(Number)).toEqual([cents / 100]);
      }),
    );
  });
});
