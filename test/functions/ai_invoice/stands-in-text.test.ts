import { expect, test } from 'vitest';
import {
  amountStandsIn,
  codeStandsIn,
  dayStandsIn,
  nameStandsIn,
} from '../../../functions/ai_invoice/stands-in-text.ts';

test.each([
  ['Total 1.234,56 EUR', '1234.56', true],
  ['Total 1,234.56', '1234.56', true],
  ['Total 1 234,5', '1234.5', false],
  ['Total 1234.50', '1234.5', true],
  ['Total 12', '12', true],
  ['Total 12,00', '12', true],
  ['Total 12,01', '12', false],
  ['Total 112.00', '12', false],
  ['Total 12.000', '12', false],
  ['Total 88.40', '8.40', false],
  ['Credit 59,50-', '-59.5', true],
])('in "%s" the amount %s stands: %s', (text, amount, stands) => {
  expect(amountStandsIn(text, amount)).toBe(stands);
});

test.each([
  ['ref QB/2031', 'QB-2031', true],
  ['ref QB/2031', 'QB2032', false],
  ['anything', '--', false],
])('in "%s" the code %s stands: %s', (text, code, stands) => {
  expect(codeStandsIn(text, code)).toBe(stands);
});

test.each([
  ['SOCIÉTÉ Générale\nParis', 'Societe generale', true],
  ['Bakery Quintessence', 'Quintessence Bakery', false],
  ['Quintessences', 'Quintessence', false],
])('in "%s" the name %s stands: %s', (text, name, stands) => {
  expect(nameStandsIn(text, name)).toBe(stands);
});

test.each([
  ['dated 2026-03-02', '2026-03-02', true],
  ['du 02/03/2026', '2026-03-02', true],
  ['am 2.3.26', '2026-03-02', true],
  ['on 3/2/2026', '2026-03-02', true],
  ['on 12/03/2026', '2026-03-02', false],
])('in "%s" the day %s stands: %s', (text, day, stands) => {
  expect(dayStandsIn(text, day)).toBe(stands);
});
